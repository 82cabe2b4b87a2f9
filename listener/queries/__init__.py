"""The language in which a brand says what it listens for: parses expressions and matches posts; fetches nothing."""

from listener.queries.documents import Document, document_of
from listener.queries.grammar import parse
from listener.queries.query import Query, explain

__all__ = ["Document", "Query", "document_of", "explain", "parse"]
