"""The managers' pages: there in every state of the database and language, what their forms write, who may."""

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlmodel import Session, select

from listener.pipeline.brands import the_brand
from models.database import open_database, session_of
from models.reads.brands import brand_by_slug
from models.tables import CoverageGap, Ease, OwnedAuthor, Query, Stream, Theme
from models.words import Role
from tests.api.service import NOW, Client, add, check_problem, post
from tests.api.signing import Service

BRAND = "/brands/amber-roast"
TABS = ["", "/gap", "/trends", "/journey", "/loop", "/themes", "/words", "/posts", "/compare", "/sources", "/settings"]
FRAMED = TABS[:-1]
FILTERS = "source=mastodon&stage=smot&sentiment=negative&language=en&relation=direct&theme=9"


def _said(page: str) -> str:
    body = HTMLParser(page).body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


@pytest.mark.parametrize("lang", ["en", "he", "zh-Hant"])
@pytest.mark.parametrize("tab", TABS)
def test_every_page_is_there_in_every_language(client: Client, tab: str, lang: str) -> None:
    page = client.page(f"{BRAND}{tab}?lang={lang}")
    tree = HTMLParser(page)
    root = tree.css_first("html")
    assert root is not None
    assert root.attributes["lang"] == lang
    assert len(tree.css("h1")) == len(tree.css("main")) == 1
    assert len(tree.css("nav.tabs a[aria-current=page]")) == 1
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert "%(" not in page
    assert " style=" not in page
    assert "<script" not in page.replace("<script src=", "")


@pytest.mark.parametrize("tab", FRAMED)
def test_a_period_without_posts_says_why_and_draws_nothing(client: Client, tab: str) -> None:
    page = client.page(f"{BRAND}{tab}?from=2020-01-01&to=2020-02-01")
    assert not HTMLParser(page).css("img.chart, img.cloud, svg.bar")
    if tab not in ("/sources", "/posts"):
        assert "but none fits the period and the filters" in _said(page)


@pytest.mark.parametrize("tab", FRAMED)
def test_a_brand_without_posts_says_how_to_begin(client: Client, tab: str) -> None:
    the_brand(client.engine, "quiet-brand")
    page = client.page(f"/brands/quiet-brand{tab}")
    assert not HTMLParser(page).css("img.chart, img.cloud, svg.bar")
    assert "No posts yet" in _said(page) or tab == "/sources"


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_database_has_no_such_brand(tab: str) -> None:
    answer = Client(open_database("sqlite://")).call("GET", f"{BRAND}{tab}", headers={"Accept": "text/html"})
    assert answer.status_code == 404


def test_the_first_run_shows_three_ways() -> None:
    said = _said(Client(open_database("sqlite://")).page("/"))
    for way in ("listener demo", "listener import FILE --brand SLUG", "listener init", "listener collect"):
        assert way in said


@pytest.mark.parametrize("tab", FRAMED)
def test_period_and_filters_stay_from_tab_to_tab(client: Client, tab: str) -> None:
    kept = f"from=2026-11-01&to=2026-11-20&{FILTERS}"
    tree = HTMLParser(client.page(f"{BRAND}{tab}?{kept}"))
    links = [node.attributes["href"] or "" for node in tree.css("nav.tabs a")]
    mine = [link for link in links if link.startswith(BRAND) and "?" in link]
    assert len(mine) >= len(FRAMED)
    assert all(part in link for link in mine for part in kept.split("&"))


@pytest.mark.parametrize("tab", FRAMED)
@pytest.mark.parametrize("wrong", ["from=yesterdayish", "as_of=2030-01-01", "from=2026-11-02&to=2026-11-01", "x=1"])
def test_what_cannot_be_is_refused(client: Client, tab: str, wrong: str) -> None:
    check_problem(client.get(f"{BRAND}{tab}?{wrong}"), 422)


@pytest.mark.parametrize("tab", ["", "/gap", "/themes", "/journey", "/compare"])
def test_posts_stay_escaped(client: Client, tab: str) -> None:
    page = client.page(f"{BRAND}{tab}")
    assert "<script>" not in page
    assert "javascript:" not in page


def test_presets_and_default(client: Client) -> None:
    tree = HTMLParser(client.page(f"{BRAND}/gap?from=2026-11-15"))
    chosen = tree.css("nav.presets a[aria-current]")
    assert [node.text() for node in chosen] == ["7 days"]
    links = [node.attributes["href"] for node in tree.css("nav.presets a")]
    assert f"{BRAND}/gap?from=2026-10-25" in links
    assert f"{BRAND}/gap?all=true" in links


@pytest.mark.parametrize("tab", ["gap", "themes", "words"])
def test_a_page_without_a_period_shows_the_last_days(client: Client, tab: str) -> None:
    tree = HTMLParser(client.page(f"{BRAND}/{tab}"))
    assert [node.text() for node in tree.css("nav.presets a[aria-current]")] == ["90 days"]
    whole = HTMLParser(client.page(f"{BRAND}/{tab}?all=true"))
    assert [node.text() for node in whole.css("nav.presets a[aria-current]")] == ["From the first post on"]


def test_files_have_the_period_of_their_page(client: Client) -> None:
    def files(query: str) -> list[str]:
        tree = HTMLParser(client.page(f"{BRAND}/gap{query}"))
        return [node.attributes["href"] or "" for node in tree.css('a[href^="/api/v1/reports/response-gap"]')]

    assert files("")
    assert all("from=2026-08-2" in address for address in files(""))
    assert files("?all=true")
    assert not any("from=" in address or "all=" in address for address in files("?all=true"))


def _theme(client: Client) -> int:
    with session_of(client.engine) as session:
        brand = brand_by_slug(session, "amber-roast")
        theme = Theme(
            brand_id=brand.id or 0, encoder="by hand", polarity="complaint", name="leak, wand", terms=["leak"],
            centroid=b"", radius=1.0, created_at=NOW, fitted_at=NOW,
        )  # fmt: skip
        session.add(theme)
        session.flush()
        return theme.id or 0


def test_a_manager_renames_a_theme(client: Client) -> None:
    id = _theme(client)
    answer = client.post(f"{BRAND}/themes/{id}/name", data={"name": "Leaking wands", "kept": "?from=2026-11-01"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{BRAND}/themes?from=2026-11-01&renamed=true"
    with Session(client.engine) as session:
        assert session.get_one(Theme, id).name == "Leaking wands"
    assert client.post(f"{BRAND}/themes/999/name", data={"name": "x"}).status_code == 404
    assert client.post(f"{BRAND}/themes/{id}/name", data={"name": "  "}).status_code == 422
    elsewhere = {"name": "x", "kept": "//evil.example"}
    assert client.post(f"{BRAND}/themes/{id}/name", data=elsewhere).status_code == 422


def test_a_manager_types_in_eases(client: Client) -> None:
    form = {"opportunity": "smot", "design": "4", "engineering": "2", "kept": ""}
    answer = client.post(f"{BRAND}/journey/eases", data=form)
    assert answer.status_code == 303
    with Session(client.engine) as session:
        ease = session.exec(select(Ease)).one()
    assert (ease.opportunity, ease.design, ease.engineering) == ("smot", 4, 2)
    assert client.post(f"{BRAND}/journey/eases", data=form | {"design": "6"}).status_code == 422
    assert client.post(f"{BRAND}/journey/eases", data=form | {"opportunity": "nowhere"}).status_code == 422


def test_settings_say_what_counts_and_try_a_query(client: Client) -> None:
    with session_of(client.engine) as session:
        brand = brand_by_slug(session, "amber-roast")
        brand.promised_first_response_seconds, brand.rivals = 86_400, ["north-beans"]
        session.add(Query(brand_id=brand.id or 0, name="everything", expression='"Amber Roast"'))
        session.add(OwnedAuthor(brand_id=brand.id or 0, source="bluesky", account="amber.example"))
    said = _said(client.page(f"{BRAND}/settings"))
    for words in ("24", "north-beans not stored yet", "Amber Roast", "amber.example", "listener.toml"):
        assert words in said, words
    found = client.post(f"{BRAND}/settings/query", data={"expression": "voucher OR parcel", "days": "28"})
    assert found.status_code == 200
    assert "2 of 7 stored posts fit" in _said(found.text)
    assert "This is no query" in _said(client.post(f"{BRAND}/settings/query", data={"expression": "(("}).text)


def test_sources_tell_failing_stale_and_missing(client: Client) -> None:
    with session_of(client.engine) as session:
        brand = brand_by_slug(session, "amber-roast").id or 0
        broken = Stream(brand_id=brand, source="mastodon", key="a", title="social.example", failure="HTTP 500")
        session.add(broken)
        old = NOW.replace(day=10)
        session.add(Stream(brand_id=brand, source="bluesky", key="b", title="bluesky", checked_at=old))
        session.flush()
        session.add(
            CoverageGap(stream_id=broken.id or 0, gap_from=old, gap_until=NOW, reason="too many posts", found_at=NOW)
        )
    said = _said(client.page(f"{BRAND}/sources"))
    for words in ("failing", "HTTP 500", "stale", "too many posts", "imported from files", "needs a key", "LISTENER_"):
        assert words in said, words


def test_rivals_are_compared_with_the_reports_own_test(client: Client) -> None:
    add(client.engine, [post(f"r{n}", "where is my order", f"11-0{n} 10:00") for n in range(1, 4)], "north-beans")
    with session_of(client.engine) as session:
        brand_by_slug(session, "amber-roast").rivals = ["north-beans"]
    said = _said(client.page(f"{BRAND}/compare"))
    assert "Its response rate less that of" in said
    assert "too few posts to tell" in said


@pytest.mark.parametrize("role", [Role.READER, Role.AGENT])
def test_who_may_only_read_sees_no_forms(role: Role) -> None:
    service = Service()
    the_brand(service.engine, "amber-roast")
    service.add("Ona", role)
    browser = service.browser()
    browser.sign_in("Ona")
    for tab in ("/themes", "/journey", "/settings"):
        answer = browser.get(f"{BRAND}{tab}")
        assert answer.status_code == 200
        forms = HTMLParser(answer.text).css("main form[method=post]")
        assert not forms
    assert browser.send(f"{BRAND}/settings/query", expression="a").status_code == 403
    assert browser.send(f"{BRAND}/journey/eases", opportunity="smot", design="1", engineering="1").status_code == 403
