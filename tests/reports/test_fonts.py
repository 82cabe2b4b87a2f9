"""Fonts are chosen by the glyphs they have."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.reports import fonts
from listener.reports.fonts import WEIGHT, font_for, group_by_font, is_right_to_left


@pytest.mark.parametrize(
    ("term", "family"),
    [
        ("Weekly Bag", "Heebo"),
        ("zażółć gęślą", "Heebo"),
        ("ąžuolų ėmė", "Heebo"),
        ("צ׳מקס ס״מ", "Heebo"),
        ("кава їжа", "DejaVu Sans"),
        ("καφές", "DejaVu Sans"),
        ("قهوة", "DejaVu Sans"),
        ("訂閱咖啡機", "Noto Sans TC"),
        ("Ember 機", "Noto Sans TC"),
        ("コーヒー豆", "Noto Sans TC"),
    ],
)
def test_a_font_with_every_glyph(term: str, family: str) -> None:
    font = font_for(term)
    assert font is not None
    assert font.family == family
    with TTFont(font.path, lazy=True) as read:
        covered = read.getBestCmap()
    assert all(ord(char) in covered for char in term if char != " ")


@pytest.mark.parametrize("term", ["กาแฟ", "커피", "🫠", "कॉफ़ी", "אבג機"])
def test_no_font_no_boxes(term: str) -> None:
    assert font_for(term) is None


def test_groups_keep_the_order_and_set_apart_what_cannot_be_drawn() -> None:
    groups, uncovered = group_by_font(["bag", "漏水", "커피", "קפה", "訂閱"])
    assert list(groups.values()) == [["bag", "קפה"], ["漏水", "訂閱"]]
    assert uncovered == ["커피"]


def test_heebo_is_static_and_of_a_readable_weight() -> None:
    font = font_for("bag")
    assert font is not None
    with TTFont(font.path) as read:
        assert "fvar" not in read
        assert read["OS/2"].usWeightClass == WEIGHT


def test_the_static_font_is_made_whole_and_the_same_each_time(tmp_path: Path) -> None:
    source = fonts._of_package("fontpkg_heebo", "files/Heebo[wght].ttf")
    one, other = fonts._made(source, tmp_path / "one.ttf"), fonts._made(source, tmp_path / "other.ttf")
    assert one.read_bytes() == other.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.ttf", "other.ttf"]


@pytest.mark.parametrize(("text", "expected"), [("קפה", True), ("قهوة", True), ("Bag קפה", False), ("12", False)])
def test_direction(text: str, expected: bool) -> None:
    assert is_right_to_left(text) is expected


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1))
def test_a_chosen_font_covers_the_term(term: str) -> None:
    font = font_for(term)
    if font is not None:
        with TTFont(font.path, lazy=True) as read:
            assert {ord(char) for char in term if not char.isspace()} <= read.getBestCmap().keys()
