"""Days and times on charts: as the reader writes them, by region too; as ISO 8601 has them where no reader is known."""

import re
from collections.abc import Mapping
from html import unescape

import pytest
from babel import localedata
from pydantic import BaseModel

from listener.charts.days import axis_format, day, locale, stamp
from listener.charts.look import Look
from listener.charts.pictures import DRAWN, svg
from listener.reports.asking import Bucket
from listener.reports.trends import Trends
from listener.wording import LANGUAGES, wording_of
from tests.builders import NOW

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_TEXT = re.compile("<text[^>]*>(.*?)</text>", re.DOTALL)
_TAG = re.compile("<[^>]*>|[\u2066-\u2069]")


def _look(language: str, customs: str | None = None, zone: str = "UTC") -> Look:
    wording = wording_of(language, zone, customs)
    return Look(say=wording.translations.gettext, wording=wording)


def _texts(drawn: bytes) -> list[str]:
    return [unescape(_TAG.sub("", found)) for found in _TEXT.findall(drawn.decode())]


@pytest.mark.parametrize(
    ("language", "customs", "said"),
    [
        ("en", None, "15 Sept"),
        ("en", "en-US", "Sep 15"),
        ("pl", None, "15 wrz"),
        ("lt", None, "09-15"),
        ("he", None, "15 בספט׳"),
        ("zh_Hant", None, "9月15日"),
    ],
)
def test_an_axis_of_time_speaks_as_the_reader_does(
    trends: Trends, language: str, customs: str | None, said: str
) -> None:
    look = _look(language, customs)
    form = re.sub(r"\d+", "#", said).replace("Sept", "*").replace("Sep", "*").replace("wrz", "*").replace("ספט׳", "*")
    months = "|".join(re.escape(name) for name in locale(look)["locale"]["time"]["shortMonths"])
    pattern = re.escape(form).replace(r"\#", r"\d+").replace(r"\*", f"(?:{months})")
    labels = [text for text in _texts(svg("trends", trends, look, "stages")) if re.fullmatch(pattern, text)]
    assert len(labels) >= 6, pattern


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("language", ["en", "pl", "he", "zh_Hant"])
def test_no_day_is_left_as_a_machine_writes_it(reports: Mapping[str, BaseModel], name: str, language: str) -> None:
    drawn = svg(name, reports[name], _look(language))
    assert not _ISO.findall(drawn.decode())
    assert _ISO.findall(svg(name, reports[name]).decode()), "without a reader it is ISO 8601"


def test_times_are_those_of_the_readers_zone() -> None:
    look = _look("en", zone="Asia/Taipei")
    assert stamp(look, NOW) == look.wording.time(NOW)  # type: ignore[union-attr]
    assert stamp(look, NOW).endswith("UTC+8")
    assert stamp(Look(), NOW) == f"{NOW:%Y-%m-%d %H:%M} UTC"
    assert day(Look(), NOW.date()) == NOW.date().isoformat()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_region_of_a_language_has_a_form(language: str) -> None:
    for tag in localedata.locale_identifiers():
        if tag == language or tag.startswith(f"{language}_"):
            look = _look(language, tag.replace("_", "-"))
            assert all("%" in axis_format(look, by) for by in Bucket), tag
            assert len(locale(look)["locale"]["time"]["shortMonths"]) == 12
