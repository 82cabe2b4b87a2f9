"""The pages: what they say, and that nothing in a post becomes markup or a dangerous link."""

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from api.texts import web_url
from listener.pipeline.brands import the_brand
from listener.pipeline.terming import term_posts
from models.database import open_database, session_of
from models.reads.brands import brand_by_slug
from tests.api.service import Client, add, post

OVERVIEW = "/brands/amber-roast"


def _links(page: str) -> list[str]:
    return [node.attributes.get("href") or "" for node in HTMLParser(page).css("a")]


def test_the_first_run_says_what_to_do() -> None:
    page = Client(open_database("sqlite://")).page("/")
    assert "listener demo" in page
    assert "listener import FILE --brand SLUG" in page


def test_the_brands(client: Client) -> None:
    assert OVERVIEW in _links(client.page("/"))


def test_a_brand_shows_figures_with_interval_n_and_the_unknown_apart(client: Client) -> None:
    text = HTMLParser(client.page(f"{OVERVIEW}/gap")).body.text(separator=" ")  # type: ignore[union-attr]
    text = " ".join(text.split())
    for words in (
        "33%",
        "n = 3",
        "95% interval",
        "unknown",
        "as of 21 Nov 2026, 12:00 UTC",
        "a private answer is invisible here",
        "Unknown is not unanswered",
        "Seen until",
    ):
        assert words in text, words


def test_a_brand_without_posts_or_labels(client: Client) -> None:
    the_brand(client.engine, "quiet-brand")
    assert "No posts yet" in client.page("/brands/quiet-brand")
    assert "No posts in this period" in client.page(f"{OVERVIEW}?from=2020-01-01&to=2020-02-01")


def test_unlabelled_posts_are_said_to_be_uncounted(client: Client) -> None:
    add(client.engine, [post("n1", "where is my parcel, dear people", "11-12 10:00")], labelled=False)
    assert "1 post waits for a label" in " ".join(client.page(OVERVIEW).split())


@pytest.mark.parametrize("path", [OVERVIEW, f"{OVERVIEW}/posts", f"{OVERVIEW}/posts?q=voucher", "/posts/3"])
def test_pages_escape_posts_and_link_only_to_the_web(client: Client, path: str) -> None:
    page = client.page(path)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on" in page
    assert "<b>Voucher" not in page
    assert not [link for link in _links(page) if link.lower().startswith("javascript")]
    assert " style=" not in page


def test_a_post_at_the_web_is_linked(client: Client) -> None:
    assert "https://social.example/1" in _links(client.page(f"{OVERVIEW}/posts"))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "file:///etc/passwd",
        "https://",
        "http://[broken",
        "",
        None,
    ],
)
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert web_url(url) is None


def test_texts_carry_their_language_and_direction(client: Client) -> None:
    tree = HTMLParser(client.page(f"{OVERVIEW}/posts"))
    said = {node.attributes["lang"]: node.attributes["dir"] for node in tree.css("p.said")}
    assert said["he"] == said["zh"] == "auto"


def test_the_posts_page_goes_on_to_older_posts(client: Client) -> None:
    seen: list[str] = []
    path = f"{OVERVIEW}/posts?limit=3&stage=&q="
    while path:
        tree = HTMLParser(client.page(path))
        seen += [node.text() for node in tree.css("ol.posts p.said")]
        found = tree.css_first("a[rel=next]")
        path = found.attributes["href"] or "" if found else ""
    assert len(seen) == len(set(seen)) == 7


def test_words_link_to_their_posts(client: Client) -> None:
    add(client.engine, [post(f"w{n}", f"steam wand leaks {n} times", f"11-1{n} 08:00") for n in range(3)])
    assert "run listener classify" in client.page(f"{OVERVIEW}/words")
    term_posts(client.engine)
    words = _links(client.page(f"{OVERVIEW}/words"))
    wanted = next(link for link in words if link.startswith(f"{OVERVIEW}/posts?word=leak"))
    assert "4 posts" in client.page(wanted)
    later = _links(client.page(f"{OVERVIEW}/words?from=2026-11-02"))
    assert [link for link in later if link.startswith(f"{OVERVIEW}/posts?from=2026-11-02&word=")]


def test_rivals_stand_beside_the_brand(client: Client) -> None:
    add(client.engine, [post("r1", "where is my order", "11-01 10:00")], "north-beans")
    _set_rivals(client, ["north-beans", "not-stored"])
    page = client.page(OVERVIEW)
    assert "Beside the rivals" in page
    assert "/brands/north-beans" in _links(page)


def _set_rivals(client: Client, rivals: list[str]) -> None:
    with session_of(client.engine) as session:
        brand_by_slug(session, "amber-roast").rivals = rivals


def test_a_thread_marks_the_brands_answer(client: Client) -> None:
    tree = HTMLParser(client.page("/posts/1"))
    assert len(tree.css("li.from-brand")) == 1
    assert "Answered after 3\N{NO-BREAK SPACE}h" in tree.body.text()  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/", OVERVIEW, f"{OVERVIEW}/posts", "/posts/1", "/docs", "/static/style.css"])
def test_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", OVERVIEW, f"{OVERVIEW}/posts", f"{OVERVIEW}/words", "/posts/1", "/docs"])
def test_pages_load_nothing_from_elsewhere(client: Client, path: str) -> None:
    tree = HTMLParser(client.page(path))
    loaded = [node.attributes.get("src") or node.attributes.get("href") or "" for node in tree.css("img, link, script")]
    assert all(address.startswith("/") for address in loaded)
    assert tree.css_first("a.skip") is not None
    assert len(tree.css("h1")) == len(tree.css("main")) == 1
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
