"""``PreparedPost``: a post cleaned and identified, ready for the store; between the door and the tables."""

import hashlib
from dataclasses import dataclass

from models.postdata import PostData
from models.words import Relation


@dataclass(frozen=True, slots=True)
class MentionData:
    """That a post speaks of a brand, and how; ``query_id`` is the brand's query that caught it, if one did."""

    brand_id: int
    relation: Relation
    query_id: int | None = None


@dataclass(frozen=True, slots=True)
class PreparedPost:
    """A post with its cleaned text, its language (ISO 639-1, or ``und``) and the brands it speaks of."""

    post: PostData
    text: str
    language: str
    text_key: str
    mentions: tuple[MentionData, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What makes the post unique: its source and its id there."""
        return self.post.source, self.post.source_id

    @property
    def content_hash(self) -> str:
        """Changes when anything the source says of the post changes; its author's own data is apart."""
        said = self.post.model_dump_json(exclude={"author": {"name", "followers", "is_bot"}})
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    @property
    def text_hash(self) -> str:
        """Equal for texts that differ in case, spacing, punctuation or links alone."""
        return hashlib.sha256(self.text_key.encode()).hexdigest()[:32]
