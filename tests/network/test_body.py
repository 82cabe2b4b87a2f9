"""Bodies: unpacked within bounds, decoded by what says their charset, JSON taken strictly."""

import gzip
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.network.body import is_json, json_of, read_body, read_start, text_of
from models.errors import GarbledError

POLISH = "Kawa była świetna, ale żona czekała godzinę"
HEBREW = "המשלוח הגיע אחרי שבוע"
CHINESE = "咖啡很好喝,但是等太久"
LITHUANIAN = "Kava puiki, bet laukėme valandą"
HTML = '<html><head><meta charset="{0}"></head><body>{1}</body></html>'
XML = '<?xml version="1.0" encoding="{0}"?><rss>{1}</rss>'


class Stream(httpx.SyncByteStream):
    """Bytes in pieces, as they come over a wire."""

    def __init__(self, body: bytes, size: int) -> None:
        self.pieces = [body[start : start + size] for start in range(0, len(body), size)]
        self.given = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.given += 1
            yield piece


def response(body: bytes, encoding: str | None = "gzip", size: int = 1000) -> httpx.Response:
    headers = {"content-encoding": encoding} if encoding else {}
    return httpx.Response(200, headers=headers, stream=Stream(body, size))


def check() -> None:
    """Nothing to object to."""


@settings(deadline=None)
@given(st.binary(max_size=5000), st.integers(1, 6000))
def test_gzip_comes_back_whole_in_whatever_pieces(body: bytes, size: int) -> None:
    assert read_body(response(gzip.compress(body), size=size), 10_000, check) == body


def test_plain_and_memory_bodies() -> None:
    assert read_body(response(b"abc", None), 10, check) == b"abc"
    assert read_body(response(b"abc", "identity"), 10, check) == b"abc"
    assert read_body(response(gzip.compress(b"abc"), "x-gzip"), 10, check) == b"abc"
    assert read_body(httpx.Response(200, text="abc"), 10, check) == b"abc"
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"abc"))
    assert read_body(packed, 1000, check) == b"abc"
    assert read_body(response(b""), 10, check) == b""


def test_several_members_and_padding() -> None:
    body = gzip.compress(b"abc" * 100) + gzip.compress(b"def" * 100) + b"\x00" * 50
    assert read_body(response(body, size=7), 1000, check) == b"abc" * 100 + b"def" * 100


def test_a_bomb_is_given_up_long_before_it_is_unpacked() -> None:
    """Fifty megabytes of zeros in fifty kilobytes: little more than the limit is ever unpacked."""
    seen = []
    bomb = response(gzip.compress(bytes(50_000_000), 9), size=65_536)
    with pytest.raises(GarbledError, match="larger than 1,000,000 bytes"):
        read_body(bomb, 1_000_000, lambda: seen.append(1))
    assert len(seen) <= 17
    assert isinstance(bomb.stream, Stream)
    assert bomb.stream.given == 1


def test_a_length_that_is_announced_is_believed() -> None:
    for length in ("1001", "9" * 5000):
        long = httpx.Response(200, headers={"content-length": length}, stream=Stream(b"", 1))
        with pytest.raises(GarbledError, match="larger than"):
            read_body(long, 1000, check)
    assert read_body(httpx.Response(200, headers={"content-length": "x"}, stream=Stream(b"a", 1)), 5, check) == b"a"


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (gzip.compress(b"abc" * 1000, mtime=0)[:-12], "gzip", "breaks off"),
        (b"<html>no gzip</html>", "gzip", "is not"),
        (gzip.compress(b"abc", mtime=0)[:-6] + b"zzzzzz", "gzip", "is not"),
        (gzip.compress(gzip.compress(b"abc", mtime=0), mtime=0), "gzip, gzip", "'gzip, gzip', which was not asked for"),
        (b"abc", "br", "'br', which was not asked for"),
        (b"abc", "x" * 9000, "not asked for"),
    ],
)
def test_what_cannot_be_unpacked(body: bytes, encoding: str, said: str) -> None:
    with pytest.raises(GarbledError, match=said) as raised:
        read_body(response(body, encoding), 10_000, check)
    assert len(str(raised.value)) < 120
    assert read_start(response(body, encoding), 10, check) in (b"", b"abc" * 3 + b"a", b"abc")


def test_of_a_failure_only_the_start_is_read() -> None:
    long = response(b"x" * 50_000, None)
    assert read_start(long, 1500, check) == b"x" * 1500
    assert isinstance(long.stream, Stream)
    assert long.stream.given == 2


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (POLISH.encode("iso8859-2"), "text/html; charset=ISO-8859-2", POLISH),
        (POLISH.encode("cp1250"), 'text/html; charset="windows-1250"', POLISH),
        (LITHUANIAN.encode("cp1257"), "text/html;charset=windows-1257", LITHUANIAN),
        (HEBREW.encode("cp1255"), "text/plain; charset=windows-1255", HEBREW),
        (CHINESE.encode("big5"), "text/html; charset=Big5", CHINESE),
        (CHINESE.encode("utf-8-sig"), "text/plain; charset=big5", CHINESE),
        (HEBREW.encode("utf-16"), "text/xml", HEBREW),
        (HEBREW.encode(), "text/html", HEBREW),
        (HEBREW.encode(), "", HEBREW),
        ("“good”".encode("cp1252"), "text/html; charset=iso-8859-1", "“good”"),
        (HTML.format("big5", CHINESE).encode("big5"), "text/html", HTML.format("big5", CHINESE)),
        (XML.format("iso-8859-2", POLISH).encode("iso8859-2"), "text/xml", XML.format("iso-8859-2", POLISH)),
        (XML.format("utf-16", POLISH).encode(), "text/xml", XML.format("utf-16", POLISH)),
        (HTML.format("big5", POLISH).encode(), "text/html; charset=utf-8", HTML.format("big5", POLISH)),
        (POLISH.encode(), "text/html; charset=nonsense", POLISH),
        (POLISH.encode(), "text/html; charset=idna", POLISH),
        (POLISH.encode(), "text/html; charset=hex", POLISH),
        (POLISH.encode(), "text/html; charset=unicode_escape", POLISH),
        (b"caf\xe9", "text/plain", "caf\ufffd"),
        (b"", "text/plain", ""),
    ],
)
def test_text_is_decoded_by_what_names_its_charset(body: bytes, content_type: str, text: str) -> None:
    assert text_of(body, {"content-type": content_type}) == text


def test_json_is_not_searched_for_a_page_s_charset() -> None:
    body = f'{{"body": "<meta charset=big5> {POLISH}"}}'.encode()
    assert POLISH in text_of(body, {"content-type": "application/json"}, looks_inside=False)


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_become_text(body: bytes, charset: str) -> None:
    text_of(body, {"content-type": f"text/html; charset={charset}"})


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a": 1', "[NaN]", "[Infinity]", "[-Infinity]", "[1e999]", "<html>", "{} {}", "[" * 100_000, "9" * 5000],
)
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_of(text)


def test_json() -> None:
    assert json_of('{"a": [1.5, null, true, "żółw"]}') == {"a": [1.5, None, True, "żółw"]}
    assert is_json({"content-type": "application/json; charset=utf-8"})
    assert is_json({"content-type": "application/activity+json"})
    assert not is_json({"content-type": "text/html"})
    assert not is_json({})
