"""Terms as they are stored: what is read back is what was found, in any script, without language tools."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.stored_terms import StoredWord, runs_of, stored_terms
from nlp.terms import Term, terms_of


def read_back(stored: str) -> list[Term]:
    """The terms in the order of the text, as ``terms_of`` gives them."""
    found = []
    for run in runs_of(stored):
        before: StoredWord | None = None
        for word in run:
            if word.alone:
                found.append(Term(word.key, word.shown, (word.key,)))
            if before is not None:
                key, shown = (f"{a}{word.gap}{b}" for a, b in ((before.key, word.key), (before.shown, word.shown)))
                found.append(Term(key, shown, (before.key, word.key)))
            before = word
    return found


@pytest.mark.parametrize(
    ("language", "text", "stored"),
    [
        ("en", "The steam wands are leaking!", "steam wands/wand\nleaking/leak"),
        ("en", "Ember One: the steam wand", "Ember ~One\nsteam wand"),
        ("pl", "Nie ma kawy, niestety", "kawy/kawa\nniestety"),
        ("lt", "Siuntos vėluoja", "Siuntos/siunta vėluoja/vėluoti"),
        ("he", "המכונה נוזלת", "המכונה/מכונה נוזלת"),
        ("zh", "蒸氣管一直漏水", "蒸氣管\n漏水"),
        ("zh", "Ember One 的咖啡機不錯", "Ember ~One\n咖啡機 不錯"),
        ("en", "@amberroast https://example.org 12:30 😍", ""),
    ],
)
def test_a_text_has_one_compact_form(language: str, text: str, stored: str) -> None:
    assert stored_terms(text, language) == stored


def test_an_english_plural_that_no_dictionary_has_is_offered_without_its_s() -> None:
    ((word,),) = runs_of(stored_terms("AirPods", "en"))
    assert (word.key, word.base) == ("airpods", "airpod")


TEXTS = st.text(alphabet=st.sampled_from("aB ž'-/~\n.,!קפה咖啡機豆コー1#@ąę"), max_size=40) | st.text(max_size=30)


@settings(deadline=None, max_examples=150)
@given(TEXTS, st.sampled_from(["en", "pl", "lt", "he", "zh", "ja", "und"]))
def test_what_is_read_back_is_what_was_found(text: str, language: str) -> None:
    assert read_back(stored_terms(text, language)) == terms_of(text, language)


def test_reading_needs_neither_spacy_nor_a_dictionary() -> None:
    code = (
        "import sys; from nlp.stored_terms import runs_of; assert len(list(runs_of('a b/c\\n咖啡'))) == 2; "
        "sys.exit(any(name in sys.modules for name in ('spacy', 'jieba', 'simplemma')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
