"""The inbox as pages: forms and links alone do everything, readers see no buttons, strange posts do no harm."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from models.words import Role
from tests.api.service import POSTS, Client, check_problem, filled, post
from tests.api.signing import Service
from tests.builders import label_all

PAGE = "/brands/amber-roast/inbox"
PILE = "Z" + "\u0300\u0301\u0302\u0303\u0304" * 300 + "algo"
STRANGE = {
    "201": '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "202": "do it \u202etxt.exe\u202c now, please help",
    "203": '=HYPERLINK("http://evil.example","click")',
    "204": PILE,
    "205": "עזרה בבקשה " * 10_000,
    "206": "救命" * 25_000,
}


def _send(client: Client, path: str, **fields: str | list[str]) -> str:
    """Send a form; where it leads to."""
    answer = client.post(path, data=fields, headers={"Accept": "text/html"})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def _picks(page: str) -> list[str]:
    return [box.attributes["value"] or "" for box in HTMLParser(page).css(".entries input[name=post]")]


def _tabs(page: str) -> dict[str, int]:
    texts = (tab.text(separator=" ").split() for tab in HTMLParser(page).css(".views a"))
    return {" ".join(words[:-1]): int(words[-1]) for words in texts}


def test_each_post_says_why_it_stands_where_it_does(client: Client) -> None:
    tree = HTMLParser(client.page(PAGE))
    first = tree.css_first(".entries .place")
    assert first is not None
    assert first.text().replace("\xa0", " ") == "19 d 2 h old · complaint · negative"
    assert tree.css_first("#list-title").text() == f"{len(tree.css('.entry'))} posts"  # type: ignore[union-attr]


def test_tabs_count_what_they_open(client: Client) -> None:
    tree = HTMLParser(client.page(PAGE))
    for tab in tree.css(".views a"):
        there = HTMLParser(client.page(tab.attributes["href"] or ""))
        assert str(len(there.css(".entry"))) == tab.css_first(".count").text()  # type: ignore[union-attr]


def test_a_form_does_it_and_the_page_offers_undo(client: Client) -> None:
    page = client.page(PAGE)
    pick = _picks(page)[0]
    there = _send(client, "/inbox/actions", kind="no_answer_needed", post=pick, next=f"{PAGE}?q=help&done=7")
    assert re.fullmatch(re.escape(PAGE) + r"\?q=help&done=1", there)
    told = HTMLParser(client.page(there))
    assert told.css_first(".done-text").text().strip() == "1 post: no answer needed"  # type: ignore[union-attr]
    undo = told.css_first(".done form")
    assert undo is not None
    _send(client, undo.attributes["action"] or "", next=PAGE)
    assert _picks(client.page(PAGE)) == _picks(page)


def test_many_at_once_by_form(client: Client) -> None:
    picks = _picks(client.page(PAGE))
    _send(client, "/inbox/actions", kind="snooze", post=picks, snooze="monday", stage="zmot", next=PAGE)
    assert _tabs(client.page(PAGE)) == {
        "Waiting": 0, "Unanswered": 0, "Mine": 0, "Nobody's": 0, "Unsure labels": 0, "Snoozed": len(picks),
    }  # fmt: skip
    assert "23 Nov" in client.page(f"{PAGE}?state=any&snoozed=only") or "Nov 23" in client.page(f"{PAGE}?snoozed=only")


def test_who_was_slower_is_told(client: Client) -> None:
    pick = _picks(client.page(PAGE))[0]
    _send(client, "/inbox/actions", kind="assign", post=pick, assignee="me", next=PAGE)
    form = {"kind": "tag", "tag": "late", "post": pick}
    answer = client.post("/inbox/actions", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    check_problem(client.post("/inbox/actions", data=form), 409, "has changed")


@pytest.mark.parametrize("word", ["x", "1.2.3", "-1", "99999999999", ""])
def test_what_is_no_post_is_refused(client: Client, word: str) -> None:
    assert client.post("/inbox/actions", data={"kind": "tag", "tag": "x", "post": word}).status_code in (409, 422)


def test_a_post_is_read_beside_the_list_and_on_its_own_page(client: Client) -> None:
    pick = _picks(client.page(PAGE))[0].split(".")[0]
    tree = HTMLParser(client.page(f"{PAGE}?open={pick}"))
    pane = tree.css_first("#thread")
    assert pane is not None
    assert pane.css_first("#draft") is not None
    assert "/why?brand=amber-roast" in (pane.html or "")
    own = next(a.attributes["href"] for a in pane.css("a") if re.fullmatch(r"/posts/\d+", a.attributes["href"] or ""))
    alone = HTMLParser(client.page(own or ""))
    form = alone.css_first("#act-amber-roast")
    assert form is not None
    word = form.css_first("input[name=post]")
    assert word is not None
    there = _send(
        client, "/inbox/actions", kind="stage", stage="umot", post=word.attributes["value"] or "", next=own or ""
    )
    assert "corrected to: UMOT" in client.page(there)


def test_what_is_not_there_opens_nothing(client: Client) -> None:
    assert "Choose a post" in client.page(f"{PAGE}?open=9999")


def test_a_fragment_is_the_inside_of_the_page(client: Client) -> None:
    answer = client.call("GET", PAGE, headers={"Accept": "text/html", "X-Fragment": "inbox"})
    assert answer.headers["cache-control"] == "no-store"
    assert "<html" not in answer.text
    assert answer.text.strip() in client.page(PAGE)


def test_scripts_come_from_here_alone(client: Client) -> None:
    answer = client.get(PAGE)
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    (script,) = HTMLParser(answer.text).css("script")
    assert script.attributes.keys() == {"src", "defer"}
    source = script.attributes["src"] or ""
    assert source.startswith("/static/inbox.js?v=")
    assert client.get(source).status_code == 200


def test_new_posts_are_told_of_by_the_filters_of_the_list(client: Client) -> None:
    newest = HTMLParser(client.page(PAGE)).css_first(".waiting")
    assert newest is not None
    known = int(newest.attributes["data-newest"] or "")
    address = newest.attributes["data-newer"] or ""
    assert urlsplit(address).path == "/inbox/newer"
    assert client.get("/inbox/newer", known=known).status_code == 204
    assert client.get("/inbox/newer", known=0, brand="amber-roast").text.strip() == "3 new posts: show them"
    assert client.get("/inbox/newer", known=0, language="he").text.strip() == "1 new post: show it"


def test_views_are_saved_shared_and_deleted() -> None:
    service = Service(filled())
    for name, role in (("Ola", Role.AGENT), ("Jonas", Role.READER), ("Noa", Role.MANAGER)):
        service.add(name, role)
    browsers = {name: service.browser() for name in ("Ola", "Jonas", "Noa")}
    for name, browser in browsers.items():
        browser.sign_in(name)
    ola, jonas, noa = browsers.values()
    view = {"filters": "language=he&open=3", "brand": "amber-roast", "next": PAGE}
    assert ola.send("/inbox/views", name="  Hebrew  posts ", shared="true", **view).status_code == 422
    view["filters"] = "language=he"
    assert ola.send("/inbox/views", name="  Hebrew  posts ", shared="true", **view).headers["location"] == PAGE
    assert ola.send("/inbox/views", name="Only mine", **view | {"filters": "q=voucher"}).status_code == 303
    assert jonas.send("/inbox/views", name="For all", shared="true", **view).status_code == 403
    assert jonas.send("/inbox/views", name="Jonas's", **view | {"filters": "stage=zmot"}).status_code == 303
    assert {"Hebrew posts": 1, "Only mine": 1}.items() <= _tabs(ola.get(PAGE).text).items()
    assert _tabs(jonas.get(PAGE).text).keys() & {"Hebrew posts", "Only mine", "Jonas's"} == {"Hebrew posts", "Jonas's"}
    assert "Hebrew posts" not in _tabs(ola.get("/inbox").text)
    assert "Delete the view" in ola.get(f"{PAGE}?language=he").text
    assert "Delete the view" not in jonas.get(f"{PAGE}?language=he").text
    assert jonas.send("/inbox/views/1/deleted", next=PAGE).status_code == 403
    assert noa.send("/inbox/views/2/deleted", next=PAGE).status_code == 403
    assert noa.send("/inbox/views/1/deleted", next=PAGE).status_code == 303
    assert "Hebrew posts" not in _tabs(ola.get(PAGE).text)


def test_readers_see_no_buttons() -> None:
    service = Service(filled())
    service.add("Jonas", Role.READER)
    browser = service.browser()
    browser.sign_in("Jonas")
    tree = HTMLParser(browser.get(f"{PAGE}?open=1").text)
    assert tree.css_first("#thread .said") is not None
    assert tree.css("input[name=post], [name=kind], #draft, .acts") == []
    assert browser.send("/inbox/actions", kind="tag", tag="x", post="1").status_code == 403
    assert browser.send("/inbox/actions/1/undo", next=PAGE).status_code == 403


def test_one_sees_what_is_ones_own() -> None:
    service = Service(filled())
    browser = service.browser()
    browser.sign_in()
    pick = _picks(browser.get(PAGE).text)[0]
    browser.send("/inbox/actions", kind="assign", assignee="me", post=pick, next=PAGE)
    assert _tabs(browser.get(PAGE).text)["Mine"] == 1
    assert "Rasa" in browser.get(f"{PAGE}?assigned=me").text


def test_strange_posts_do_no_harm() -> None:
    engine = filled([*POSTS, *(post(id, text, "11-08 10:00") for id, text in STRANGE.items())])
    label_all(engine)
    client = Client(engine)
    page = client.page(f"{PAGE}?q=alert")
    assert "<script>alert" not in page
    assert "&lt;img src=x" in page or "&lt;script&gt;" in page
    pages = [client.page(PAGE)]
    assert len(gzip.compress(pages[0].encode())) < 30_000
    for pick in _picks(pages[0]):
        pages.append(client.page(f"{PAGE}?open={pick.split('.')[0]}"))
        assert len(gzip.compress(pages[-1].encode())) < 300_000
    whole = "".join(pages)
    assert "\u202e" not in whole
    assert "U+202E" in whole or "\u202e" not in str(client.posts())
    assert "\u0300\u0301\u0302\u0303\u0304" not in whole
    assert "Show all of it (109,999 characters)" in whole or "Show all of it (110,000 characters)" in whole


def test_an_empty_service_shows_the_way() -> None:
    from models.database import open_database

    answer = Client(open_database("sqlite://")).get("/inbox")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
