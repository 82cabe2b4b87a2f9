"""Exact copies share a key; near texts of one author are one; neither mixes up what differs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.similarity import are_near, text_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("My order is LATE!!!", "my order is late"),
        ("My order\nis late", "my  order is late"),
        ("Late again https://a.example/1", "Late again https://b.example/2"),
        ("ＬＡＴＥ", "late"),
        ("Straße", "STRASSE"),
        ("ŽĄSYS", "žąsys"),
    ],
)
def test_texts_that_differ_in_form_alone_share_a_key(one: str, other: str) -> None:
    assert text_key(one) == text_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("!!!", "???"), ("👍", "👎"), ("@anna hi", "@bert hi"), ("not late", "late"), ("#coffee", "coffee")],
)
def test_texts_that_say_something_else_do_not(one: str, other: str) -> None:
    assert text_key(one) != text_key(other)


@given(st.text())
def test_the_key_of_a_key_is_itself_and_nothing_is_raised(text: str) -> None:
    key = text_key(text)
    assert key == key.strip()
    assert are_near(key, key)


@given(st.text(), st.text())
def test_nearness_has_no_direction(one: str, other: str) -> None:
    one, other = text_key(one), text_key(other)
    assert are_near(one, other) == are_near(other, one)


LONG = "my grinder stopped after two weeks and nobody in the shop will take it back, what am I to do now"


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (LONG, LONG.replace("two", "2"), True),
        (LONG, LONG + " please", True),
        (LONG, f"@amberroast {LONG}", True),
        (LONG, LONG[: len(LONG) // 2], False),
        (LONG, "the coffee of this shop is the best that I have had in years and I shall be back", False),
        ("@anna @bert @carl @dora thanks", "@anna @bert @carl @dora no", False),
        ("@anna", "@anna", True),
        ("@anna", "@bert", False),
        ("@anna", "hello", False),
        ("where is my order 1234", "where is my order 9876", False),
    ],
)
def test_near(one: str, other: str, near: bool) -> None:
    assert are_near(text_key(one), text_key(other)) is near
