"""The pages in the reader's language: which one it is, direction, times, numbers, and what the form keeps."""

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.api.service import Client

OVERVIEW = "/brands/amber-roast"
PAGES = ["/", OVERVIEW, f"{OVERVIEW}/posts", f"{OVERVIEW}/words", "/posts/3", "/docs"]
LANGUAGES = ["en", "pl", "lt", "he", "zh-Hant"]


def _read(client: Client, path: str, **headers: str) -> HTMLParser:
    return HTMLParser(client.call("GET", path, headers={"Accept": "text/html", **headers}).text)


def _root(tree: HTMLParser) -> tuple[str | None, str | None]:
    root = tree.css_first("html")
    assert root is not None
    return root.attributes["lang"], root.attributes["dir"]


def _words(tree: HTMLParser) -> str:
    assert tree.body is not None
    return " ".join(tree.body.text(separator=" ").split())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_in_every_language(client: Client, path: str, lang: str) -> None:
    answer = client.call("GET", f"{path}?lang={lang}")
    assert answer.status_code == 200
    tree = HTMLParser(answer.text)
    assert _root(tree) == (lang, "rtl" if lang == "he" else "ltr")
    assert answer.headers["content-language"] == lang
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))
    assert len(tree.css("h1")) == len(tree.css("main")) == 1
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert "%(" not in answer.text
    assert len(answer.content) < 150_000


def test_the_address_comes_before_the_cookie_before_the_browser(client: Client) -> None:
    browser = {"Accept-Language": "pl,en;q=0.5"}
    assert _root(_read(client, "/", **browser))[0] == "pl"
    assert _root(_read(client, "/", Cookie="lang=lt", **browser))[0] == "lt"
    assert _root(_read(client, "/?lang=he", Cookie="lang=lt", **browser)) == ("he", "rtl")
    assert _root(_read(client, "/"))[0] == "en"


@pytest.mark.parametrize("lang", ["xx", "", "../..", "<script>", "he" * 400])
def test_nonsense_is_no_language(client: Client, lang: str) -> None:
    tree = _read(client, f"{OVERVIEW}?lang={lang}&tz={lang}", Cookie="lang=nothing; tz=Mars/Base")
    assert _root(tree)[0] == "en"
    assert "UTC" in _words(tree)


def test_a_choice_is_kept_in_a_cookie(client: Client) -> None:
    headers = client.call("GET", f"{OVERVIEW}?lang=zh-Hant&tz=Asia/Taipei").headers.get_list("set-cookie")
    assert [header.split(";")[0] for header in headers] == ["lang=zh-Hant", 'tz="Asia/Taipei"']
    assert all("HttpOnly" in header and "SameSite=lax" in header for header in headers)
    tree = _read(client, OVERVIEW, Cookie='lang=zh-Hant; tz="Asia/Taipei"')
    assert "UTC+8" in _words(tree)
    assert "set-cookie" not in client.call("GET", OVERVIEW).headers


def test_an_empty_zone_is_the_brands_again(client: Client) -> None:
    answer = client.call("GET", f"{OVERVIEW}?tz=", headers={"Cookie": "tz=Asia/Taipei"})
    assert "UTC+8" not in answer.text
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_the_form_keeps_the_filters(client: Client) -> None:
    tree = _read(client, f"{OVERVIEW}/posts?q=voucher&state=unanswered&lang=pl")
    form = tree.css_first("details.viewer form")
    assert form is not None
    kept = {node.attributes["name"]: node.attributes["value"] for node in form.css("input[type=hidden]")}
    assert kept == {"q": "voucher", "state": "unanswered"}
    assert form.attributes["action"] == f"{OVERVIEW}/posts"


def test_other_parameters_are_refused_as_before(client: Client) -> None:
    assert client.call("GET", f"{OVERVIEW}?lang=pl&nonsense=1").status_code == 422


def test_figures_and_words_are_the_readers(client: Client) -> None:
    text = _words(_read(client, f"{OVERVIEW}?lang=lt&tz=Europe/Vilnius"))
    for said in ("33 %", "n = 3", "Atsakymų dalis", "2026-11-21 14:00 UTC+2", "nežinoma"):
        assert said in text, said
    hebrew = _words(_read(client, f"{OVERVIEW}/posts?lang=he"))
    assert "אנגלית" in hebrew
    assert "ללא מענה" in hebrew
    assert "unanswered" not in hebrew


def test_posts_keep_their_own_direction_in_a_mirrored_page(client: Client) -> None:
    tree = _read(client, f"{OVERVIEW}/posts?lang=he")
    assert {node.attributes["dir"] for node in tree.css("p.said")} == {"auto"}
    assert all(node.attributes["dir"] == "ltr" for node in tree.css("main code"))


def test_a_problem_is_said_in_the_readers_language(client: Client) -> None:
    tree = _read(client, "/brands/nobody", Cookie="lang=pl")
    assert "Tu niczego nie ma" in _words(tree)
    detail = tree.css_first("main p[lang=en][dir=ltr]")
    assert detail is not None
    assert "nobody" in detail.text()


def test_texts_of_posts_stay_escaped_in_translations(client: Client) -> None:
    for lang in LANGUAGES:
        assert "<script" not in client.call("GET", f"/posts/3?lang={lang}").text
