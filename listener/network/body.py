"""Reads an answer's body within its bounds and turns it into text or JSON. Raises GarbledError; sends nothing."""

import codecs
import json
import math
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn

import httpx

from models.errors import GarbledError

_PIECE = 65_536
_GZIP = 16 + zlib.MAX_WBITS
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)
_INNER_CHARSET = re.compile(
    rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]+)|<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w.:-]+)",
    re.IGNORECASE,
)
_NO_TEXT = {"idna", "punycode", "undefined", "raw-unicode-escape", "unicode-escape", "utf-7"}


def read_body(response: httpx.Response, most: int, check: Callable[[], None]) -> bytes:
    """All of a body, unpacked; ``check`` is called for every piece and may raise. More than ``most`` bytes raise.

    Unpacking stops as soon as that is known: the library's own would first unpack a whole piece, however large.
    """
    length = response.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 15 or int(length) > most):
        raise GarbledError(_too_large(most))
    body = bytearray()
    for piece in _pieces(response):
        check()
        body += piece
        if len(body) > most:
            raise GarbledError(_too_large(most))
    return bytes(body)


def read_start(response: httpx.Response, most: int, check: Callable[[], None]) -> bytes:
    """The first bytes of a body that only explains a failure; what cannot be read of it is left out."""
    body = bytearray()
    try:
        for piece in _pieces(response):
            check()
            body += piece
            if len(body) >= most:
                break
    except (GarbledError, httpx.TransportError):
        pass
    return bytes(body[:most])


def _too_large(most: int) -> str:
    return f"the answer is larger than {most:,} bytes"


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    if response.is_stream_consumed:  # built in memory, as tests do: it is unpacked already
        return iter((response.content,))
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return response.iter_raw()
    if encoding in ("gzip", "x-gzip"):
        return _unpacked(response.iter_raw())
    raise GarbledError(f"the answer is packed as {encoding[:40]!r}, which was not asked for")


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Gzip unpacked in small pieces; several members one after another are one body."""
    unpacker = None
    has_ended = False
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpacker is None:
                if has_ended and not rest.startswith(b"\x1f"):
                    break  # padding after the end
                unpacker = zlib.decompressobj(_GZIP)
            try:
                yield unpacker.decompress(rest, _PIECE)
            except zlib.error:
                raise GarbledError("the answer is said to be gzip and is not") from None
            rest = unpacker.unconsumed_tail
            if unpacker.eof:
                rest, unpacker, has_ended = unpacker.unused_data, None, True
    if unpacker is not None:
        yield unpacker.flush()
        if not unpacker.eof:
            raise GarbledError("the answer breaks off")


def text_of(body: bytes, headers: Mapping[str, str], *, looks_inside: bool = True) -> str:
    """Text by byte order mark, else by the header's charset, else by the one it names itself, else as UTF-8.

    Bytes that are no text in it become U+FFFD.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    for charset in _charsets(body[:1024] if looks_inside else b"", headers):
        try:
            return body.decode(charset, "replace")
        except (LookupError, UnicodeError):
            continue
    return body.decode("utf-8", "replace")


def _charsets(start: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    """The charsets that a header and the start of a page name, if they are known and meant for whole texts."""
    said = _HEADER_CHARSET.search(headers.get("content-type", ""))
    if said and (known := _known(said[1])):
        yield known
    inner = _INNER_CHARSET.search(start)
    if inner and (known := _known((inner[1] or inner[2]).decode("ascii", "replace"))):
        # What could be read as ASCII so far is not UTF-16, whatever it says.
        yield "utf-8" if known.startswith(("utf-16", "utf-32")) else known


def _known(charset: str) -> str | None:
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return None
    if name in ("iso8859-1", "ascii"):
        return "cp1252"  # what servers that say Latin-1 mean, and browsers read
    return None if name in _NO_TEXT else name


def is_json(headers: Mapping[str, str]) -> bool:
    """Whether an answer says that it is JSON."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def json_of(text: str) -> Any:
    """Strict JSON: no NaN, no infinity. Raises ValueError; too deep or too long a number is no JSON either."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("too deep") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("a number too large")
    return number
