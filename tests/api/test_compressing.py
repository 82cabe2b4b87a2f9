"""What browsers are sent: texts compressed, nothing compressed twice, and assets kept by their content."""

from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from api import assets
from tests.api.service import Client

PAGE = "/brands/amber-roast"
REPORTS = "/api/v1/reports"


def _sent(client: Client, path: str, encoding: str = "gzip") -> httpx.Response:
    answer = client.call("GET", path, headers={"Accept": "text/html", "Accept-Encoding": encoding})
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize(
    "path",
    [
        PAGE,
        f"{PAGE}/inbox",
        "/api/v1/posts?brand=amber-roast",
        "/static/style.css",
        "/static/inbox.js",
        f"{REPORTS}/trends.svg?brand=amber-roast&chart=stages",
    ],
)
def test_texts_are_compressed_for_those_who_take_it(client: Client, path: str) -> None:
    packed, plain = _sent(client, path), _sent(client, path, "identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.num_bytes_downloaded < len(plain.content) / 2
    assert packed.text == plain.text
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.headers["content-security-policy"]


@pytest.mark.parametrize("ending", ["png", "xlsx"])
def test_what_is_packed_is_left_as_it_is(client: Client, ending: str) -> None:
    answer = _sent(client, f"{REPORTS}/trends.{ending}?brand=amber-roast")
    assert "content-encoding" not in answer.headers
    assert answer.num_bytes_downloaded == len(answer.content)


def test_small_answers_are_sent_as_they_are(client: Client) -> None:
    assert "content-encoding" not in _sent(client, "/api/v1/health").headers
    newer = client.call("GET", "/inbox/newer?brand=amber-roast&known=0", headers={"Accept-Encoding": "gzip"})
    assert newer.status_code == 200
    assert "content-encoding" not in newer.headers


def test_a_picture_that_is_known_is_not_sent_again(client: Client) -> None:
    path = f"{REPORTS}/trends.svg?brand=amber-roast&chart=stages"
    tag = _sent(client, path).headers["etag"]
    assert tag.startswith("W/")  # one tag for the content, whether compressed or not
    again = client.call("GET", path, headers={"If-None-Match": tag, "Accept-Encoding": "identity"})
    assert again.status_code == 304


def test_assets_are_kept_by_their_content(client: Client) -> None:
    linked = HTMLParser(client.page(f"{PAGE}/inbox")).css("link[rel=stylesheet], link[rel=icon], script[src]")
    addresses = [node.attributes.get("href") or node.attributes.get("src") or "" for node in linked]
    assert len(addresses) == 3
    for address in addresses:
        assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"
    old = client.get("/static/style.css?v=of-old")
    assert old.status_code == 200
    assert "immutable" not in client.get("/static/style.css").headers["cache-control"]
    assert "immutable" not in old.headers["cache-control"]


def test_other_content_has_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = assets.asset("style.css")
    (tmp_path / "style.css").write_text("body { color: red }", encoding="utf-8")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assert assets.digest_of.__wrapped__("style.css") not in before


def test_a_file_that_is_not_there_is_said_not_to_be(client: Client) -> None:
    assert client.get("/static/none.css?v=1").status_code == 404
