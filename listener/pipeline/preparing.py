"""Turns a post as its source shows it into posts ready for the store: cleaned, with language, tied to brands."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from listener.post_links import links_of
from models.headings import with_title
from models.postdata import AuthorData, PostData
from models.prepared import MentionData, PreparedPost
from models.store.authors import account_of
from models.words import PostKind, Relation
from nlp.cleaning import clean, handles
from nlp.language import detect_language
from nlp.similarity import text_key


@dataclass(frozen=True, slots=True)
class ListeningBrand:
    """A brand that posts are tied to, with its own accounts (lower case) by source."""

    id: int
    slug: str
    owned: dict[str, set[str]] = field(default_factory=dict)

    def owns(self, source: str, author: AuthorData) -> bool:
        """Whether an author is one of the brand's own accounts."""
        accounts = self.owned.get(source, set())
        return account_of(author) in accounts or (author.source_id or "").lower() in accounts

    def is_tagged(self, source: str, tagged: set[str]) -> bool:
        """Whether one of the brand's accounts, with or without its server's name, is among the tagged ones."""
        return any(account.split("@")[0] in tagged for account in self.owned.get(source, ()))


def prepare(post: PostData, brands: list[ListeningBrand]) -> Iterator[PreparedPost]:
    """Yield the post and, where the post itself carries the owner's reply, that reply as a post of its own."""
    text = clean(post.text)
    tagged = set(handles(text))
    mentions = tuple(MentionData(brand.id, _relation(post, brand, tagged)) for brand in brands)
    heading = with_title(post.title, text)
    language = detect_language(heading, post.language)
    yield PreparedPost(post, text, language, text_key(heading), mentions, links_of(post, text))
    if post.reply is not None and post.reply.text.strip():
        yield from _carried_reply(post, brands)


def _relation(post: PostData, brand: ListeningBrand, tagged: set[str]) -> Relation:
    """A review stands on the brand's own page; other posts are put to the brand if they tag one of its accounts."""
    if post.author.is_owned or brand.owns(post.source, post.author):
        return Relation.OWN
    if post.kind is PostKind.REVIEW or brand.is_tagged(post.source, tagged):
        return Relation.DIRECT
    return Relation.INDIRECT


def _carried_reply(post: PostData, brands: list[ListeningBrand]) -> Iterator[PreparedPost]:
    assert post.reply is not None
    said = post.reply.author
    owner = brands[0].slug if brands else "owner"
    author = AuthorData(
        source_id=said.source_id or said.handle or owner, handle=said.handle or owner, name=said.name, is_owned=True
    )
    reply = PostData(
        source=post.source,
        source_id=f"{post.source_id}#reply",
        text=post.reply.text,
        published_at=post.reply.published_at,
        author=author,
        kind=PostKind.REPLY,
        parent_source_id=post.source_id,
        thread_source_id=post.thread_source_id,
    )
    yield from prepare(reply, brands[:1])
