"""Terms of texts in the languages of the demo, and of anything at all."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.stopwords import is_stop_word, stop_words
from nlp.terms import LONGEST, terms_of


def keys(text: str, language: str) -> list[str]:
    return [term.key for term in terms_of(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The steam wand is leaking", ["steam", "wand", "steam wand", "leaking"]),
        ("en", "Refund? Valve!", ["refund", "valve"]),
        ("en", "I don't, won't and can't", []),
        ("en", "Baltic Dawn", ["baltic", "dawn", "baltic dawn"]),
        ("en", "cold-brew", ["cold", "brew", "cold brew"]),
        ("en", "Amber's crema", ["amber", "crema"]),
        ("de", "Die Dampflanze tropft", ["dampflanze", "tropft", "dampflanze tropft"]),
        ("es", "¿El vaporizador gotea?", ["vaporizador", "gotea", "vaporizador gotea"]),
        ("pl", "Zeby sie nie przypaliła kawa", ["przypaliła", "kawa", "przypaliła kawa"]),
        ("pl", "Ember'a", ["ember"]),
        ("lt", "Ačiū, pupelės labai švelnios", ["pupelės", "švelnios"]),
        ("lt", "Roast'o pupelės", ["roast", "pupelės", "roast pupelės"]),
        ("fr", "L'eau d'été", ["eau", "été"]),
        ("he", "המכונה נוזלת", ["המכונה", "נוזלת", "המכונה נוזלת"]),
        ("he", "ושאני לא אוהב קפה", ["אוהב", "קפה", "אוהב קפה"]),
        ("zh", "蒸氣管一直漏水", ["蒸氣管", "漏水"]),
        ("zh", "我們真的覺得這個咖啡機不錯", ["咖啡機", "不錯", "咖啡機不錯"]),
        ("uk", "Дуже смачна кава", ["смачна", "кава", "смачна кава"]),
        ("ar", "القهوة لذيذة", ["القهوة", "لذيذة", "القهوة لذيذة"]),
        ("ja", "コーヒーの豆乳", ["コーヒー", "豆乳"]),
    ],
)
def test_content_words_and_neighbours(language: str, text: str, expected: list[str]) -> None:
    assert keys(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "@amberroast",
        "https://example.org/coffee",
        "www.example.org",
        "example.com",
        "me@example.com",
        "250 g",
        "14:30",
        "😍☕🇱🇹 1️⃣",
        "x Y z",
        "!!! ...",
        "",
        "\ud800",
        "\x00",
        "א",
        "ж",
    ],
)
def test_what_is_no_word_is_dropped(text: str) -> None:
    assert terms_of(text, "en") == []


def test_hashtags_are_words() -> None:
    assert keys("#Espresso #third_wave", "en")[0] == "espresso"
    assert "third wave" not in keys("#third #wave_two", "pl")
    assert "flat white" in keys("#flat_white", "en")


@pytest.mark.parametrize("between", [" @northbeans ", " https://example.org ", ", ", " and ", " 12 ", " 😍 ", "\n"])
def test_no_phrase_across_what_is_dropped(between: str) -> None:
    assert keys(f"steam{between}wand", "en") == ["steam", "wand"]


def test_a_name_may_end_in_a_stop_word() -> None:
    assert keys("my Ember One leaks", "en") == ["ember", "ember one", "leaks", "one leaks"]
    assert keys("Ember one of them", "en") == ["ember"]
    assert "dziękujemy pani" not in keys("Dziękujemy Pani", "pl")


def test_display_keeps_the_spelling_and_key_folds_it() -> None:
    (term,) = terms_of("ESPRESSO", "it")
    assert (term.key, term.display, term.is_phrase) == ("espresso", "ESPRESSO", False)
    assert keys("ｃｏｆｆｅｅ", "de") == ["coffee"]


def test_hebrew_abbreviations_stay_whole() -> None:
    assert keys("צ'מקס", "he") == ["צ׳מקס"]
    assert keys('דו"ח', "he") == ["דו״ח"]


@pytest.mark.parametrize("word", ["ושלא", "כשזה", "לכולם", "שאני", "שלי", "הזאת"])
def test_hebrew_stop_words_behind_prefixes(word: str) -> None:
    assert is_stop_word(word, "he")


@pytest.mark.parametrize("word", ["כלים", "שמן", "לבן", "משלוח", "מכונה", "הזמנה", "שירות", "קפה", "מחיר"])
def test_hebrew_words_that_only_look_prefixed_stay(word: str) -> None:
    assert not is_stop_word(word, "he")


def test_chinese_function_words_are_known_in_both_scripts() -> None:
    for word in ["我們", "我们", "這個", "这个", "沒有", "没有", "什麼", "什么", "為什麼", "但會", "那台"]:
        assert is_stop_word(word, "zh"), word
    for word in ["漏水", "訂閱", "客服", "咖啡", "會計", "開放"]:
        assert not is_stop_word(word, "zh"), word


@pytest.mark.parametrize("language", ["", "und", "xx", "no", "ko", "th", "vi", "zh-TW", "pt_BR", "../en", "EN", "é"])
def test_any_language_code_will_do(language: str) -> None:
    assert "espresso" in keys("espresso", language)
    assert stop_words(language)


@settings(deadline=None, max_examples=150)
@given(
    text=st.text(st.characters()),
    language=st.sampled_from(["en", "pl", "lt", "he", "zh", "es", "de", "ar", "ja", "th", "hi", "fr", "tr", "xx"]),
)
def test_any_text_gives_proper_terms(text: str, language: str) -> None:
    terms = terms_of(text, language)
    assert terms == terms_of(text, language)
    for term in terms:
        assert term.display.strip() == term.display != ""
        assert term.key
        assert len(term.words) in (1, 2)
        assert len(term.display) <= 2 * LONGEST + 1
        assert any(char.isalpha() for char in term.display)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["steam", "wand", "the", "@you", "#tag", "12", "קפה", "咖啡機", "kawa", ",", "\n", "a😍b", "it's", "״"]
        ),
        max_size=12,
    )
)
def test_mixed_scripts_give_proper_terms(parts: list[str]) -> None:
    for joined in (" ".join(parts), "".join(parts)):
        for language in ("en", "he", "zh"):
            assert all(term.display for term in terms_of(joined, language))


def test_importing_is_quick() -> None:
    program = "import sys, nlp.terms; sys.exit(any(name in sys.modules for name in ('spacy', 'jieba')))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_jieba_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    program = "from nlp.terms import terms_of; terms_of('咖啡機漏水', 'zh')"
    subprocess.run([sys.executable, "-c", program], check=True)
    assert capfd.readouterr().err == ""
