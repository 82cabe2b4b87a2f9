"""The weight of a page with all that it loads, as it is sent: under 300 kB, and that because it is compressed."""

from dataclasses import dataclass

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.api.service import Client

BRAND = "/brands/amber-roast"
MOST = 300_000
TABS = ("", "/gap", "/trends", "/journey", "/loop", "/themes", "/words", "/posts", "/compare", "/sources", "/reports")
PAGES = (*(f"{BRAND}{tab}" for tab in (*TABS, "/settings", "/inbox")), "/", "/inbox", f"{BRAND}/inbox?open=1")
_TEXTS = ("text/", "image/svg", "application/j")


@dataclass(frozen=True)
class Load:
    """What one page makes a browser fetch: bytes by address, bodies alone."""

    sent: dict[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.sent.values())


def _load(reader: Client, path: str, encoding: str = "gzip") -> Load:
    """The page, then its style, scripts, icon and pictures; of those the larger of light and dark."""
    sent: dict[str, int] = {}

    def fetch(address: str) -> str:
        answer = reader.call("GET", address, headers={"Accept": "text/html", "Accept-Encoding": encoding})
        assert answer.status_code == 200, (address, answer.text)
        if encoding == "gzip" and answer.headers["content-type"].startswith(_TEXTS) and len(answer.content) > 1_000:
            assert answer.headers.get("content-encoding") == "gzip", address
        sent[address] = answer.num_bytes_downloaded
        return answer.text if answer.headers["content-type"].startswith("text/html") else ""

    tree = HTMLParser(fetch(path))
    for node in tree.css("link[href], script[src], img[src]"):
        address = node.attributes.get("href") or node.attributes.get("src") or ""
        if address not in sent:
            fetch(address)
    for node in tree.css("picture"):
        light, dark = node.css_first("img"), node.css_first("source")
        assert light is not None
        assert dark is not None
        shown = light.attributes["src"] or ""
        other = dark.attributes["srcset"] or ""
        fetch(other)
        sent[shown] = max(sent[shown], sent.pop(other))
    return Load(sent)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_weighs_little_with_all_that_it_loads(reader: Client, path: str) -> None:
    load = _load(reader, path)
    assert any(address.startswith("/static/style.css") for address in load.sent)
    assert load.total < MOST, load.sent


def test_the_pages_would_be_too_heavy_uncompressed(reader: Client) -> None:
    """That the limit can be missed: it is compression that keeps the heaviest page under it."""
    path = f"{BRAND}/trends?by=day"
    assert _load(reader, path, "identity").total > MOST > _load(reader, path).total
