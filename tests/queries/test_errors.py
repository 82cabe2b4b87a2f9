"""What is refused, with the column and what is expected there."""

import pytest

from listener.queries import Document, parse
from models.errors import InputError


@pytest.mark.parametrize(
    ("expression", "column", "reason"),
    [
        ("", 1, "the query is empty"),
        ("  \n", 1, "the query is empty"),
        ('"Amber Roast OR x', 1, "this quotation mark is not closed"),
        ("kawa „zimna", 6, "this quotation mark is not closed"),
        ("琥珀 「咖啡", 4, "this quotation mark is not closed"),
        ("咖啡」", 3, "a space is expected before this quotation mark"),
        ("a 」", 3, "this quotation mark closes nothing"),
        ('5"screen"', 2, "a space is expected before this quotation mark"),
        ('"amber"roast', 8, "a space is expected after this phrase"),
        ("(amber", 1, "this bracket is not closed"),
        ("amber (", 7, "this bracket is not closed"),
        ("(", 1, "this bracket is not closed"),
        ("amber (roast OR (tea)", 7, "this bracket is not closed"),
        ("amber)", 6, "this bracket closes nothing"),
        (")", 1, "this bracket closes nothing"),
        ("amber ()", 7, "there is nothing between these brackets"),
        ("amber AND", 7, "a term is expected after AND"),
        ("amber AND OR roast", 7, "a term is expected after AND"),
        ("(amber OR) roast", 8, "a term is expected after OR"),
        ("amber NOT", 7, "a term is expected after NOT"),
        ("OR amber", 1, "a term is expected before OR"),
        ("roast (AND amber)", 8, "a term is expected before AND"),
        ("NOT amber", 1, "this NOT would find every post without the word"),
        ("-amber", 1, "this NOT would find every post without the word"),
        ("amber OR NOT roast", 10, "this NOT would find every post without the word"),
        ("(-a OR b) -c", 2, "this NOT would find every post without the word"),
        ("NOT (a AND NOT b)", 1, "this NOT would find every post without the word"),
        ("lang:(NOT pl)", 7, "this NOT would find every post without the word"),
        ("amber - roast", 7, "this dash stands alone"),
        ("a & b", 3, "write AND, OR or NOT instead of &"),
        ("a || b", 3, "write AND, OR or NOT instead of ||"),
        ("+amber", 1, "+ has no meaning before a word"),
        ("a !b", 3, "! has no meaning before a word"),
        ("lnag:pl", 1, "no field 'lnag'; did you mean lang:?"),
        ("see https://amber.example", 5, "no field 'https'; fields are text, title,"),
        ("lang: pl", 6, "a value is expected directly after lang:"),
        ("lang:", 6, "a value is expected directly after lang:"),
        ("(lang:)", 7, "a value is expected directly after lang:"),
        ("lang:polish", 6, "a language is a code such as lang:pl"),
        ("lang:p*", 6, "a language is a code"),
        ("kind:tweet", 6, "a kind is one of post, review, question, reply"),
        ("source:*", 8, "the name of a source is expected here"),
        ("tag:#", 5, "the name of a tag is expected here"),
        ("rating:good", 8, "a rating is a number from 1 to 5"),
        ("rating:7", 8, "a rating is a number from 1 to 5"),
        ("rating:3..1", 8, "a rating is a number from 1 to 5"),
        ("rating:<1..2", 8, "a rating is a number from 1 to 5"),
        ("rating:-1", 8, "a minus goes before the field's name"),
        ("title:-amber", 7, "a minus goes before the field's name"),
        ("title:(amber lang:pl)", 14, "lang: cannot stand within title:(…)"),
        ('lang:"a b"~3', 6, "~ counts words of a text, and lang: has none"),
        ("author:#amber", 8, "authors have no hashtags"),
        ("#", 1, "letters, digits and _ are expected after #"),
        ("#amber-roast", 1, "letters, digits and _ are expected after #"),
        ("#*", 1, "letters, digits and _ are expected after #"),
        ("@", 1, "a name, as in @name or @name@server, is expected after @"),
        ("@@amber", 1, "a name, as in @name or @name@server, is expected after @"),
        ('"!?"', 1, "there is no letter, digit or symbol to look for here"),
        ("*", 1, "a star has to stand beside letters"),
        ('"amber * roast"', 1, "a star has to stand beside letters"),
        ("battery~5", 8, "~ goes directly after a phrase"),
        ("title:battery~5", 14, "~ goes directly after a phrase"),
        ('"battery"~5', 1, "~ needs two words or more"),
        ('"電池耗電"~5', 1, "~ needs two words or more"),
        ('"a b"~', 6, "~ takes a number of words up to 100"),
        ('"a b"~101', 6, "~ takes a number of words up to 100"),
        ('"a b"~5x', 8, "a space is expected after this phrase"),
        ("\u200f\u200f(קפה", 3, "this bracket is not closed"),
        ("（咖啡", 1, "this bracket is not closed"),
        ("a\nAND\n(", 7, "this bracket is not closed"),
    ],
)
def test_an_error_says_where_and_what_is_expected(expression: str, column: int, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(expression)
    said = str(caught.value)
    assert said.startswith(f"query '{' '.join(expression.split())}': column {column}: {reason}")
    assert "\n" not in said


def test_a_long_query_is_shown_by_its_beginning() -> None:
    with pytest.raises(InputError, match=r"^query '(amber ){9}amber…': column 601: this bracket closes nothing$"):
        parse("amber " * 99 + "amber )")


def refusal(expression: str) -> str:
    with pytest.raises(InputError) as caught:
        parse(expression)
    return str(caught.value).split("': ")[-1]


def test_limits() -> None:
    assert parse("a" * 4_000).matches(Document("a" * 4_000))
    assert refusal("a" * 4_001) == "column 4002: a query has at most 4,000 characters"
    assert parse("a " * 200)
    assert refusal("a " * 201) == "column 401: a query has at most 200 terms"
    assert parse("(" * 50 + "a" + ")" * 50) == parse("a")
    assert refusal("(" * 51 + "a" + ")" * 51) == "column 51: brackets and NOT go at most 50 deep"
    assert refusal("a " + "NOT " * 51 + "b") == "column 203: brackets and NOT go at most 50 deep"
    assert refusal("a " + "-" * 3_000 + "b") == "column 53: brackets and NOT go at most 50 deep"
    wide = "title:(" + " ".join(["word" * 7] * 130) + ")"
    assert refusal(wide) == "column 1: written out in full, this query has more than 4,000 characters"
