"""The tree of a query: AND, OR and NOT over terms. Evaluates and writes itself; reads no expressions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from listener.queries.documents import Document
from listener.queries.terms import Term


@dataclass(frozen=True)
class And:
    """All of two parts or more, none of them an ``And``."""

    parts: tuple["Node", ...]

    def matches(self, document: Document) -> bool:
        """Whether every part matches."""
        return all(part.matches(document) for part in self.parts)

    def __str__(self) -> str:
        return " AND ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


@dataclass(frozen=True)
class Or:
    """One of two parts or more, none of them an ``Or``."""

    parts: tuple["Node", ...]

    def matches(self, document: Document) -> bool:
        """Whether any part matches."""
        return any(part.matches(document) for part in self.parts)

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


@dataclass(frozen=True)
class Not:
    """What its part is not; ``at`` is where it was written, which makes no difference to what it means."""

    part: "Node"
    at: int = field(default=0, compare=False, repr=False)

    def matches(self, document: Document) -> bool:
        """Whether the part does not match."""
        return not self.part.matches(document)

    def __str__(self) -> str:
        return f"NOT {self.part}" if isinstance(self.part, Term) else f"NOT ({self.part})"


Node = Term | And | Or | Not


def all_of(parts: list[Node]) -> Node:
    """The parts joined by AND, without nesting where none is needed."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(parts: list[Node]) -> Node:
    """The parts joined by OR, without nesting where none is needed."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def none_of(part: Node, at: int) -> Node:
    """The opposite of a part; of an opposite, the part itself."""
    return part.part if isinstance(part, Not) else Not(part, at)


def holds(node: Node, has: Callable[[Term], bool]) -> bool:
    """Whether the node is true where ``has`` says which terms are."""
    match node:
        case And():
            return all(holds(part, has) for part in node.parts)
        case Or():
            return any(holds(part, has) for part in node.parts)
        case Not():
            return not holds(node.part, has)
        case _:
            return has(node)


def loose_not(node: Node) -> Not | None:
    """The NOT by which posts match that hold none of the terms; None where every match holds a term."""
    if not holds(node, lambda _term: False):
        return None
    while not isinstance(node, Not):
        parts = node.parts if isinstance(node, And | Or) else ()
        node = next(part for part in parts if holds(part, lambda _term: False))
    return node


def terms_sought(node: Node, *, is_opposed: bool = False) -> Iterator[Term]:
    """The terms that speak for a match, from left to right: those under no NOT, or under two."""
    match node:
        case And() | Or():
            for part in node.parts:
                yield from terms_sought(part, is_opposed=is_opposed)
        case Not():
            yield from terms_sought(node.part, is_opposed=not is_opposed)
        case _:
            if not is_opposed:
                yield node
