"""A person's own language and time zone: after what the address and the cookie say, before browser and brand."""

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from models.words import Role
from tests.api.service import Client, filled
from tests.api.signing import Browser, Service

PAGE = "/brands/amber-roast/posts"
POLISH = {"Accept-Language": "pl,en;q=0.5"}


@pytest.fixture
def browser() -> Browser:
    """Meilin's, an ordinary reader's; the brand's zone is UTC."""
    service = Service(filled())
    service.add("美玲", Role.READER)
    made = service.browser()
    assert made.sign_in("美玲").status_code == 303
    return made


def _language(browser: Browser, path: str = PAGE, **headers: str) -> str | None:
    return HTMLParser(browser.get(path, **headers).text).css_first("html").attributes["lang"]  # type: ignore[union-attr]


def _has_zone(browser: Browser, zone: str, path: str = PAGE) -> bool:
    times = [node.text() for node in HTMLParser(browser.get(path).text).css("main time")]
    assert times
    return all(zone in time for time in times)


def test_the_address_then_the_cookie_then_the_person_then_the_browser(browser: Browser) -> None:
    assert _language(browser, **POLISH) == "pl"
    assert browser.send("/account/reading", language="he", zone="").headers["location"] == "/account"
    assert _language(browser, **POLISH) == "he"
    assert _language(browser, f"{PAGE}?lang=lt", **POLISH) == "lt"
    assert _language(browser, **POLISH) == "lt"  # the cookie
    browser.send("/account/reading", language="zh-Hant", zone="")
    assert _language(browser, **POLISH) == "zh-Hant"
    browser.send("/account/reading", language="", zone="")
    assert _language(browser, **POLISH) == "pl"


def test_the_zone_likewise_and_the_brands_can_be_chosen_again(browser: Browser) -> None:
    assert _has_zone(browser, "UTC")
    assert not _has_zone(browser, "UTC+8")
    browser.send("/account/reading", language="en", zone="Asia/Taipei")
    assert _has_zone(browser, "UTC+8")
    assert _has_zone(browser, "UTC+1", f"{PAGE}?tz=Europe/Warsaw")
    assert _has_zone(browser, "UTC+1")  # the cookie
    assert not _has_zone(browser, "UTC+", f"{PAGE}?tz=")
    assert not _has_zone(browser, "UTC+")  # the brand's, chosen in this browser
    browser.send("/account/reading", language="en", zone="Asia/Taipei")
    assert _has_zone(browser, "UTC+8")


def test_it_counts_wherever_they_sign_in_and_for_nobody_else(browser: Browser) -> None:
    browser.send("/account/reading", language="he", zone="Asia/Jerusalem")
    assert _language(Browser(browser.app, browser.base, "127.0.0.9"), "/sign-in") == "en"
    second = Browser(browser.app, browser.base, "127.0.0.9")
    second.sign_in("美玲")
    assert _language(second) == "he"
    admin = Browser(browser.app, browser.base, "127.0.0.10")
    admin.sign_in()
    assert _language(admin) == "en"


def test_the_account_shows_what_is_stored(browser: Browser) -> None:
    browser.send("/account/reading", language="lt", zone="Europe/Vilnius")
    form = HTMLParser(browser.get("/account").text).css_first("form[action='/account/reading']")
    assert form is not None
    chosen = [option.attributes.get("value") or option.text() for option in form.css("option[selected]")]
    assert chosen == ["lt", "Europe/Vilnius"]


@pytest.mark.parametrize("fields", [{"language": "xx"}, {"zone": "Mars/Base"}, {"language": "<b>"}, {"other": "x"}])
def test_nonsense_is_refused(browser: Browser, fields: dict[str, str]) -> None:
    browser.send("/account/reading", language="pl", zone="Asia/Taipei")
    assert browser.send("/account/reading", **fields).status_code == 422
    assert _language(browser) == "pl"


def test_where_nobody_signs_in_there_is_nothing_to_keep(client: Client) -> None:
    assert "/account/reading" not in client.page("/account")
    assert client.post("/account/reading", data={"language": "pl"}).status_code == 400
