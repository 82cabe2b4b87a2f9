"""One reader's wording: numbers, times and durations by their customs, names fenced off, the language chosen."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.wording import LANGUAGES, Choice, chosen, english, wording_of
from listener.wording.isolation import isolated

AT = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
GAP = "\N{NO-BREAK SPACE}"
FENCED = "\N{FIRST STRONG ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}"


@pytest.mark.parametrize(
    ("language", "zone", "text"),
    [
        ("en", "UTC", f"21 Nov 2026, 22:30{GAP}UTC"),
        ("pl", "Europe/Warsaw", f"21 lis 2026, 23:30{GAP}UTC+1"),
        ("lt", "Europe/Vilnius", f"2026-11-22 00:30{GAP}UTC+2"),
        ("he", "Asia/Jerusalem", f"22 בנוב׳ 2026, 0:30{GAP}UTC+2"),
        ("zh_Hant", "Asia/Taipei", f"2026年11月22日 清晨6:30{GAP}UTC+8"),
        ("en", "Asia/Kathmandu", f"22 Nov 2026, 04:15{GAP}UTC+5:45"),
        ("en", "America/New_York", f"21 Nov 2026, 17:30{GAP}UTC\N{MINUS SIGN}5"),
    ],
)
def test_times_are_the_readers(language: str, zone: str, text: str) -> None:
    assert wording_of(language, zone).time(AT) == text


def test_customs_of_a_region() -> None:
    said = wording_of("en", "UTC", "en-US").time(AT)
    assert said.startswith("Nov 21, 2026, 10:30")
    assert "PM" in said


@pytest.mark.parametrize(
    ("language", "number", "low", "high", "zero"),
    [
        ("en", "12,345", "0.4%", "57%", "0%"),
        ("pl", f"12{GAP}345", "0,4%", "57%", "0%"),
        ("lt", f"12{GAP}345", f"0,4{GAP}%", f"57{GAP}%", f"0{GAP}%"),
        ("he", "12,345", "0.4%", "57%", "0%"),
        ("zh_Hant", "12,345", "0.4%", "57%", "0%"),
    ],
)
def test_numbers_and_shares(language: str, number: str, low: str, high: str, zero: str) -> None:
    wording = wording_of(language)
    assert wording.number(12_345) == number
    assert [wording.percent(share) for share in (0.004, 0.5731, 0)] == [low, high, zero]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (45, "45 s"),
        (12 * 60, "12 min"),
        (3 * 3600 + 20 * 60, "3 h 20 min"),
        (76 * 3600, "3 d 4 h"),
        (48 * 3600, "2 d"),
        (0, "0 s"),
    ],
)
def test_durations_in_two_units(seconds: float, text: str) -> None:
    assert english().duration(seconds).replace(GAP, " ") == text


def test_durations_lists_and_names_in_other_languages() -> None:
    assert wording_of("zh_Hant").duration(76 * 3600).replace(GAP, " ") == "3 天 4 小時"
    assert wording_of("lt").duration(76 * 3600).replace(GAP, " ") == "3 d. 4 val."
    assert wording_of("pl").listed(["a", "b", "c"]) == "a, b i c"
    assert wording_of("he").language_name("lt") == "ליטאית"
    assert wording_of("lt").language_name("zh") == "kinų"
    assert english().language_name("xx-unknown") is None
    assert wording_of("he").day(date(2026, 3, 1)) == "1 במרץ 2026"


def test_directions_and_tags() -> None:
    assert {language: wording_of(language).direction for language in LANGUAGES} == {
        "en": "ltr",
        "pl": "ltr",
        "lt": "ltr",
        "he": "rtl",
        "zh_Hant": "ltr",
    }
    assert wording_of("zh_Hant").tag == "zh-Hant"
    assert wording_of("zh_Hant").own_name("lt") == "Lietuvių"


def test_messages_are_filled_in() -> None:
    wording = wording_of("pl")
    assert wording._("Run %(command)s.", command="listener classify") == "Uruchom listener classify."
    assert wording.ngettext("%(num)s post.", "%(num)s posts.", 1234) == f"1{GAP}234 wpisy."
    assert wording.pgettext("filter", "any") == "dowolne"
    assert wording._("what nobody translated 100 %") == "what nobody translated 100 %"
    assert english().npgettext("nothing", "%(num)s cup", "%(num)s cups", 2) == "2 cups"


def test_names_cannot_turn_a_sentence_around() -> None:
    hebrew = wording_of("he")
    assert FENCED % "Amber Roast" in hebrew._("For %(brand)s", brand="Amber Roast")
    assert english()._("For %(brand)s", brand="Amber Roast") == "For Amber Roast"
    assert english()._("For %(brand)s", brand="קפה ענבר") == f"For {FENCED % 'קפה ענבר'}"
    assert english()._("For %(brand)s", brand="a\N{RIGHT-TO-LEFT OVERRIDE}b").endswith("b\N{POP DIRECTIONAL ISOLATE}")


@given(st.text(alphabet="aבج1 ⁦⁧⁨⁩‮‬", max_size=30), st.sampled_from(["ltr", "rtl"]))
def test_a_fence_always_closes(text: str, direction: str) -> None:
    depth = 0
    for place, char in enumerate(found := isolated(text, direction)):
        depth += (char in "⁦⁧⁨") - (char == "⁩")
        assert depth > 0 or place == len(found) - 1 or found == text
    assert depth == 0


@pytest.mark.parametrize(
    ("wanted", "accepted", "found"),
    [
        ([], ["zh-TW", "en"], Choice("zh_Hant", "zh-Hant-TW")),
        ([], ["zh-HK"], Choice("zh_Hant", "zh-Hant-HK")),
        ([], ["zh-CN", "pl"], Choice("pl", "pl")),
        ([], ["iw", "en"], Choice("he", "he")),
        ([], ["lt-LT", "en-US"], Choice("lt", "lt-LT")),
        ([], ["fr", "ja"], Choice("en", "en-GB")),
        ([], ["*", "", "not a tag", "en_US"], Choice("en", "en-US")),
        (["he"], ["en-US"], Choice("he", "he")),
        (["en"], ["pl", "en-IE"], Choice("en", "en-IE")),
        (["klingon", "zh-Hant"], ["pl"], Choice("zh_Hant", "zh-Hant-TW")),
        (["../etc/passwd", ""], ["lt"], Choice("lt", "lt")),
    ],
)
def test_the_language_chosen(wanted: list[str], accepted: list[str], found: Choice) -> None:
    assert chosen(wanted, accepted) == found


def test_what_is_not_shipped_is_an_error() -> None:
    with pytest.raises(KeyError):
        wording_of("fr")
    with pytest.raises(ZoneInfoNotFoundError):
        wording_of("en", "Europe/Nowhere")
