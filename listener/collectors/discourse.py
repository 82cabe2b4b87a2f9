"""Collects the posts of a Discourse forum: the stream of its newest posts, or what its search finds. Built from the
server's documentation and source, not seen live; forums that show nothing without an account are not covered."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    Shortfall,
    SourceOptions,
    Standing,
    ThreadRef,
    WebAddress,
    Window,
)
from listener.collectors.reading import from_iso, host_of, list_at
from models.errors import BusyError, GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="discourse",
    title="Discourse forum",
    covers="Every public post of one forum, or with search = true those that hold one of the terms. "
    "Each forum has terms of its own, at /tos.",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="All of it by the stream of posts; the newest 500 posts of each term by search.",
    terms="https://meta.discourse.org/tos",
    pace=Pace(requests=30, seconds=60.0, burst=3),
)

_STEP = 50  # the posts of a page of the stream, and of one request for posts of a topic
_HOLES = 40
_LAST_SEARCH_PAGE = 10
_LIKE = 2
_WRITTEN = (1, 2)  # by a person, and by a moderator; 3 is a small action such as "closed", 4 a whisper
_FOREIGN = re.compile(r'<aside class="(?:quote|onebox)\b.*?</aside>', re.DOTALL)
_ROOT = re.compile(r"/t/(\d+)/\d+$")


class Options(SourceOptions):
    """``base_url``: the forum. ``category``: the number of one category, without those below it.

    ``staff_is_brand``: the forum is the brand's own, so its staff speaks for it. ``search``: ask for the terms
    instead of reading everything; ``tag`` narrows that to a tag.
    """

    base_url: WebAddress
    category: int | None = Field(default=None, gt=0)
    staff_is_brand: bool = False
    search: bool = False
    tag: str | None = Field(default=None, pattern=r"^[^\s:,+]+$")

    @model_validator(mode="after")
    def _tag_is_searched(self) -> "Options":
        if self.tag and not self.search:
            raise ValueError("tag is to be used with search = true, since the stream of posts names no tags")
        return self


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Yield posts, the newest first: of the forum's stream, or of a search for each term."""
    if options.search and (window.terms or options.tag):
        return _searches(client, options, window)
    return _stream(client, options, window)


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """Yield a topic: the posts that it opens with, then the others its list of post ids names.

    A topic of more than 10,000 posts has no such list: then its first posts alone come, and never as whole.
    Raises GoneError for a deleted topic.
    """
    found = _ROOT.search(thread.root_source_id)
    if found is None:
        raise GarbledError(f"discourse: {thread.root_source_id!r} is no post of a topic")
    data = client.get_json(f"{options.base_url}/t/{found[1]}.json").data
    opening = list_at(data, "post_stream", "posts", where="discourse")
    here = {_id(post) for post in opening}
    rest = [number for number in list_at(data, "post_stream", "stream", where="discourse") if number not in here]
    is_complete = bool(opening) and data["post_stream"].get("stream") is not None
    topic = {"title": data.get("title")}  # no category: a topic that was moved is not gone
    yield Page({"topic": topic, "posts": opening}, is_whole=is_complete and not rest)
    for first in range(0, len(rest), _STEP):
        wanted = rest[first : first + _STEP]
        posts = _posts_of(client, options, found[1], wanted)
        is_complete = is_complete and len(posts) == len(wanted)
        yield Page({"topic": topic, "posts": posts}, is_whole=is_complete and first + _STEP >= len(rest))


def split(data: Any) -> Iterable[Any]:
    """Each post with its topic. Raises GarbledError for an error message in their place."""
    if isinstance(data, Mapping) and "latest_posts" in data:
        return [{"post": post, "topic": {}} for post in list_at(data, "latest_posts", where="discourse")]
    if not isinstance(data, Mapping) or not data.keys() >= {"topic", "posts"}:
        raise GarbledError("discourse: the answer holds no posts")
    return [{"post": post, "topic": data["topic"]} for post in list_at(data, "posts", where="discourse")]


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """One post; None for notes such as "closed this topic" and for other categories than the one asked for."""
    post, topic = dict(raw["post"]), dict(raw["topic"])
    if post.get("post_type", 1) not in _WRITTEN:
        return None
    category = topic.get("category_id", post.get("category_id"))
    if options.category is not None and category not in (None, options.category):
        return None
    place, topic_id, number = _place(options), post["topic_id"], post["post_number"]
    source_id, root = f"{place}/t/{topic_id}/{number}", f"{place}/t/{topic_id}/1"
    if post.get("deleted_at") or post.get("user_deleted") or post.get("hidden"):
        return Gone(source_id)
    is_root = number == 1
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": source_id,
            "text": _own_words(post["cooked"]),
            "title": (topic.get("title") or post.get("topic_title")) if is_root else None,
            "published_at": from_iso(post["created_at"]),
            "author": _author(post, options),
            "kind": PostKind.POST if is_root else PostKind.REPLY,
            "url": f"{options.base_url}/t/{topic_id}/{number}",
            "parent_source_id": None if is_root else f"{place}/t/{topic_id}/{post.get('reply_to_post_number') or 1}",
            "thread_source_id": root,
            "engagement": {"likes": _likes(post)},  # reply_count is not the number of direct children
        }
    )


def _author(post: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """The forum's own robots have numbers below zero; nobody where the account was deleted."""
    number = post.get("user_id")
    is_bot = isinstance(number, int) and number < 0
    is_staff = any(post.get(flag) is True for flag in ("staff", "admin", "moderator"))
    return {
        "source_id": None if number is None else f"{_place(options)}/u/{number}",
        "handle": post.get("username"),
        "name": post.get("name") or None,
        "is_bot": is_bot,
        "is_owned": options.staff_is_brand and is_staff and not is_bot,
    }


def _own_words(cooked: str) -> str:
    """The HTML of a post without quotes of others and previews of links, unless it holds nothing else."""
    own = _FOREIGN.sub("", cooked).strip()
    return own if re.sub(r"<[^>]*>", "", own).strip() else cooked


def _likes(post: Mapping[str, Any]) -> int | None:
    if "actions_summary" not in post:
        return None
    return next((action.get("count", 0) for action in map(dict, post["actions_summary"]) if action["id"] == _LIKE), 0)


def _place(options: Options) -> str:
    """What sets one forum's ids apart from another's; several may live on one host."""
    return host_of(options.base_url) + urlsplit(options.base_url).path


def _stream(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Walk back by post ids, which a cursor names.

    The newest page is asked for conditionally: forums behind a cache say that it is the one of the last pass.
    New servers answer with posts older than ``before``. Others include it and drop, of 50 posts, those of closed
    categories afterwards, so that a page may be empty with older posts beyond: there the walk steps over the hole.
    """
    before = int(window.cursor) if window.cursor and window.cursor.isdigit() else None
    is_inclusive, holes, validators = False, 0, window.validators
    while holes <= _HOLES:
        is_newest = before is None
        answer = client.get_json(
            f"{options.base_url}/posts.json", {"before": before}, validators=validators if is_newest else None
        )
        if answer.is_unchanged:
            return
        data, validators = answer.data, answer.validators if is_newest else validators
        posts = [entry["post"] for entry in split(data)]
        numbers = [number for number in map(_id, posts) if number is not None]
        is_inclusive = is_inclusive or before in numbers
        older = [number for number in numbers if before is None or number < before]
        if older:
            times = [at for at in map(_created_at, posts) if at is not None]
            if window.since and times and max(times) < window.since:
                return
            fresh = [post for post in posts if before is None or _id(post) != before]
            before, holes = min(older), 0
            if not (window.until and len(times) == len(posts) and min(times) > window.until):
                yield Page({"latest_posts": fresh}, str(before), validators=validators)
        elif before is None or not is_inclusive or before <= _STEP:
            return
        else:
            before, holes = before - _STEP, holes + 1
    yield Shortfall("the forum showed none of 2,000 posts in a row, so older ones were not looked for")


def _searches(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """A cursor is the number of a page of hits and the term."""
    terms = list(window.terms) or [""]
    resumed, _, term = (window.cursor or "").partition(" ")
    page = 1
    if resumed.isdigit() and term in terms:
        terms, page = terms[terms.index(term) :], int(resumed)
    for term, following in zip(terms, [*terms[1:], None], strict=True):
        is_more = True
        while is_more and page <= _LAST_SEARCH_PAGE:
            found = _hits(client, options, _query(options, window, term), page)
            is_more = found["grouped_search_result"].get("more_full_page_results") is True
            after = f"{page + 1} {term}" if is_more else None if following is None else f"1 {following}"
            for data, is_last in _topics(client, options, found):
                # Cut off amid the topics, a pass asks for this page of hits again; the term, as two may find the same.
                yield Page({**data, "term": term}, after if is_last else f"{page} {term}")
            page += 1
        if is_more:
            yield Shortfall(f"the forum's search shows the newest 500 posts only (of {term or options.tag})")
        page = 1


def _query(options: Options, window: Window, term: str) -> str:
    """As people write it into the forum's search; its dates are whole days."""
    words = ['"' + term.replace('"', " ") + '"'] if term else []
    if options.tag:
        words.append(f"tags:{options.tag}")
    if window.since:
        words.append(f"after:{window.since.astimezone(UTC).date()}")
    if window.until:
        words.append(f"before:{window.until.astimezone(UTC).date() + timedelta(days=1)}")
    return " ".join([*words, "order:latest"])


def _hits(client: Client, options: Options, query: str, page: int) -> Mapping[str, Any]:
    data = client.get_json(f"{options.base_url}/search.json", {"q": query, "page": page}).data
    if not isinstance(data, Mapping) or not isinstance(data.get("grouped_search_result"), Mapping):
        raise GarbledError("discourse: the answer holds no search result")
    if error := data["grouped_search_result"].get("error"):
        raise BusyError(f"discourse: the forum does not search now: {error}")
    return data


def _topics(client: Client, options: Options, found: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """The posts of a page of hits in full, a topic at a time, and whether it is the last: a hit holds an excerpt."""
    topics = {_id(topic): topic for topic in list_at(found, "topics", where="discourse")}
    wanted: dict[int, list[int]] = {}
    for hit in list_at(found, "posts", where="discourse"):
        wanted.setdefault(int(hit["topic_id"]), []).append(int(hit["id"]))
    for place, (topic_id, numbers) in enumerate(wanted.items(), start=1):
        topic = topics.get(topic_id, {})
        kept = {key: topic[key] for key in ("title", "category_id") if key in topic}
        posts = _posts_of(client, options, str(topic_id), numbers)
        yield {"topic": kept, "posts": posts}, place == len(wanted)


def _posts_of(client: Client, options: Options, topic_id: str, numbers: list[int]) -> list[Any]:
    data = client.get_json(f"{options.base_url}/t/{topic_id}/posts.json", {"post_ids[]": numbers}).data
    return list_at(data, "post_stream", "posts", where="discourse")


def _id(entry: Any) -> int | None:
    number = entry.get("id") if isinstance(entry, Mapping) else None
    return number if isinstance(number, int) else None


def _created_at(post: Any) -> datetime | None:
    try:
        return from_iso(post["created_at"])
    except (KeyError, TypeError, ValueError):
        return None
