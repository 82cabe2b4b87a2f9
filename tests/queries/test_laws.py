"""Laws that hold for every query and every document."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from listener.queries import Document, Query, explain, parse
from models.errors import InputError

unhurried = settings(deadline=None)  # the first query waits for the tables of characters
WORDS = ("amber", "roast", "roaster", "kawa", "žalia", "קפה", "咖啡", "กาแฟ", "☕")
SCRAPS = (
    *("AND", "OR", "NOT", "(", ")", '"', "“", "”", "„", "「", "」", "«", "~5", "-", "–", "*", "#", "@", "+", "&", "!"),
    *("title:", "lang:pl", "rating:1..3", "tag:", "author:", "url:", "x:", ".", ",", ":", " ", " ", "  ", "\n"),
    *("a", "bat", 'צה"ל', "手機", "กำ", "™", "①", "´", "☕", "🇵🇱", "ﬁ", "İ", "\u0301", "\u200f", "Ⅳ", "ｶﾞ", "ß"),
)

word = st.sampled_from(WORDS)
sentences = st.lists(word | word.map("#{}".format) | word.map("@{}".format), max_size=6).map(" ".join)
documents = st.builds(
    Document,
    text=sentences,
    title=st.none() | sentences,
    language=st.sampled_from(("pl", "lt", "und", None)),
    rating=st.none() | st.integers(1, 5).map(float),
)
phrases = st.lists(word, min_size=2, max_size=3).map(" ".join)
letters = st.sampled_from([each for each in WORDS if each != "☕"])
terms = st.one_of(
    word,
    letters.map("#{}".format),
    letters.map("@{}".format),
    letters.map("{}*".format),
    letters.map("*{}".format),
    st.sampled_from(("r*t", "*mbe*", "kaw*", "k*", "#roast*", "@a*r", '"amber roast*"', '"*st kawa"')),
    phrases.map('"{}"'.format),
    st.builds('"{}"~{}'.format, phrases, st.integers(0, 3)),
    word.map("title:{}".format),
    letters.map("tag:{}".format),
    st.sampled_from(("lang:pl", "lang:(lt OR und)", "rating:<=2", "rating:3..5")),
)
# Queries whose brackets hold NOT may be refused; those below a leading term may not.
expressions = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("({} NOT {})".format, inner, inner),
        st.builds("({} -({} OR NOT {}))".format, inner, inner, inner),
    ),
    max_leaves=6,
)
queries = expressions.map(parse)


def has(document: Document, term: str) -> bool:
    """Whether a document holds a term as plain searching would find it; within phrases it looks at no punctuation."""
    texts = [said.casefold() for said in (document.text, document.title) if said]
    if " " in term:
        texts = [text.replace("#", "").replace("@", "") for text in texts]
    return any(term.casefold() in text for text in texts)


@unhurried
@given(queries)
def test_a_written_query_reads_as_an_equal_one(query: Query) -> None:
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)


@unhurried
@given(st.lists(st.sampled_from(SCRAPS), max_size=14).map("".join) | st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        query = parse(typed)
    except InputError:
        return
    assert parse(str(query)) == query
    document = Document(typed, title=typed, author_names=(typed,), url=typed, tags=(typed,))
    assert query.matches(document) in (True, False)
    assert all(query.terms())


@unhurried
@given(queries, documents)
def test_what_matches_holds_one_of_the_terms(query: Query, document: Document) -> None:
    if query.terms() and query.matches(document):
        assert any(has(document, term) for term in query.terms())


@unhurried
@given(queries, documents)
def test_what_matches_can_be_explained(query: Query, document: Document) -> None:
    if query.matches(document):
        assert explain(query, document)


@unhurried
@given(queries)
def test_no_query_matches_an_empty_document(query: Query) -> None:
    assert not query.matches(Document(""))


@unhurried
@given(expressions, expressions, expressions, documents)
def test_and_or_not_obey_de_morgan(a: str, b: str, anchor: str, document: Document) -> None:
    def matches(expression: str) -> bool:
        return parse(f"({anchor}) AND {expression}").matches(document)

    assert matches(f"NOT ({a} OR {b})") is matches(f"(NOT {a} AND NOT {b})")
    assert matches(f"NOT ({a} AND {b})") is matches(f"(NOT {a} OR NOT {b})")
    assert matches(f"({a} {b})") is matches(f"({b} AND {a})")
    assert matches(f"(NOT NOT {a})") is matches(a)
    assert parse(f"{a} OR {b}").matches(document) is (parse(a).matches(document) or parse(b).matches(document))


@unhurried
@given(terms.filter(lambda term: "İ" not in term), documents)
def test_case_and_invisible_characters_make_no_difference(term: str, document: Document) -> None:
    shown = replace(document, text="\u200b".join(document.text.upper()))
    assert parse(term).matches(shown) is parse(term).matches(document)


@unhurried
@given(st.lists(word, min_size=2, max_size=5).map(" ".join), phrases, st.integers(0, 3))
def test_a_phrase_is_near_and_what_is_near_stays_so_further_apart(text: str, phrase: str, distance: int) -> None:
    document = Document(text)
    if parse(f'"{phrase}"').matches(document):
        assert parse(f'"{phrase}"~0').matches(document)
    if parse(f'"{phrase}"~{distance}').matches(document):
        assert parse(f'"{phrase}"~{distance + 1}').matches(document)
