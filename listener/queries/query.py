"""``Query``: a parsed expression, what it matches and what a source has to be searched for."""

from dataclasses import dataclass

from listener.queries.documents import Document
from listener.queries.necessary import necessary
from listener.queries.patterns import STAR
from listener.queries.terms import Tag
from listener.queries.tree import Node, terms_sought
from listener.queries.writing import is_hashtag


@dataclass(frozen=True)
class Query:
    """What a brand listens for. Its text is the normalised expression, which parses to an equal query."""

    root: Node

    def matches(self, document: Document) -> bool:
        """Whether the document is what the query asks for."""
        return self.root.matches(document)

    def terms(self) -> tuple[str, ...]:
        """Words, phrases, #hashtags and @handles of which every matching document holds at least one.

        As few and as long as possible. Phrases are held whatever punctuation stands between their words, as searches
        have it. A word with stars stands as its longest fixed part, so it may be the middle of a word. Empty where
        there is no such set (``lang:pl`` alone, or ``coffee OR lang:pl``).
        """
        return necessary(self.root) or ()

    def hashtags(self) -> tuple[str, ...]:
        """The hashtags without stars that speak for a match, as written, without ``#``."""
        found = (term.body for term in terms_sought(self.root) if isinstance(term, Tag))
        return tuple(dict.fromkeys(body for body in found if is_hashtag(body) and STAR not in body))

    def __str__(self) -> str:
        return str(self.root)


def explain(query: Query, document: Document) -> list[str]:
    """The terms that speak for a match and that the document has, as the query language writes them."""
    found = (str(term) for term in terms_sought(query.root) if term.matches(document))
    return list(dict.fromkeys(found))
