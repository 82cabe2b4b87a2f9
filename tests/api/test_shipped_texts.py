"""What comes with the package as data (journeys, what collectors say of themselves) is in the reader's language too."""

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from listener.collectors import collectors
from listener.journeys.reading import shipped
from listener.wording import LANGUAGES, wording_of
from tests.api.service import Client

BRAND = "/brands/amber-roast"
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def _words(client: Client, page: str, language: str) -> str:
    main = HTMLParser(client.page(f"{BRAND}/{page}?lang={language.replace('_', '-')}")).css_first("main")
    assert main is not None
    return main.text()


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_journeys_questions_are_the_readers(client: Client, language: str) -> None:
    said, wording = _words(client, "journey", language), wording_of(language)
    for stage in shipped("customer").stage:
        for text in (stage.question, stage.aim, stage.success):
            assert text not in said
            assert wording._(text) in said


def test_in_english_they_are_as_written(client: Client) -> None:
    said = _words(client, "journey", "en")
    assert all(stage.question in said for stage in shipped("customer").stage)


@pytest.mark.parametrize("language", TRANSLATED)
def test_sources_speak_of_themselves_in_the_readers_language(client: Client, language: str) -> None:
    said, wording = _words(client, "sources", language), wording_of(language)
    for module in collectors().values():
        for text in (module.DECLARATION.covers.rstrip("."), module.DECLARATION.history.rstrip(".")):
            assert text not in said
            assert wording._(text) in said


def test_brackets_and_colons_are_those_of_the_script(client: Client) -> None:
    chinese, english = (HTMLParser(client.page(f"{BRAND}/gap?lang={tag}")) for tag in ("zh-Hant", "en"))
    for tree, bracket, colon in ((chinese, "（", "："), (english, "(", ": ")):
        cells = [node.text() for node in tree.css("section[aria-labelledby=groups] td .quiet")]
        assert cells
        assert all(cell.startswith(bracket) for cell in cells)
        labels = [node.attributes["aria-label"] or "" for node in tree.css("div.scroll[role=region]")]
        assert labels
        assert all(colon in label for label in labels)
