"""The catalogues: every text is in each, whole, with the same names to fill in and the same markup."""

import re
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import files
from typing import Any

import pytest

from api.routes import explanation
from listener.wording import LANGUAGES, gathering, terms
from listener.wording.catalogues import SOURCE, translations_of

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
_FILLED = re.compile(r"%\((\w+)\)[sdf]")
_TAG = re.compile(r"</?\w+")


@pytest.fixture(scope="module")
def template() -> Any:
    """The texts in code and templates."""
    return gathering.gathered()


def _keys(catalogue: Iterable[Any]) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, _forms(message.id)) for message in catalogue if message.id}


def _forms(text: Any) -> tuple[str, ...]:
    """A message's text, or its plural forms."""
    return tuple(text) if isinstance(text, tuple | list) else (text or "",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue_and_nothing_else(language: str, template: Any) -> None:
    assert _keys(gathering.written(language)) == _keys(template), "run: make messages"


def test_gathering_again_changes_nothing(template: Any) -> None:
    once = gathering.renewed("pl", template)
    assert gathering.renewed("pl", template) == once
    assert b"fuzzy" not in once


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_translate(language: str) -> None:
    assert gathering.missing(language) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_names_and_markup(language: str) -> None:
    for message in gathering.written(language):
        if not message.id:
            continue
        sources, said = _forms(message.id), _forms(message.string)
        names = set(_FILLED.findall(sources[-1]))
        for place, text in enumerate(said):
            found = set(_FILLED.findall(text))
            is_one = len(said) > 1 and place == 0
            assert found <= names, text
            assert names - found <= ({"num", "shown"} if is_one else _said_otherwise(sources)), text
            assert Counter(_TAG.findall(text)) == Counter(_TAG.findall(sources[-1])), text
            assert text == text.strip(), text
            if names:
                assert text % dict.fromkeys(names, "7"), text
            else:
                assert text.count("%") == sources[-1].count("%"), text


def _said_otherwise(sources: tuple[str, ...]) -> set[str]:
    """What a form may leave out because the English one does too."""
    return set(_FILLED.findall(sources[-1])) - set(_FILLED.findall(sources[0]))


@pytest.mark.parametrize("language", TRANSLATED)
def test_plurals_have_all_forms(language: str) -> None:
    for message in gathering.written(language):
        if message.id and isinstance(message.id, tuple):
            assert isinstance(message.string, tuple)
            assert len(message.string) == {"pl": 3, "lt": 3, "he": 2, "zh_Hant": 1}[language], message.id


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("pl", {1: "1 wpis.", 2: "2 wpisy.", 5: "5 wpisów.", 12: "12 wpisów.", 22: "22 wpisy.", 0: "0 wpisów."}),
        ("lt", {1: "1 įrašas.", 2: "2 įrašai.", 10: "10 įrašų.", 11: "11 įrašų.", 21: "21 įrašas.", 0: "0 įrašų."}),
        ("he", {1: "פוסט אחד.", 2: "2 פוסטים.", 11: "11 פוסטים."}),
        ("zh_Hant", {1: "共 1 則貼文。", 3: "共 3 則貼文。"}),
        ("en", {1: "1 post.", 2: "2 posts."}),
    ],
)
def test_numbers_take_the_right_form(language: str, forms: dict[int, str]) -> None:
    translations = translations_of(language)
    for count, text in forms.items():
        assert translations.ngettext("%(num)s post.", "%(num)s posts.", count) % {"num": count} == text


@pytest.mark.parametrize("language", TRANSLATED)
def test_states_and_stages_can_be_told_apart(language: str) -> None:
    from listener.reports.wording import STATE_TEXTS

    translations = translations_of(language)
    for words in (STATE_TEXTS, terms.STAGES, terms.SENTIMENTS):
        assert len({translations.gettext(text) for text in words.values()}) == len(words)


def test_the_words_of_labels_are_those_of_the_api() -> None:
    assert set(explanation._LABELS.values()) == terms.LABELS
    assert set(explanation.TASKS.values()) == set(terms.TASKS)


def test_catalogues_are_installed() -> None:
    installed = files("moment-listener") or []
    names = {str(file) for file in installed}
    if any(name.endswith(".pth") for name in names):
        return  # an editable installation reads them where they lie
    assert {f"listener/wording/locale/{language}/messages.po" for language in LANGUAGES} <= names
