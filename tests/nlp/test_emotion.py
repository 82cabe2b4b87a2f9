"""Emotions by cue words, in five languages, as their speakers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.emotion import EMOTIONS, emotions_of, languages


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Thank you, the new beans are wonderful!", "en", {"gratitude", "joy"}),
        ("I expected better, honestly. What a shame.", "en", {"disappointment"}),
        ("FURIOUS. Third refund they owe me, what a scam", "en", {"anger"}),
        ("a bit worried it won't arrive before Friday", "en", {"worry"}),
        ("Wow, it came a day early", "en", {"surprise"}),
        ("It came on Tuesday in a box.", "en", set()),
        ("Dziękuję, obsługa mnie zachwyciła", "pl", {"gratitude", "joy"}),
        ("Jestem rozczarowana i trochę się boję, że nie dojdzie", "pl", {"disappointment", "worry"}),
        ("To jest skandal, oszukali mnie", "pl", {"anger"}),
        ("Zaskoczyło mnie, że przyszło w jeden dzień", "pl", {"surprise"}),
        ("Ačiū, kava nuostabi", "lt", {"gratitude", "joy"}),
        ("Labai nusivyliau, niekas neatsako", "lt", {"disappointment"}),
        ("Nerimauju, ar siuntinys atvyks", "lt", {"worry"}),
        ("Įsiutau: mane apgavo", "lt", {"anger"}),
        ("תודה רבה, אני ממש מרוצה", "he", {"gratitude", "joy"}),
        ("איזו אכזבה, וחבל על הכסף", "he", {"disappointment"}),
        ("אני מודאגת שהחבילה אבדה", "he", {"worry"}),
        ("והתודה לצוות", "he", {"gratitude"}),
        ("פשוט חוצפה, נמאס לי", "he", {"anger"}),
        ("謝謝客服，咖啡好喝，很滿意", "zh", {"gratitude", "joy"}),
        ("等了三週，非常失望", "zh-Hant", {"disappointment"}),
        ("我擔心收不到包裹", "zh", {"worry"}),
        ("客服態度離譜，真的受不了", "zh_TW", {"anger"}),
        ("沒想到隔天就到了", "zh", {"surprise"}),
    ],
)
def test_cues_are_found(text: str, language: str, expected: set[str]) -> None:
    assert emotions_of(text, language) == frozenset(expected)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I am not happy with it", "en"),
        ("didn't really love it", "en"),
        ("nie jestem zadowolona", "pl"),
        ("nėra ko džiaugtis", "lt"),
        ("אני לא מרוצה", "he"),
        ("我不喜歡這個味道", "zh"),
    ],
)
def test_what_is_negated_is_not_felt(text: str, language: str) -> None:
    assert "joy" not in (emotions_of(text, language) or set())


def test_a_language_without_cues_is_told_from_a_text_without() -> None:
    assert emotions_of("Danke, wunderbar", "de") is None
    assert emotions_of("Box", "en") == frozenset()
    assert set(languages()) == {"en", "pl", "lt", "he", "zh"}


def test_handles_and_links_feel_nothing() -> None:
    assert emotions_of("@happy see https://example.org/thanks/love", "en") == frozenset()


@given(st.text(max_size=80), st.sampled_from([*languages(), "de", "", "zh-Hant"]))
def test_any_text_will_do(text: str, language: str) -> None:
    found = emotions_of(text, language)
    assert found is None or found <= set(EMOTIONS)
