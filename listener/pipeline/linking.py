"""Ties pending posts together: parents, threads, duplicates, first replies. Can be killed and run again at any point.

Each step commits what it has, and a post stays pending until the last step has seen it; every step gives the same rows
when it is repeated.
"""

from functools import partial

from sqlalchemy import Engine

from listener.linking import collapse, collapse_copies, first_replies, thread_roots
from listener.progress import Advance, Progress, silent
from models.database import refresh_statistics, session_of
from models.reads import linking as reads
from models.store import links as store
from models.store.turns import POSTS, take_turn
from models.words import ReplyKind
from nlp.reply_kind import reply_kind

BATCH = 2000


def link(engine: Engine, progress: Progress = silent) -> int:
    """Link every pending post; return how many there were."""
    with session_of(engine) as session:
        total = reads.count_pending(session)
    if not total:
        return 0
    with progress("linking", total) as advance:
        _thread(engine)
        _collapse(engine)
        _answer(engine, advance)
    refresh_statistics(engine)
    return total


def _thread(engine: Engine) -> None:
    with session_of(engine) as session:
        store.resolve_parents(session)
    with session_of(engine) as session:
        for posts in reads.pending_posts(session, BATCH):
            store.join_threads(session, thread_roots(posts))
    with session_of(engine) as session:
        store.merge_threads(session)


def _collapse(engine: Engine) -> None:
    """Copies of others first, then one's own repetitions, which outrank them; chains end at the first post."""
    with session_of(engine) as session:
        copies: dict[int, int | None] = {}
        own: dict[int, int | None] = {}
        touched: set[int] = set()
        for hashes in reads.copied_hashes(session, BATCH):
            posts = reads.posts_by_hash(session, hashes)
            touched |= {post.id for post in posts}
            copies |= collapse_copies(posts)
            for names in _cut({post.account for post in posts if post.account}):
                own |= collapse(reads.posts_by_account(session, names))
        for accounts in reads.accounts_with_pending(session, BATCH):
            posts = reads.posts_by_account(session, accounts)
            touched |= {post.id for post in posts}
            own |= collapse(posts)
            for hashes in _cut({post.text_hash for post in posts}):
                copies |= collapse_copies(reads.posts_by_hash(session, hashes))
        canonical = {post: own.get(post) or copies.get(post) for post in own.keys() | copies.keys() | touched}
        store.save_duplicates(session, {post: _first(canonical, canonical[post]) for post in sorted(touched)})


def _cut(names: set[str]) -> list[list[str]]:
    """Names in lists of ``BATCH``: a post repeats another by what all of its account and all of its hash say."""
    ordered = sorted(names)
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]


def _first(canonical: dict[int, int | None], post: int | None) -> int | None:
    while post is not None and (before := canonical.get(post)) is not None:
        post = before
    return post


def _answer(engine: Engine, advance: Advance) -> None:
    with session_of(engine) as session:
        for thread_ids in reads.pending_threads(session, BATCH // 4):
            take_turn(session, POSTS)  # what comes in after these are read is not to be called linked
            posts = reads.thread_posts(session, thread_ids)
            kinds = {
                post.id: ReplyKind(post.reply_kind) if post.reply_kind else reply_kind(post.text)
                for post in posts
                if post.owner_id is not None
            }
            mentions = reads.mentions_of(session, [post.id for post in posts])
            firsts, directed = first_replies(posts, mentions, partial(_kind, kinds))
            store.save_reply_kinds(session, {id: kind.value for id, kind in kinds.items()})
            store.save_first_replies(session, firsts, directed)
            store.mark_linked(session, [post.id for post in posts if post.thread_id in set(thread_ids)])
            session.commit()
            advance(len(posts))


def _kind(kinds: dict[int, ReplyKind], post: reads.ThreadPost) -> ReplyKind:
    return kinds[post.id]
