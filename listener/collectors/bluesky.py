"""Reads Bluesky: accounts' feeds, search and conversations from its AppView, new posts and deletions from Jetstream."""

from collections.abc import Iterator, Mapping
from typing import Any

from listener.collectors.bluesky_feeds import CHECK_SIZE, Reader, published_at, uri_of
from listener.collectors.bluesky_feeds import Options as Options
from listener.collectors.bluesky_feeds import fetch as fetch
from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    GoneAuthor,
    Pace,
    Page,
    Secret,
    Standing,
    ThreadRef,
)
from listener.collectors.reading import list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="bluesky",
    title="Bluesky",
    covers="public posts found by search or in the network's stream, or written by chosen accounts, with their "
    "conversations; not those of authors who ask not to be shown without login: a brand's own account has to allow it "
    "to be seen answering",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="accounts: all posts; search: the newest 10,000 posts of each term, at most services only with a login; "
    "stream: the last day or so",
    terms="https://bsky.social/about/support/tos",
    pace=Pace(requests=600, seconds=300.0),
    secrets=(
        Secret("identifier", "handle of the account that searches", is_required=False),
        Secret("app_password", "an app password of that account", is_required=False),
    ),
)
DEPTH = 100
MOST_TREES = 20
NOBODY = "handle.invalid"


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """The conversation as a tree, then the stored posts that it lacks: those that are there, and those that are gone.

    They are asked for by id, since what stands under a deleted post drops out of the tree without being deleted; it
    is a tree of its own from then on, where an answer can still come. A root that is gone is told in the same way: its
    tree would be refused with an error of no certain meaning.
    """
    reader = Reader(client, options)
    stored = list(dict.fromkeys([thread.root_source_id, *thread.post_source_ids]))
    found: dict[str, Any] = {}
    for start in range(0, len(stored), CHECK_SIZE):
        data = reader.ask("app.bsky.feed.getPosts", {"uris": stored[start : start + CHECK_SIZE]})
        found |= {uri_of(post): post for post in list_at(data, "posts", where=DECLARATION.name)}
    is_complete, count = False, 0
    listed: set[str] = set()
    for uri in filter(found.__contains__, stored):
        if uri in listed or count == MOST_TREES:
            continue
        is_root = uri == thread.root_source_id
        asked = {"uri": uri, "depth": DEPTH, "parentHeight": DEPTH if is_root else 0}
        data = reader.ask("app.bsky.feed.getPostThread", asked)
        tree = list(split(data))
        listed |= {uri_of(raw.get("post")) for raw in tree}
        is_complete |= is_root and "parent" not in data["thread"] and all(map(_shows_all_replies, tree))
        count += 1
        yield Page(data)
    rest = [post for uri, post in found.items() if uri not in listed]
    yield Page({"posts": rest, "gone": [uri for uri in stored if uri not in found]}, is_whole=is_complete)


def split(data: Any) -> Iterator[dict[str, Any]]:
    """Posts of a listing or of a conversation's tree, there with the count of replies shown; ids of what is gone.

    Of a page of the stream also accounts that are gone, and each event that could not be read.
    """
    if isinstance(data, Mapping) and isinstance(data.get("thread"), Mapping):
        yield from _walk(data["thread"])
        return
    if not isinstance(data, Mapping) or "posts" not in data:
        raise GarbledError(f"{DECLARATION.name}: the answer holds neither posts nor a thread")
    yield from ({"post": post} for post in list_at(data, "posts", where=DECLARATION.name))
    yield from ({"gone": uri} for uri in data.get("gone", ()))
    yield from ({"gone_author": did} for did in data.get("gone_authors", ()))
    yield from ({"garbled": True} for _ in range(data.get("garbled_count", 0)))


def parse(raw: Any, options: Options) -> PostData | Gone | GoneAuthor | None:  # noqa: ARG001  # the contract's signature
    """A post; Gone for what moderators hide; None for pictures without words and for authors who ask for a login."""
    if "gone" in raw:
        return Gone(raw["gone"])
    if "gone_author" in raw:
        return GoneAuthor(raw["gone_author"])
    if "garbled" in raw:
        raise ValueError("an event of another shape than documented")
    post, author, record = raw["post"], raw["post"]["author"], raw["post"]["record"]
    labels = _labels(author)
    if (labels | _labels(post)) & {"!hide", "!takedown"}:
        return Gone(post["uri"])
    text = _text(record)
    if not text or "!no-unauthenticated" in labels:
        return None
    reply, handle = record.get("reply"), author["handle"]
    name = author["did"] if handle == NOBODY else handle
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": post["uri"],
            "text": text,
            "published_at": published_at(post),
            "kind": PostKind.REPLY if reply else PostKind.POST,
            "url": f"https://bsky.app/profile/{name}/post/{post['uri'].rpartition('/')[2]}",
            "language": next(iter(record.get("langs") or ()), None),
            "parent_source_id": reply["parent"]["uri"] if reply else None,
            "thread_source_id": reply["root"]["uri"] if reply else post["uri"],
            "quoted_source_id": _quoted(record),
            "author": {
                "source_id": author["did"],
                "handle": None if handle == NOBODY else handle,
                "name": author.get("displayName") or None,
                "is_bot": "bot" in labels,
            },
            "engagement": {
                "likes": post.get("likeCount"),
                # The AppView also counts replies that it does not show: only until the thread has been read.
                "replies": raw["replies"] if "replies" in raw else post.get("replyCount"),
                "reposts": post.get("repostCount"),
            },
        }
    )


def _walk(thread: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the asked post answers, then itself and its replies; markers of deleted posts, not of blocked ones."""
    above, at = [], thread.get("parent")
    while at is not None:
        above.append({"gone": at["uri"]} if at.get("notFound") else {"post": at["post"]} if "post" in at else {})
        at = at.get("parent")
    yield from (raw for raw in reversed(above) if raw)
    waiting = [thread]
    while waiting:
        node = waiting.pop()
        replies = node.get("replies")
        if node.get("notFound"):
            yield {"gone": node["uri"]}
        elif "post" in node:
            known = {} if replies is None else {"replies": sum(not reply.get("notFound") for reply in replies)}
            yield {"post": node["post"], **known}
        waiting += reversed(replies or [])


def _shows_all_replies(raw: Mapping[str, Any]) -> bool:
    return "gone" in raw or int(raw["post"].get("replyCount") or 0) <= raw.get("replies", 0)


def _labels(labelled: Mapping[str, Any]) -> set[str]:
    return {label["val"] for label in labelled.get("labels") or [] if not label.get("neg")}


def _text(record: Mapping[str, Any]) -> str:
    """The post's words, else what its author wrote to describe the pictures."""
    if record["text"].strip():
        return str(record["text"])
    embed = record.get("embed") or {}
    images = (embed.get("media") or embed).get("images") or []
    return "\n".join(image["alt"] for image in images if image.get("alt"))


def _quoted(record: Mapping[str, Any]) -> str | None:
    """The post shown inside this one; feeds and lists can be shown as well, and are nobody's words."""
    shown = (record.get("embed") or {}).get("record") or {}
    uri = str((shown.get("record") or shown).get("uri") or "")
    return uri if "/app.bsky.feed.post/" in uri else None
