"""Reads expressions: tokens to a tree, by recursive descent; what terms look like is said in ``building``.

It is written by hand and not generated (lark was weighed), since most of it is what to tell people: which bracket is
not closed, what an operator lacks, which NOT finds everything. A generated parser knows which tokens it had expected.
"""

from listener.queries.building import check, term_of
from listener.queries.folding import UNSEEN
from listener.queries.query import Query
from listener.queries.scanning import Mark, MisreadError, Token, scan
from listener.queries.tree import Node, all_of, any_of, loose_not, none_of
from models.errors import InputError

MOST_CHARACTERS = 4_000
MOST_TERMS = 200
MOST_NESTING = 50
_SHOWN = 60
# Signs as Chinese and Japanese keyboards write them, one character for one, so that columns stay.
_NARROW = str.maketrans("（）＂：＃＠－＊～", '()":#@-*~')
_STARTS = (Mark.OPEN, Mark.NOT, Mark.FIELD, Mark.WORD, Mark.PHRASE)


def parse(expression: str) -> Query:
    """Read an expression of the query language (docs/queries.md).

    Raises InputError, one line with the column (from 1, in characters) and what is expected there, for an expression
    that cannot be read, that would match posts holding none of its terms, or that is beyond the limits: 4,000
    characters (also when written out), 200 terms, brackets and NOT 50 deep.
    """
    places = [place for place, character in enumerate(expression) if not UNSEEN.match(character)]
    text = "".join(expression[place] for place in places).translate(_NARROW)
    try:
        if len(expression) > MOST_CHARACTERS:
            raise MisreadError(len(text), f"a query has at most {MOST_CHARACTERS:,} characters")
        root = _Parser(list(scan(text))).whole()
        if len(str(root)) > MOST_CHARACTERS:
            raise MisreadError(0, f"written out in full, this query has more than {MOST_CHARACTERS:,} characters")
    except MisreadError as error:
        column = (places[error.at] if error.at < len(places) else len(expression)) + 1
        shown = " ".join(expression[:_SHOWN].split()) + ("…" if len(expression) > _SHOWN else "")
        raise InputError(f"query '{shown}': column {column}: {error}") from None
    return Query(root)


class _Parser:
    """One pass over the tokens of one expression."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self._term_count = 0
        self._field: Token | None = None

    @property
    def _token(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def whole(self) -> Node:
        """The tree of all tokens. Raises MisreadError."""
        if self._token.mark is Mark.END:
            raise MisreadError(0, "the query is empty")
        root = self._alternatives()
        if self._token.mark is Mark.CLOSE:
            raise MisreadError(self._token.at, "this bracket closes nothing")
        loose = loose_not(root)
        if loose is not None:
            raise MisreadError(
                loose.at, "this NOT would find every post without the word; add what a post has to hold, with AND"
            )
        return root

    def _alternatives(self) -> Node:
        parts = [self._conjunction()]
        while self._token.mark is Mark.OR:
            self._take()
            parts.append(self._conjunction())
        return any_of(parts)

    def _conjunction(self) -> Node:
        parts = [self._factor()]
        while self._token.mark is Mark.AND or self._token.mark in _STARTS:
            if self._token.mark is Mark.AND:
                self._take()
            parts.append(self._factor())
        return all_of(parts)

    def _factor(self) -> Node:
        token = self._take()
        match token.mark:
            case Mark.NOT:
                self._go_deeper(token)
                part = none_of(self._factor(), token.at)
                self._depth -= 1
                return part
            case Mark.OPEN:
                return self._group(token)
            case Mark.FIELD:
                return self._with_field(token)
            case Mark.WORD | Mark.PHRASE:
                self._term_count += 1
                check(self._term_count <= MOST_TERMS, token.at, f"a query has at most {MOST_TERMS} terms")
                return term_of(token, self._field.text if self._field else None)
        raise self._missing(token)

    def _group(self, opening: Token) -> Node:
        self._go_deeper(opening)
        check(self._token.mark is not Mark.CLOSE, opening.at, "there is nothing between these brackets")
        inner = self._alternatives()
        check(self._token.mark is Mark.CLOSE, opening.at, "this bracket is not closed")
        self._take()
        self._depth -= 1
        return inner

    def _with_field(self, field: Token) -> Node:
        if self._field is not None:
            raise MisreadError(field.at, f"{field.text}: cannot stand within {self._field.text}:(…)")
        self._field = field
        part = self._factor()
        self._field = None
        return part

    def _go_deeper(self, token: Token) -> None:
        self._depth += 1
        check(self._depth <= MOST_NESTING, token.at, f"brackets and NOT go at most {MOST_NESTING} deep")

    def _missing(self, token: Token) -> MisreadError:
        """What to say where a term should begin but does not."""
        before = self._tokens[self._place - 2] if self._place > 1 else None
        if before is None or before.mark is Mark.OPEN:
            if token.mark is Mark.CLOSE:
                return MisreadError(token.at, "this bracket closes nothing")
            if token.mark is Mark.END:
                return MisreadError(before.at if before else 0, "this bracket is not closed")
            return MisreadError(token.at, f"a term is expected before {token.text}")
        return MisreadError(before.at, f"a term is expected after {before.text}")
