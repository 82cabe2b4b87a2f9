"""``PreparedPost``: a post cleaned and identified, ready for the store; between the door and the tables."""

import hashlib
from dataclasses import dataclass
from typing import Any

from models.postdata import PostData
from models.words import LinkKind, Relation


@dataclass(frozen=True, slots=True)
class MentionData:
    """That a post speaks of a brand, and how; ``query_id`` is the brand's query that caught it, if one did."""

    brand_id: int
    relation: Relation
    query_id: int | None = None


@dataclass(frozen=True, slots=True)
class LinkData:
    """What a post points at: the ``source_id`` of a post that it quotes, or an address in its plainest form."""

    kind: LinkKind
    target: str


@dataclass(frozen=True, slots=True)
class PreparedPost:
    """A post with its cleaned text, its language (ISO 639-1, or ``und``), the brands it speaks of and its links."""

    post: PostData
    text: str
    language: str
    text_key: str
    mentions: tuple[MentionData, ...]
    links: tuple[LinkData, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What makes the post unique: its source and its id there."""
        return self.post.source, self.post.source_id

    @property
    def content_hash(self) -> str:
        """Changes when anything the source says of the post changes; its author's own data is apart.

        A post that quotes nothing has the hash that it had before quotes were read.
        """
        apart: dict[str, Any] = {"author": {"name", "followers", "is_bot"}}
        if self.post.quoted_source_id is None:
            apart["quoted_source_id"] = True
        said = self.post.model_dump_json(exclude=apart)
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    @property
    def text_hash(self) -> str:
        """Equal for texts that differ in case, spacing, punctuation or links alone."""
        return hashlib.sha256(self.text_key.encode()).hexdigest()[:32]
