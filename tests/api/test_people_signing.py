"""Signing in and out, as browsers do it: cookies, rotation, other sites' pages, guessing, and where one ends up."""

import re
from collections.abc import AsyncIterator

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from api.people.signing import local_path
from listener.access import Access
from models.database import session_of
from models.people_tables import SignIn
from models.reads.people import find_person
from models.store.people import disable, set_role
from models.words import Role
from tests.api.service import check_problem
from tests.api.signing import ABROAD, BEHIND_TLS, HERE, PASSWORD, WRONG, Service


@pytest.fixture
def service() -> Service:
    """One that people sign in to."""
    return Service()


def _plain(page: str, name: str) -> str:
    return page.replace(f'value="{name}"', 'value="X"')


def test_nobody_signs_in_on_loopback_while_there_is_nobody() -> None:
    service = Service(people=False)
    browser = service.browser()
    assert browser.is_in()
    assert "Sign out" not in browser.get("/").text
    assert browser.get("/sign-in").headers["location"] == "/"
    assert browser.sign_in().headers["location"] == "/"
    assert not browser.cookies


def test_as_soon_as_there_is_somebody_everybody_signs_in(service: Service) -> None:
    browser = service.browser()
    answer = browser.get("/brands/amber-roast/posts?q=a%26b&state=unanswered")
    assert answer.status_code == 303
    at = answer.headers["location"]
    assert at.startswith("/sign-in?next=%2Fbrands%2Famber-roast%2Fposts%3Fq%3Da%2526b%26state%3D")
    page = browser.get(at)
    assert page.status_code == 200
    assert 'value="/brands/amber-roast/posts?q=a%26b&amp;state=unanswered"' in page.text
    signed = browser.sign_in(next="/brands/amber-roast/posts?q=a%26b")
    assert (signed.status_code, signed.headers["location"]) == (303, "/brands/amber-roast/posts?q=a%26b")
    assert browser.is_in()
    assert "Rasa" in browser.get("/").text
    assert "Sign out" in browser.get("/").text


def test_settings_may_leave_loopback_open_though_there_are_people() -> None:
    assert Service(access=Access(asks_on_loopback=False)).browser().is_in()
    assert not Service(access=Access(is_open_to_others=True, asks_on_loopback=False)).browser().is_in()


def test_beyond_loopback_people_sign_in_even_while_there_is_nobody() -> None:
    assert not Service(access=Access(is_open_to_others=True), people=False).browser().is_in()


def test_the_cookie_is_out_of_reach(service: Service) -> None:
    cookie = service.browser().sign_in().headers["set-cookie"]
    assert re.match(r"listener=[\w-]{43};", cookie)
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=1209600"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    cookie = Service(access=BEHIND_TLS).browser(ABROAD).sign_in().headers["set-cookie"]
    assert cookie.startswith("__Host-listener=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_proxy_that_ends_tls_speaks_http_to_us_and_cookies_are_secure_all_the_same() -> None:
    browser = Service(access=BEHIND_TLS).browser("http://listen.example.org")
    page = browser.call("POST", "/sign-in", data={"name": "rasa", "password": PASSWORD}, headers={"Origin": ABROAD})
    assert page.status_code == 303
    assert "Secure" in page.headers["set-cookie"]


def test_no_password_is_taken_in_clear_over_a_network() -> None:
    access = Access(hosts=frozenset({"listen.example.org"}), is_open_to_others=True)
    browser = Service(access=access).browser("http://listen.example.org")
    answer = browser.sign_in()
    assert answer.status_code == 400
    assert "public_url" in answer.text
    assert not browser.cookies


def test_the_database_opens_no_door(service: Service) -> None:
    browser = service.browser()
    browser.sign_in()
    token = browser.cookies["listener"]
    with Session(service.engine) as session:
        (stored,) = session.exec(select(SignIn)).all()
    assert token not in str(stored)
    browser.cookies.clear()
    browser.cookies.set("listener", stored.token_hash)
    assert not browser.is_in()


def test_a_token_known_before_is_worth_nothing_after(service: Service) -> None:
    browser = service.browser()
    browser.cookies.set("listener", "chosen-by-somebody-else", domain="127.0.0.1", path="/")
    browser.sign_in()
    assert browser.cookies["listener"] != "chosen-by-somebody-else"
    first = browser.cookies["listener"]
    browser.sign_in()
    stolen = service.browser()
    stolen.cookies.set("listener", first)
    assert browser.is_in()
    assert not stolen.is_in()


def test_signing_out_ends_this_browser_for_good_and_no_other(service: Service) -> None:
    one, other = service.browser(), service.browser()
    one.sign_in()
    other.sign_in()
    token = one.cookies["listener"]
    assert one.send("/sign-out").headers["location"] == "/sign-in"
    assert not one.cookies
    one.cookies.set("listener", token)
    assert not one.is_in()
    assert other.is_in()


def test_a_sign_in_ends_by_itself(service: Service) -> None:
    browser = service.browser()
    browser.sign_in()
    service.clock.pass_by(days=13, hours=23)
    assert browser.is_in()
    service.clock.pass_by(hours=1)
    assert not browser.is_in()
    service.browser().sign_in()
    with Session(service.engine) as session:
        assert len(session.exec(select(SignIn)).all()) == 1


def test_who_is_disabled_is_out_at_once_and_a_role_counts_at_once(service: Service) -> None:
    service.add("מאיה", Role.MANAGER)
    browser = service.browser()
    browser.sign_in("מאיה")
    assert browser.is_in()
    with session_of(service.engine) as session:
        person = find_person(session, "מאיה")
        assert person is not None
        set_role(session, person, Role.ADMIN)
    assert browser.get("/people").status_code == 200
    with session_of(service.engine) as session:
        person = find_person(session, "מאיה")
        assert person is not None
        disable(session, person, service.clock())
    assert not browser.is_in()
    assert browser.sign_in("מאיה").status_code == 400


def test_wrong_names_and_wrong_passwords_get_the_same_answer(service: Service) -> None:
    pages = [service.browser().sign_in(name, WRONG) for name in ("Rasa", "Nobody")]
    assert [page.status_code for page in pages] == [400, 400]
    assert _plain(pages[0].text, "Rasa") == _plain(pages[1].text, "Nobody")
    assert "Name or password is wrong" in pages[0].text
    assert WRONG not in pages[0].text


def test_names_are_the_same_in_any_case_and_passwords_on_any_keyboard(service: Service) -> None:
    service.add("Ąžuolė", Role.READER)
    assert service.browser().sign_in("ąžuolė ").status_code == 303
    assert service.browser().sign_in("A\u0328z\u030cuole\u0307").status_code == 303
    assert service.browser().sign_in("Rasa", PASSWORD.upper()).status_code == 400


def test_guessing_is_slowed_down_and_the_right_password_has_to_wait_too(service: Service) -> None:
    browser = service.browser()
    with capture_logs() as logs:
        assert [browser.sign_in(password=f"{WRONG} {n}").status_code for n in range(7)] == [400] * 5 + [429] * 2
    assert [log["event"] for log in logs] == ["sign-in failed"] * 5 + ["sign-in refused, too many failed"] * 2
    assert not any(WRONG in str(log) for log in logs)
    answer = browser.sign_in()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert "15 minutes" in answer.text
    assert service.browser(address="198.51.100.7").sign_in().status_code == 303
    service.clock.pass_by(minutes=15)
    assert browser.sign_in().status_code == 303


def test_a_name_that_nobody_has_is_throttled_like_any_other(service: Service) -> None:
    browser = service.browser()
    assert [browser.sign_in("Nobody", WRONG).status_code for _ in range(6)] == [400] * 5 + [429]


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://evil.example/", "//evil.example/x", "///evil.example", "/\\evil.example", "\\\\evil.example"),
        *("javascript:alert(1)", "evil.example", "", "/\t/evil.example", "/\n/evil.example", "http:evil.example"),
        *("/sign-out", "/sign-in?next=/", " //evil.example", "/x\\..\\..\\evil", "//[", "/\u2028/evil.example"),
    ],
)
def test_nobody_is_sent_elsewhere(service: Service, wanted: str) -> None:
    assert local_path(wanted) == "/"
    assert service.browser().sign_in(next=wanted).headers["location"] == "/"
    page = service.browser().call("GET", "/sign-in", params={"next": wanted})
    assert 'name="next" value="/"' in page.text


@pytest.mark.parametrize("wanted", ["/", "/brands/a?q=https://evil.example/", "/posts/3#why", "/brands/a?q=咖啡"])
def test_a_path_of_ours_is_kept(wanted: str) -> None:
    assert local_path(wanted) == wanted


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HERE, "Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_no_other_sites_page_writes_with_our_cookie(service: Service, headers: dict[str, str]) -> None:
    browser = service.browser()
    browser.sign_in()
    for path, fields in (
        ("/people", {"name": "Eve", "password": PASSWORD, "role": "admin"}),
        ("/sign-out", {}),
        ("/api/v1/import?brand=eve", {}),
    ):
        answer = browser.call("POST", path, data=fields, headers=headers)
        assert check_problem(answer, 403)["type"] == "urn:moment-listener:problem:foreign-origin"
    assert browser.is_in()
    assert "Eve" not in browser.get("/people").text


def test_no_other_sites_page_signs_a_browser_in(service: Service) -> None:
    answer = service.browser().call(
        "POST", "/sign-in", data={"name": "rasa", "password": PASSWORD}, headers={"Origin": "https://evil.example"}
    )
    check_problem(answer, 403, "another site")
    assert "set-cookie" not in answer.headers


def test_where_the_public_address_is_known_only_its_pages_are_ours() -> None:
    browser = Service(access=BEHIND_TLS).browser(ABROAD)
    for origin in ("http://listen.example.org", "https://listen.example.org:444", "https://x.listen.example.org"):
        answer = browser.call("POST", "/sign-in", data={"name": "rasa"}, headers={"Origin": origin})
        check_problem(answer, 403, "another site")


def test_nothing_large_is_read_from_a_stranger(service: Service) -> None:
    browser = service.browser()
    check_problem(browser.call("POST", "/sign-in", content=b"name=" + b"x" * 20_000), 413)
    check_problem(browser.call("POST", "/sign-in", content=iter_of(b"name=x")), 413)
    answer = browser.call("POST", "/api/v1/import?brand=x", content=b"{" * 20_000)
    check_problem(answer, 401)


async def iter_of(body: bytes) -> AsyncIterator[bytes]:
    """A body of unknown length."""
    yield body
