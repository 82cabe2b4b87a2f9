"""Finds words of which every matching document holds at least one, for sources that can search plain words only."""

from listener.queries.folding import fold
from listener.queries.passages import APART, JOINED, encode
from listener.queries.scripts import weight
from listener.queries.tree import And, Node, Not, Or

_SIGNS = ("#", "@")


def necessary(node: Node, *, is_opposed: bool = False) -> tuple[str, ...] | None:
    """The fewest, longest such words, phrases, #hashtags and @handles; None if there is no such set.

    ``is_opposed`` asks about documents that do not match instead.
    """
    match node:
        case Not():
            return necessary(node.part, is_opposed=not is_opposed)
        case And() | Or():
            sets = [necessary(part, is_opposed=is_opposed) for part in node.parts]
            # What does not match an AND lacks one part or another, as if OR stood there.
            return _best(sets) if isinstance(node, Or) == is_opposed else _together(sets)
        case _:
            plain = None if is_opposed else node.plain()
            return None if plain is None else (plain,)


def _best(sets: list[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """Each set will do: the one of the fewest words, and among those the one whose shortest word is the longest."""
    known = [words for words in sets if words is not None]
    return min(known, key=lambda words: (len(words), -min(map(weight, words))), default=None)


def _together(sets: list[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """All sets are needed, without words that hold another one whole."""
    words: dict[str, str] = {}
    for each in sets:
        if each is None:
            return None
        for word in each:
            words.setdefault(fold(word), word)
    return tuple(word for folded, word in words.items() if not any(_covers(other, folded) for other in words))


def _covers(shorter: str, longer: str) -> bool:
    """Whether whatever holds the longer one holds the shorter one; hashtags and handles stand for themselves."""
    if shorter == longer or shorter.startswith(_SIGNS) or longer.startswith(_SIGNS):
        return False
    return encode(shorter).removesuffix(APART) + APART in encode(longer).replace(JOINED, APART)
