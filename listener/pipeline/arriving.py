"""What becomes of one raw page: parsed post by post, tied to the brand, authors hidden. Pure but for the collector.

A post that cannot be read is on record as bad and never stops the page.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from listener.collectors.contract import Gone, GoneAuthor, Page
from listener.pipeline.preparing import prepare
from listener.pipeline.streams import ConfiguredStream
from listener.privacy import hidden, pseudonym
from listener.queries import document_of
from models.errors import GarbledError
from models.explain import explain
from models.postdata import PostData
from models.prepared import MentionData, PreparedPost
from models.words import Relation

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)
"""What parsing raises on a post (or page) of another shape than documented; ValidationError is a ValueError."""


@dataclass(slots=True)
class Arrival:
    """A page as read: posts ready for the store, ids of those that are gone, and what was wrong with the bad ones.

    ``gone_authors``: names under which authors may be stored whose accounts are gone. ``threads``: see ``Page``.
    """

    posts: list[PreparedPost] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    gone_authors: list[str] = field(default_factory=list)
    threads: Collection[str] = ()
    faults: list[str] = field(default_factory=list)
    source_ids: set[str] = field(default_factory=set)


def read_page(stream: ConfiguredStream, page: Page, key: bytes, *, is_thread: bool = False) -> Arrival:
    """Read a page. Of a thread every post is kept, for what it answers; of a listing what concerns the brand, or
    stands in a thread that the page names.

    Raises GarbledError if the page as a whole has another shape than documented.
    """
    arrival = Arrival(threads=page.threads)
    found: list[PreparedPost] = []
    for raw in _split(stream, page):
        try:
            parsed = stream.collector.parse(raw, stream.options)
        except UNREADABLE as error:
            arrival.faults.append(_fault(error))
            continue
        if isinstance(parsed, Gone):
            arrival.gone.append(parsed.source_id)
        elif isinstance(parsed, GoneAuthor):
            name = parsed.source_id
            arrival.gone_authors += [name, pseudonym(key, stream.declaration.name, name)]
        elif parsed is not None:
            arrival.source_ids.add(parsed.source_id)
            found += prepare(parsed, [stream.brand])
    arrival.posts = [_hide(stream, post, key) for post in _tie(stream, found, page.threads, keep_all=is_thread)]
    return arrival


def digest(page: Page) -> str:
    """Equal for pages that say the same: a source that repeats one has come to its end or lost its way."""
    return hashlib.sha256(json.dumps(page.data, sort_keys=True, default=str).encode()).hexdigest()


def _split(stream: ConfiguredStream, page: Page) -> Iterable[Any]:
    try:
        return list(stream.collector.split(page.data))
    except UNREADABLE as error:
        raise GarbledError(
            f"{stream.declaration.name}: a page of another shape than documented ({type(error).__name__})"
        ) from error


def _fault(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, ValidationError):
        return explain(error)
    return f"a value that cannot be read ({type(error).__name__})"  # its text may quote what a person wrote


def _tie(
    stream: ConfiguredStream, posts: list[PreparedPost], threads: Collection[str], *, keep_all: bool
) -> list[PreparedPost]:
    """Keep the mentions of posts that concern the brand, and the posts that are worth keeping.

    Beside what its queries match these are its own posts, and in a thread what answers them and what the author of a
    matching post says further.
    """
    if not stream.is_filtered:
        return posts
    ties = {post.key: _tie_of(stream, post) for post in posts}
    own = {post.key[1] for post in posts if _is_own(post)}
    authors = {post.post.author.identity for post in posts if ties[post.key] and not _is_own(post)} - {None}
    result = []
    for post in posts:
        mentions = ties[post.key]
        if not mentions and keep_all and (post.post.author.identity in authors or post.post.parent_source_id in own):
            mentions = post.mentions
        if mentions or keep_all or post.post.thread_source_id in threads:
            result.append(replace(post, mentions=mentions))
    return result


def _tie_of(stream: ConfiguredStream, post: PreparedPost) -> tuple[MentionData, ...]:
    if _is_own(post):
        return post.mentions
    document = document_of(post.post, post.text, post.language)
    for query in stream.queries:
        if query.query.matches(document):
            return tuple(replace(mention, query_id=query.id) for mention in post.mentions)
    return ()


def _is_own(post: PreparedPost) -> bool:
    return any(mention.relation is Relation.OWN for mention in post.mentions)


def _hide(stream: ConfiguredStream, prepared: PreparedPost, key: bytes) -> PreparedPost:
    """Put a pseudonym in the place of a customer's account; a brand's own accounts are no personal data.

    These are marked as its own: the store cannot know how a source spells the accounts that the settings declare.
    """
    post: PostData = prepared.post
    if _is_own(prepared):
        author = post.author.model_copy(update={"is_owned": True})
    elif stream.options.keep_handles:
        return prepared
    else:
        author = hidden(post.author, post.source, key)
    return replace(prepared, post=post.model_copy(update={"author": author}))
