"""Writes what collectors have seen: streams, their passes and gaps, and the threads to look at again."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.store.brands import save_sources
from models.store.turns import POSTS, take_turn
from models.tables import CoverageGap, Post, Stream, Thread, ThreadCheck
from models.words import ReplyVisibility

OpenPass = dict[str, str | None]


def the_stream(
    session: Session, *, brand_id: int, source: str, key: str, title: str, replies: ReplyVisibility
) -> Stream:
    """The stream of that brand, source and options; made where it is missing."""
    take_turn(session, POSTS)
    save_sources(session, {source: replies}, {source})
    stream = find_stream(session, brand_id=brand_id, source=source, key=key)
    stream = stream or Stream(brand_id=brand_id, source=source, key=key, title=title)
    stream.title = title
    session.add(stream)
    session.flush()
    return stream


def find_stream(session: Session, *, brand_id: int, source: str, key: str) -> Stream | None:
    """The stream if it was ever collected."""
    query = select(Stream).where(Stream.brand_id == brand_id, Stream.source == source, Stream.key == key)
    return session.exec(query).first()


def keep_pass(session: Session, stream_id: int, open_pass: OpenPass | None) -> None:
    """Remember how far an unfinished pass has come; None once it is finished. Belongs in its page's transaction."""
    stream = session.get_one(Stream, stream_id)
    stream.open_pass = open_pass
    session.add(stream)


def finish_pass(
    session: Session,
    stream_id: int,
    *,
    since: datetime | None,
    until: datetime,
    now: datetime,
    validators: Mapping[str, str] | None = None,
) -> None:
    """Extend what the stream has seen by a finished pass; one that lies apart from it extends nothing."""
    stream = session.get_one(Stream, stream_id)
    stream.validators = dict(validators) if validators else stream.validators
    stream.open_pass, stream.checked_at = None, now
    if stream.covers_until is None or since is None or since <= stream.covers_until:
        stream.covers_until = max(stream.covers_until or until, until)
        if since is not None and (stream.covers_from is None or until >= stream.covers_from):
            stream.covers_from = min(stream.covers_from or since, since)
    session.add(stream)


def note_failure(
    session: Session, stream_id: int, failure: str | None, now: datetime, rests_until: datetime | None = None
) -> None:
    """Record why a stream could not be collected, or (None) that it could; and until when its host wants to rest."""
    stream = session.get_one(Stream, stream_id)
    stream.rests_until = rests_until
    stream.failure, stream.failed_at = failure, now if failure else stream.failed_at
    session.add(stream)


def note_revisit(session: Session, stream_id: int, name: str, now: datetime) -> None:
    """Record that a stretch of the past was fetched again."""
    stream = session.get_one(Stream, stream_id)
    stream.revisited = {**stream.revisited, name: now.isoformat()}
    session.add(stream)


def note_gap(
    session: Session, stream_id: int, *, gap_from: datetime | None, gap_until: datetime, reason: str, now: datetime
) -> None:
    """Record a stretch that the source could not give; one that goes on from the last of its kind makes that longer."""
    query = select(CoverageGap).where(CoverageGap.stream_id == stream_id, CoverageGap.reason == reason)
    last = session.exec(query.order_by(col(CoverageGap.gap_until).desc()).limit(1)).first()
    goes_on = last is not None and (gap_from is None or gap_from <= last.gap_until)
    if last is not None and goes_on and (last.gap_from is None or gap_until >= last.gap_from):
        last.gap_until = max(last.gap_until, gap_until)
        last.gap_from = min(last.gap_from, gap_from) if last.gap_from and gap_from else None
        session.add(last)
    else:
        gap = CoverageGap(stream_id=stream_id, gap_from=gap_from, gap_until=gap_until, reason=reason, found_at=now)
        session.add(gap)
    session.flush()


def follow_threads(session: Session, stream_id: int, active: Mapping[str, datetime], now: datetime) -> None:
    """Have the threads of these roots looked at from now on; a thread that was heard of again is due again."""
    query = select(ThreadCheck).where(
        ThreadCheck.stream_id == stream_id, col(ThreadCheck.root_source_id).in_(list(active))
    )
    known = {check.root_source_id: check for check in session.exec(query)}
    for root, at in active.items():
        check = known.get(root)
        if check is None:
            session.add(ThreadCheck(stream_id=stream_id, root_source_id=root, active_at=at, due_at=now))
        elif at > check.active_at:
            check.active_at, check.due_at = at, now
    session.flush()


def mark_followed(session: Session, source: str, source_ids: Iterable[str]) -> None:
    """Say of posts that their replies are known only once their thread has been looked at."""
    ids = list(source_ids)
    query = select(Post).where(
        Post.source == source, col(Post.source_id).in_(ids), col(Post.replies_seen_seconds).is_(None)
    )
    for post in session.exec(query):
        post.replies_seen_seconds = 0
        session.add(post)
    session.flush()


def thread_seen(session: Session, check_id: int, source: str, now: datetime, due_at: datetime | None) -> None:
    """Record that a whole thread was looked at: the replies to each of its posts are known up to now."""
    check = session.get_one(ThreadCheck, check_id)
    check.checked_at, check.due_at = now, due_at
    session.add(check)
    for post in thread_of(session, source, check.root_source_id):
        if post.replies_seen_seconds is not None:
            post.replies_seen_seconds = max(1, int((now - post.published_at).total_seconds()))
            session.add(post)
    session.flush()


def put_off(session: Session, check_id: int, due_at: datetime | None) -> None:
    """Look at a thread later, without having seen it."""
    check = session.get_one(ThreadCheck, check_id)
    check.due_at = due_at
    session.add(check)


def thread_of(session: Session, source: str, root_source_id: str) -> list[Post]:
    """The stored posts of a thread that are not gone, the oldest first, linked or just arrived."""
    linked = (
        select(Post.thread_id)
        .where(Post.source == source, Post.source_id == root_source_id, col(Post.thread_id).is_not(None))
        .union(select(Thread.id).where(Thread.source == source, Thread.root_source_id == root_source_id))
    )
    query = select(Post).where(
        Post.source == source,
        col(Post.gone_at).is_(None),
        or_(
            col(Post.source_id) == root_source_id,
            col(Post.thread_source_id) == root_source_id,
            col(Post.parent_source_id) == root_source_id,
            col(Post.thread_id).in_(linked),
        ),
    )
    return list(session.exec(query.order_by(col(Post.published_at), col(Post.id))))
