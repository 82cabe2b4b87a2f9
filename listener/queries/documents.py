"""``Document``: one post as queries see it. Holds what is asked of it, computed once; decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from listener.queries.folding import fold
from listener.queries.passages import Passage
from models.postdata import PostData


@dataclass(frozen=True)
class Document:
    """One post: cleaned text, title, its author's name and handle, and what its source says of it.

    ``language`` is a code such as ``pl`` or ``zh-TW``; ``rating`` runs from 1 to 5; ``tags`` are without ``#``.
    """

    text: str
    title: str | None = None
    author_names: tuple[str, ...] = ()
    source: str = ""
    language: str | None = None
    kind: str = "post"
    rating: float | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()

    @cached_property
    def _passages(self) -> Mapping[str | None, tuple[Passage, ...]]:
        text = (Passage(self.text),)
        title = (Passage(self.title),) if self.title else ()
        # A name of one word may be a handle, and both spellings of one are to be found.
        names = tuple(Passage(name if " " in name else f"@{name.removeprefix('@')}") for name in self.author_names)
        url = (Passage(self.url),) if self.url else ()
        return {None: title + text, "text": text, "title": title, "author": names, "url": url}

    def passages(self, field: str | None) -> tuple[Passage, ...]:
        """The texts that a word field stands for (text, title, author, url); None: title and text."""
        return self._passages[field]

    @cached_property
    def tag_names(self) -> frozenset[str]:
        """The tags, and the hashtags of title and text, folded."""
        found = {fold(tag).strip().removeprefix("#") for tag in self.tags}
        return frozenset(found.union(*(passage.hashtags for passage in self.passages(None))))

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """Source, kind and language as they are compared; a language that is not known is empty."""
        language = (self.language or "").replace("_", "-")
        return {"source": fold(self.source), "kind": fold(self.kind), "lang": fold(language)}


def document_of(post: PostData, text: str, language: str | None) -> Document:
    """A post with its cleaned text and detected language; its tags are the hashtags of title and text."""
    passages = Passage(post.title or ""), Passage(text)
    return Document(
        text=text,
        title=post.title,
        author_names=tuple(name for name in (post.author.name, post.author.handle) if name),
        source=post.source,
        language=language,
        kind=post.kind.value,
        rating=post.rating,
        url=post.url,
        tags=tuple(sorted(passages[0].hashtags | passages[1].hashtags)),
    )
