"""The page of people and keys, one's own account, programs with keys, and whose name a correction gets."""

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlmodel import Session, select

from listener.access import Access
from models.people_tables import ApiKey
from models.store.people import LONGEST_NAME
from models.tables import Correction
from models.words import Role
from tests.api.service import Client, check_problem
from tests.api.signing import ABROAD, BEHIND_TLS, HERE, PASSWORD, WRONG, Browser, Service

NEW = "žalias stalas prie lango"
CORRECTION = {"brand": "amber-roast", "field": "stage", "value": "zmot", "author": "somebody else"}


@pytest.fixture
def service() -> Service:
    """One that people sign in to."""
    return Service()


@pytest.fixture
def admin(service: Service) -> Browser:
    """Rasa's browser."""
    browser = service.browser()
    browser.sign_in()
    return browser


def _text(page: str) -> str:
    return " ".join(HTMLParser(page).body.text(separator=" ").split())  # type: ignore[union-attr]


def test_the_first_person_is_made_here_and_is_an_admin() -> None:
    browser = Service(people=False).browser()
    assert "Nobody needs to sign in yet" in browser.get("/people").text
    refused = browser.send("/people", name="Rasa", password=PASSWORD, role="agent")
    assert refused.status_code == 400
    assert "admin" in _text(refused.text)
    assert browser.send("/people", name="Rasa", password=PASSWORD, role="admin").headers["location"] == "/people"
    assert not browser.is_in()
    assert browser.sign_in().status_code == 303
    assert browser.get("/people").status_code == 200


@pytest.mark.parametrize("name", ["Žygimantas", "מאיה כהן", "林美玲", "Łucja", "o'<b>Hara</b>", "x" * LONGEST_NAME])
def test_people_are_added_and_listed(admin: Browser, service: Service, name: str) -> None:
    assert admin.send("/people", name=name, password=PASSWORD, role="agent").status_code == 303
    page = admin.get("/people")
    assert page.headers["cache-control"] == "no-store"
    assert name in _text(page.text)
    assert "<b>Hara" not in page.text
    browser = service.browser()
    assert browser.sign_in(name).status_code == 303
    assert name in _text(browser.get("/").text)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "RASA"}, "already"),
        ({"name": " "}, "characters"),
        ({"name": "Ra\u200bsa"}, "invisible"),
        ({"name": "\u202easaR"}, "invisible"),
        ({"password": "short"}, "12 characters"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "guessed"),
        ({"name": "Petras Petraitis", "password": "petras petraitis"}, "guessed"),
    ],
)
def test_what_cannot_be_added_is_said(admin: Browser, fields: dict[str, str], words: str) -> None:
    answer = admin.send("/people", **{"name": "Petras", "password": PASSWORD, "role": "agent", **fields})
    assert answer.status_code == 400
    assert words in _text(answer.text)
    assert "Petras" not in admin.get("/people").text


def test_the_last_admin_stays(admin: Browser, service: Service) -> None:
    for path, fields in (("role", {"role": "reader"}), ("disabled", {"disabled": "true"})):
        answer = admin.send(f"/people/1/{path}", **fields)
        assert answer.status_code == 400
        assert "last admin" in _text(answer.text)
    id = service.add("Maya", Role.ADMIN)
    assert admin.send("/people/1/role", role="reader").status_code == 303
    assert admin.get("/people").status_code == 403
    assert service.person(id).role == Role.ADMIN


def test_somebody_is_kept_out_let_in_and_given_a_password(admin: Browser, service: Service) -> None:
    id = service.add("Maya", Role.AGENT)
    browser = service.browser()
    browser.sign_in("Maya")
    admin.send(f"/people/{id}/disabled", disabled="true")
    assert not browser.is_in()
    assert "Let in again" in admin.get("/people").text
    admin.send(f"/people/{id}/disabled", disabled="false")
    assert not browser.is_in()  # the old sign-in does not come back
    assert browser.sign_in("Maya").status_code == 303
    assert admin.send(f"/people/{id}/password", password="short").status_code == 400
    admin.send(f"/people/{id}/password", password=NEW)
    assert not browser.is_in()
    assert browser.sign_in("Maya", NEW).status_code == 303
    assert admin.send("/people/77/password", password=NEW).status_code == 404


def test_ones_own_password_ends_every_other_sign_in(admin: Browser, service: Service) -> None:
    other = service.browser()
    other.sign_in()
    before = admin.cookies["listener"]
    wrong = admin.send("/account/password", current=WRONG, new=NEW)
    assert (wrong.status_code, "current password is wrong" in wrong.text) == (400, True)
    assert admin.send("/account/password", current=PASSWORD, new="short").status_code == 400
    assert other.is_in()
    assert admin.send("/account/password", current=PASSWORD, new=NEW).headers["location"] == "/account?changed=true"
    assert "The new password counts" in admin.get("/account?changed=true").text
    assert admin.cookies["listener"] != before
    assert not other.is_in()
    assert other.sign_in().status_code == 400
    assert other.sign_in(password=NEW).status_code == 303


def test_a_stolen_browser_is_no_way_to_guess_the_password(admin: Browser) -> None:
    tried = [admin.send("/account/password", current=f"{WRONG} {n}", new=NEW).status_code for n in range(6)]
    assert tried == [400] * 5 + [429]


def test_an_account_where_nobody_signs_in() -> None:
    browser = Service(people=False).browser()
    assert "Nobody signs in here" in browser.get("/account").text
    assert browser.send("/account/password", current=PASSWORD, new=NEW).status_code == 400


def test_a_key_is_shown_once_and_works_until_it_is_revoked(admin: Browser, service: Service) -> None:
    page = admin.send("/people/keys", name="exporter", role="reader")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    key = HTMLParser(page.text).css_first("pre code").text()  # type: ignore[union-attr]
    assert key.startswith("ml_")
    assert key not in admin.get("/people").text
    assert admin.send("/people/keys", name="exporter", role="reader").status_code == 400
    program = service.browser()
    headers = {"Authorization": f"Bearer {key}"}
    assert program.call("GET", "/api/v1/brands", headers=headers).status_code == 200
    assert program.call("GET", "/openapi.json", headers=headers).status_code == 200
    with Session(service.engine) as session:
        (stored,) = session.exec(select(ApiKey)).all()
    assert key not in str(stored)
    assert stored.used_on == service.clock().date()
    assert admin.send(f"/people/keys/{stored.id}/revoked").status_code == 303
    check_problem(program.call("GET", "/api/v1/brands", headers=headers), 401)
    assert "revoked" in admin.get("/people").text


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "Bearer x", "bearer ml_x", "Bearer \u00e9"])
def test_a_wrong_key_is_refused_whatever_the_cookies(admin: Browser, sent: str) -> None:
    answer = admin.call("GET", "/api/v1/brands", headers={"Authorization": sent.encode("latin-1")})
    check_problem(answer, 401, "Bearer")


def test_programs_write_without_an_origin(service: Service) -> None:
    key = service.key(Role.MANAGER)
    headers = {"Authorization": f"Bearer {key}"}
    answer = service.browser().call("POST", "/api/v1/import?brand=amber-roast", content=b"{}", headers=headers)
    assert answer.status_code == 200


def _corrected(client: Client, browser: Browser, **more: Any) -> str:
    assert browser.call("POST", "/api/v1/posts/1/corrections", json=CORRECTION, **more).status_code == 201
    with Session(client.engine) as session:
        return session.exec(select(Correction)).all()[-1].author


def test_a_correction_is_by_whoever_signed_in(client: Client) -> None:
    service = Service(client.engine, people=False)
    assert _corrected(client, service.browser()) == "somebody else"
    service.add("Rasa", Role.ADMIN)
    service.add("Maya", Role.AGENT)
    browser = service.browser()
    browser.sign_in("Maya")
    assert _corrected(client, browser, headers={"Origin": HERE}) == "Maya"
    program = service.key(Role.AGENT)
    assert _corrected(client, service.browser(), headers={"Authorization": f"Bearer {program}"}) == "agent program"


def test_only_names_of_ours_are_answered_to() -> None:
    browser = Service(people=False).browser
    for base in ("http://127.0.0.1", "http://localhost:8000", "http://[::1]:8000", "http://127.8.0.1"):
        assert browser(base).is_in(), base
    for base in ("http://evil.example", "http://localhost.evil.example", "http://192.0.2.1", "http://127.0.0.1.nip.io"):
        check_problem(browser(base).get("/"), 400, "trusted_hosts")
    for host in ("", "127.0.0.1:x", "127.0.0.1, evil.example", "[::1"):
        check_problem(browser().get("/api/v1/health", Host=host), 400, "trusted_hosts")
    wide = Access(hosts=frozenset({"listen.example.org", "*.team.example"}))
    assert Service(access=wide, people=False).browser("http://a.team.example").is_in()
    check_problem(Service(access=wide).browser("http://team.example.evil.example").get("/"), 400)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "X-Real-IP", "Via"])
def test_a_proxy_that_nobody_told_us_of_does_not_hand_out_what_is_for_this_machine(header: str) -> None:
    browser = Service(people=False).browser()
    check_problem(browser.call("GET", "/api/v1/brands", headers={header: "203.0.113.9"}), 403, "public_url")
    signed_in = Service().browser()
    signed_in.sign_in()
    assert signed_in.call("GET", "/", headers={header: "203.0.113.9"}).status_code == 200


def _figures() -> dict[str, int]:
    return {"posts": 8}


def test_metrics_are_for_this_machine_and_for_keys() -> None:
    service = Service()
    service.app.add_api_route("/api/v1/metrics", _figures)
    at = "/api/v1/metrics"
    headers = {"Authorization": f"Bearer {service.key(Role.READER)}"}
    assert service.browser().call("GET", at).status_code == 200
    assert service.browser(address="198.51.100.7").call("GET", at).status_code == 401
    assert service.browser(address="198.51.100.7").call("GET", at, headers=headers).status_code == 200
    assert service.browser().call("GET", at, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    behind = Service(access=BEHIND_TLS)
    behind.app.add_api_route("/api/v1/metrics", _figures)
    assert behind.browser().call("GET", at).status_code == 401
    assert behind.browser(ABROAD).call("GET", at).status_code == 401
