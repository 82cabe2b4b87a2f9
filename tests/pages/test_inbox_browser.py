"""A social team's morning in a real browser: filter, read, correct, mark by key, undo; and axe finds nothing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.api.service import NOW, add, post
from tests.pages.conftest import Opened

INBOX = "/brands/amber-roast/inbox"


def _unanswered(page: Page, site: str) -> int:
    page.goto(f"{site}/brands/amber-roast/gap")
    said = page.locator("main").inner_text()
    found = re.search(r"Unanswered\s+([\d,]+)", said)
    assert found, said
    return int(found[1].replace(",", ""))


def _count(page: Page) -> int:
    found = re.match(r"[\d,]+", page.locator("#list-title").inner_text())
    assert found
    return int(found[0].replace(",", ""))


def test_a_morning(site: str, opened: Opened) -> None:
    page = opened(reduced_motion="reduce")
    page.set_default_timeout(60_000)  # the first report loads what measures it
    before = _unanswered(page, site)
    page.goto(site + INBOX)
    page.get_by_text("Filter", exact=True).first.click()
    page.get_by_label("State").select_option("unanswered")
    page.get_by_label("Older than, in hours").fill("24")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url(re.compile(r"state=unanswered.*older=24"))
    count = _count(page)
    assert count == before

    page.keyboard.press("j")
    first = page.locator(".entry").first
    expect(first.locator(".read")).to_be_focused()
    page.keyboard.press("Enter")
    pane = page.get_by_role("region", name="Thread", exact=True)
    expect(pane.locator("#draft")).to_be_visible()
    page.keyboard.press("s")
    expect(pane.get_by_label("Stage", exact=True)).to_be_focused()
    pane.get_by_label("Stage", exact=True).select_option("zmot")
    page.keyboard.press("Enter")
    expect(pane.locator(".history")).to_contain_text("corrected to: ZMOT")
    expect(page.locator("#inbox-said")).to_contain_text("corrected to: ZMOT")

    mention = first.get_attribute("data-mention")
    first.locator(".read").focus()
    page.keyboard.press("n")
    expect(page.locator("#list-title")).to_have_text(f"{count - 1} posts")
    expect(page.locator(f"[data-mention='{mention}'].entry")).to_have_count(0)
    expect(page.locator(".entry .read").first).to_be_focused()
    other = page.context.new_page()
    assert _unanswered(other, site) == before - 1

    page.keyboard.press("u")
    expect(page.locator("#list-title")).to_have_text(f"{count} posts")
    assert _unanswered(other, site) == before


def test_many_chosen_by_key_are_tagged_and_undone_at_once(site: str, opened: Opened) -> None:
    page = opened(reduced_motion="reduce")
    page.goto(site + INBOX)
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator(".chosen-count")).to_have_text("(3)")
    page.keyboard.press("t")
    expect(page.locator("#bulk-tag")).to_be_focused()
    page.keyboard.type("Morning")
    page.keyboard.press("Enter")
    expect(page.locator(".entry .tag")).to_have_text(["morning"] * 3)
    page.locator(".entry .read").first.focus()
    page.keyboard.press("u")
    expect(page.locator(".entry .tag")).to_have_count(0)


def test_keys_can_be_turned_off_and_drafts_stay_here(site: str, opened: Opened) -> None:
    page = opened()
    page.goto(site + INBOX)
    page.keyboard.press("?")
    page.get_by_label("Single keys do this").uncheck()
    page.locator(".read").first.click()
    page.locator("#draft").fill("Dzień dobry, już sprawdzam")
    page.locator(".read").nth(1).click()
    expect(page.locator("#draft")).to_have_value("")
    page.locator(".read").first.click()
    expect(page.locator("#draft")).to_have_value("Dzień dobry, już sprawdzam")
    count = _count(page)
    page.locator(".read").first.focus()
    page.keyboard.press("n")
    page.reload()
    assert _count(page) == count


def test_new_posts_are_offered_and_move_nothing(site: str, demo: Engine, opened: Opened) -> None:
    page = opened()
    page.clock.install()
    page.goto(site + INBOX)
    count = _count(page)
    line = post("new-1", "Kur mano pupelės? Niekas neatsako.", "11-21 09:00")
    add(demo, [line], labelled=False)
    _need(demo, "new-1")
    page.clock.run_for(21_000)
    expect(page.locator(".newer")).to_have_text("1 new post: show it")
    assert _count(page) == count
    page.locator(".newer").click()
    expect(page.locator("#list-title")).to_have_text(f"{count + 1} posts")


def _need(engine: Engine, source_id: str) -> None:
    """A person says that it needs an answer."""
    from sqlmodel import select

    from models.database import session_of
    from models.store.labels import save_correction
    from models.tables import Mention, Post
    from models.words import CorrectedField

    with session_of(engine) as session:
        query = select(Mention).join(Post, Post.id == Mention.post_id)  # type: ignore[arg-type]
        mention = session.exec(query.where(Post.source_id == source_id)).one()
        save_correction(session, mention, CorrectedField.NEEDS_RESPONSE, "true", "ola", NOW)


def test_without_scripts_it_is_links_and_forms(site: str, opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    page.goto(site + INBOX)
    page.locator(".read").first.click()
    page.locator("#thread").get_by_role("button", name="No answer needed").click()
    expect(page.locator(".done-text")).to_contain_text("no answer needed")
    page.locator(".done").get_by_role("button", name="Undo").click()
    expect(page.locator(".done-text")).to_contain_text("undone")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "width"),
    [(INBOX, 1280), (f"{INBOX}?language=he", 1280), (f"{INBOX}?lang=he", 1280), ("/inbox?assigned=nobody", 390)],
)
def test_axe_finds_nothing(site: str, opened: Opened, scheme: str, path: str, width: int) -> None:
    page = opened(color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": 900})
    page.goto(site + path)
    _check(page)
    page.locator(".read").first.click()
    expect(page.locator("#draft")).to_be_visible()
    _check(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _check(page: Page) -> None:
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    assert not found.response["violations"], found.generate_report()
