"""Cleaning: HTML becomes lines, characters are normalised, what people typed stays."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.cleaning import clean, handles, without_handles_and_links

_FRAGMENTS = [
    "<p>",
    "</p>",
    "<br/>",
    "<b>",
    "<",
    ">",
    "&",
    "amp;",
    "&lt;",
    "&#60;",
    "\n",
    "\r",
    " ",
    "\u200d",
    "e",
    "\u0301",
]
_TEXTS = st.text() | st.lists(st.sampled_from(_FRAGMENTS)).map("".join) | st.text(st.characters())


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("I <3 this &amp; that", "I <3 this & that"),
        ("a < b and c > d", "a < b and c > d"),
        ("AT&T &copy 2026", "AT&T &copy 2026"),
        ("fish &amp; chips &#8364;5 &#x1F600;", "fish & chips €5 😀"),
        ("&nbsp;two&nbsp;&nbsp;words&nbsp;", "two words"),
        ("&#0; &#x110000; &#xD800;", "\ufffd \ufffd \ufffd"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p>One<br>Two<br/>Three</p>", "One\nTwo\nThree"),
        ("<ul><li>milk</li><li>sugar</li></ul>", "milk\nsugar"),
        ("<p>bold <b>and</b> <i>not</i></p>", "bold and not"),
        ("<p>one\n   line</p>", "one line"),
        ("<p></p>", ""),
        ("</p>", ""),
        ("<p>left open <b>bold", "left open bold"),
        ("<script>alert(1)</script><p>Hi</p><style>p{}</style>", "Hi"),
        ("<P CLASS='x'>Loud</P>", "Loud"),
        ('<a href="https://x.example/?a=1&amp;b=2">the shop</a>', "the shop"),
        ("<p>2 &lt; 3 &amp;&amp; 5 &gt; 4</p>", "2 < 3 && 5 > 4"),
        ("<blink>what</blink> I <think>", "<blink>what</blink> I <think>"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a \t b\n\n\n\nc  ", "a b\n\nc"),
        ("tab\x00bed\x07 \x1b[31mred", "tabbed [31mred"),
        ("e\u0301 and e\x00\u0301", "é and é"),
        ("half \ud83d pair", "half pair"),
        ("👩\u200d🚒 ❤️ 🇱🇹", "👩\u200d🚒 ❤️ 🇱🇹"),
        ("שלום\u200f עולם", "שלום\u200f עולם"),
        ("", ""),
    ],
)
def test_clean(raw: str, plain: str) -> None:
    assert clean(raw) == plain


def test_a_mastodon_post_keeps_its_mentions_tags_and_links() -> None:
    raw = (
        '<p><span class="h-card"><a href="https://social.example/@amberroast" class="u-url mention">'
        '@<span>amberroast</span></a></span> my <a href="https://social.example/coffee">#<span>coffee</span></a> is'
        ' <span class="invisible">https://</span><span class="ellipsis">shop.example/late</span></p><p>Again.</p>'
    )
    text = clean(raw)
    assert text == "@amberroast my #coffee is https://shop.example/late\nAgain."
    assert handles(text) == ["amberroast"]


def test_markup_that_was_escaped_is_shown_as_the_characters_that_were_meant() -> None:
    assert clean("<p>use &lt;b&gt; here</p>") == "use <b> here"
    assert clean("write &lt;br&gt;") == "write <br>"


@given(_TEXTS)
def test_cleaning_never_raises_and_leaves_no_control_characters(raw: str) -> None:
    text = clean(raw)
    assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
    assert unicodedata.is_normalized("NFC", text)
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert "  " not in text


@given(_TEXTS)
def test_cleaning_what_is_clean_and_shows_no_markup_changes_nothing(raw: str) -> None:
    """What shows markup or entities once cleaned had them escaped: a second pass would take the author's words."""
    text = clean(raw)
    if not any(sign in text for sign in "<>&"):
        assert clean(text) == text


@pytest.mark.parametrize(
    "raw", ["<" * 100_000, "<a " * 30_000, "&amp" * 30_000, "<p>" * 20_000, " \n" * 50_000, "@a." * 30_000]
)
def test_hostile_texts_take_no_longer_than_their_length_warrants(raw: str) -> None:
    start = time.perf_counter()
    assert len(clean(raw)) <= len(raw)
    handles(raw)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("@amberroast hi", ["amberroast"]),
        ("@AmberRoast@social.example hi", ["amberroast"]),
        ("(@one), .@two! “@three” @four.", ["one", "two", "three", "four"]),
        ("@x.y-z and @_lead and @tail_", ["x.y-z", "_lead", "tail_"]),
        ("mail me@shop.example", []),
        ("https://t.example/@amberroast", []),
        ("@ alone and @@double", []),
        ("@kavinė @咖啡", ["kavinė", "咖啡"]),
        ("@a", ["a"]),
    ],
)
def test_handles(text: str, tagged: list[str]) -> None:
    assert handles(text) == tagged


def test_words_alone() -> None:
    assert without_handles_and_links("@amber see https://x.example/a?b=c or www.x.example now") == "see or now"
    assert without_handles_and_links("@amber https://x.example") == ""
