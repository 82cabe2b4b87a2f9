"""Finds the brand's first reply of each kind to each mention of a set of threads."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from models.reads.linking import ThreadPost
from models.store.links import FirstReplies
from models.words import Relation, ReplyKind

MentionRow = tuple[int, int, int, str]
"""(mention id, post id, brand id, relation)"""


def first_replies(
    posts: Sequence[ThreadPost], mentions: Iterable[MentionRow], kind_of: Callable[[ThreadPost], ReplyKind]
) -> tuple[dict[int, FirstReplies], list[int]]:
    """Return the first replies of each mention, and the mentions that turn out to be put to the brand.

    A reply of the brand's own (not automated) account counts for a post if it comes later, stands in the same
    thread and speaks to the post's author: it answers that author, or continues a reply that does, or stands in the
    thread without a parent, which speaks to whoever opened it. So a complaint told in three posts is answered by one
    reply to the last of them. What answers a repetition of a post answers the post.
    ``posts`` are whole threads, the oldest first.
    """
    by_id = {post.id: post for post in posts}
    root_author = {post.thread_id: post.author_id for post in posts if post.is_root}
    replies: dict[tuple[int, int], list[tuple[ThreadPost, int | None]]] = defaultdict(list)
    for post in posts:
        if post.owner_id is not None and not post.is_bot:
            spoken_to = _spoken_to(post, by_id, root_author)
            replies[post.thread_id, post.owner_id].append((post, spoken_to))
    group: dict[int, list[ThreadPost]] = defaultdict(list)
    for post in posts:
        group[post.duplicate_of_id or post.id].append(post)
    found: dict[int, FirstReplies] = {}
    directed: list[int] = []
    for mention_id, post_id, brand_id, relation in mentions:
        if relation == Relation.OWN:
            continue
        post = by_id[post_id]
        told = group[post.duplicate_of_id or post.id]
        firsts: dict[ReplyKind, datetime] = {}
        for member in told:
            for reply, spoken_to in replies.get((member.thread_id, brand_id), ()):
                if reply.published_at > member.published_at and _meets(reply, spoken_to, member):
                    kind = kind_of(reply)
                    firsts[kind] = min(firsts.get(kind, reply.published_at), reply.published_at)
        found[mention_id] = FirstReplies(
            firsts.get(ReplyKind.ANSWER), firsts.get(ReplyKind.REDIRECT), firsts.get(ReplyKind.ACKNOWLEDGEMENT)
        )
        parent = by_id.get(post.parent_id or 0)
        if relation == Relation.INDIRECT and parent is not None and parent.owner_id == brand_id:
            directed.append(mention_id)
    return found, directed


def _meets(reply: ThreadPost, spoken_to: int | None, post: ThreadPost) -> bool:
    """Whether the reply is to the post, or speaks to its author."""
    return reply.parent_id == post.id or (spoken_to is not None and spoken_to == post.author_id)


def _spoken_to(reply: ThreadPost, by_id: dict[int, ThreadPost], root_author: dict[int, int | None]) -> int | None:
    """The author whom a brand's reply speaks to: that of the nearest post above it that is not the brand's own."""
    at: ThreadPost | None = reply
    for _ in range(len(by_id)):
        if at is None or at.parent_id is None:
            break
        at = by_id.get(at.parent_id)
        if at is not None and at.owner_id != reply.owner_id:
            return at.author_id
    if at is not None and at is not reply and at.owner_id == reply.owner_id:
        return None  # a thread that the brand itself began
    return root_author.get(reply.thread_id)
