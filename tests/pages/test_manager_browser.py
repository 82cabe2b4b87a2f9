"""A brand manager's afternoon in a real browser, by mouse and by keyboard, and axe on every page in light and dark."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from models.database import open_database
from tests.pages.conftest import Opened

BRAND = "/brands/amber-roast"
TABS = ["", "/gap", "/trends", "/journey", "/loop", "/themes", "/words", "/posts", "/compare", "/sources", "/settings"]


def _clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_manager_compares_two_weeks_and_finds_the_same_count_in_the_file(
    site: str, opened: Opened, language: str, tmp_path: Path
) -> None:
    page = opened(accept_downloads=True)
    page.goto(f"{site}{BRAND}/compare?lang={language}")
    days = {"from": "2026-11-09", "to": "2026-11-16", "against_from": "2026-11-02", "against_to": "2026-11-09"}
    for name, day in days.items():
        page.locator(f"input[name={name}]").fill(day)
    page.locator("form.filters button[type=submit]").first.click()
    page.wait_for_url("**against_to=2026-11-09**")
    words = page.locator("section[aria-labelledby=words] .card").nth(1)
    words.locator(":scope > p a").last.click()
    row = page.locator("main table").first.locator("tbody tr").first
    word, count = row.locator("th").inner_text().strip(), int(row.locator("td").first.inner_text())
    with page.expect_download() as loading:
        page.locator("p.downloads a", has_text="CSV").click()
    file = tmp_path / "words.csv"
    loading.value.save_as(file)
    assert loading.value.suggested_filename == "amber-roast-word-cloud-2026-11-09-to-2026-11-16.csv"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        counts = {line["term"]: int(line["count"]) for line in csv.DictReader(lines)}
    assert counts[word] == count
    row.locator("a").click()
    expect(page.locator("p.total")).to_have_attribute("data-count", str(count))
    expect(page.locator("ol.posts > li")).to_have_count(min(count, 50))


def test_from_the_overview_to_a_thread_by_keyboard_alone(shown: str, opened: Opened) -> None:
    page = opened()
    page.goto(f"{shown}{BRAND}")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, "nav.presets a:has-text('28 days')")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2026-10-25**")
    _tab_to(page, "dl.figures a[href*='state=unanswered']")
    count = page.locator("dl.figures a[href*='state=unanswered']").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**state=unanswered**")
    expect(page.locator("p.total")).to_have_attribute("data-count", count)
    _tab_to(page, "ol.posts li:first-child a[href^='/posts/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/*")


def _tab_to(page: Page, selector: str) -> None:
    wanted = page.locator(selector).first
    for _ in range(120):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_a_theme_is_renamed_and_an_ease_typed_in(site: str, opened: Opened) -> None:
    page = opened()
    page.goto(f"{site}{BRAND}/themes")
    form = page.locator("form[action$='/name']").first
    form.locator("input[name=name]").fill("Machines that leak")
    form.locator("button").click()
    expect(page.locator("article.theme h3").first).to_have_text("Machines that leak")
    page.goto(f"{site}{BRAND}/journey")
    form = page.locator("form.eases").first
    form.locator("input[name=design]").fill("5")
    form.locator("input[name=engineering]").fill("4")
    form.locator("button").click()
    page.wait_for_url("**saved=true**")
    expect(page.locator("p.notice[role=status]")).to_be_visible()


@pytest.mark.parametrize("tab", TABS)
def test_axe_finds_nothing(shown: str, opened: Opened, tab: str) -> None:
    page = opened(color_scheme="light", bypass_csp=True)
    page.route("**/api/v1/reports/**", lambda route: route.abort())  # pictures speak by their alternative texts
    page.goto(f"{shown}{BRAND}{tab}")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    _clean(page)
    page.emulate_media(color_scheme="dark")
    _clean(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_run_shows_the_way(
    serve: Callable[[Engine], str], opened: Opened, scheme: Literal["light", "dark"]
) -> None:
    engine = open_database("sqlite://")
    page = opened(color_scheme=scheme, bypass_csp=True)
    page.goto(serve(engine))
    expect(page.get_by_text("listener demo")).to_be_visible()
    _clean(page)


@pytest.mark.parametrize("language", ["en", "he", "zh-Hant"])
def test_a_phone_scrolls_down_alone(shown: str, opened: Opened, language: str) -> None:
    page = opened(viewport={"width": 390, "height": 800})
    page.route("**/api/v1/reports/**", lambda route: route.abort())
    for tab in TABS:
        page.goto(f"{shown}{BRAND}{tab}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), tab
