"""Every route of the application has a role, and asks for it: a walk over all of them, pages and API alike."""

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from api.people.roles import RULES, SAFE, needed_role, rule_of
from models.database import open_database
from models.words import Role
from tests.api.service import check_problem
from tests.api.signing import Service

NOT_YET = {"/api/v1/metrics"}


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of each."""
    found = [
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        if route.path is not None and route.methods
        for method in sorted(route.methods)
    ]
    mounts = [("GET", f"{route.path}/style.css") for route in app.routes if isinstance(route, Mount)]
    return found + mounts


@pytest.fixture(scope="module")
def service() -> Service:
    """With a key of each role."""
    service = Service(open_database("sqlite://"))
    for role in Role:
        service.key(role)
    return service


ROUTES = routes_of(Service(people=False).app)


def _filled(path: str) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", "999", path)


def test_the_walk_sees_pages_api_and_files() -> None:
    assert {("GET", "/"), ("GET", "/people"), ("PUT", "/api/v1/themes/{id}"), ("GET", "/openapi.json")} <= set(ROUTES)
    assert ("GET", "/static/style.css") in ROUTES
    assert len(ROUTES) > 30


@pytest.mark.parametrize(("method", "path"), [one for one in ROUTES if one[0] not in SAFE])
def test_every_route_that_writes_is_named_with_its_role(method: str, path: str) -> None:
    assert rule_of(method, _filled(path)) is not None, f"say in api/people/roles.py who may {method} {path}"


def test_every_rule_is_of_a_route_that_is_there() -> None:
    paths = {path for _, path in ROUTES} | NOT_YET | {"/static/{path:path}"}
    assert {rule.path for rule in RULES} <= paths


def test_what_nobody_thought_of_is_for_admins_to_write_and_for_readers_to_read() -> None:
    assert needed_role("DELETE", "/api/v1/something/new") is Role.ADMIN
    assert needed_role("PROPFIND", "/") is Role.ADMIN
    assert needed_role("GET", "/something/new") is Role.READER
    assert needed_role("HEAD", "/people") is Role.ADMIN


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_stranger_is_let_in_nowhere_but_where_all_are(service: Service, method: str, path: str) -> None:
    answer = service.browser().call(method, _filled(path), headers={"Accept": "text/html"})
    location = answer.headers.get("location", "")
    if needed_role(method, _filled(path)) is None:
        assert answer.status_code != 403
        assert not location.startswith("/sign-in")
        assert "signed in" not in answer.text
    elif path.startswith(("/api/", "/openapi")):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        if method != "HEAD":
            check_problem(answer, 401, "Bearer")
    else:
        assert answer.status_code == 303
        assert location.split("?")[0] == "/sign-in"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("method", "path"), [one for one in ROUTES if one[0] != "HEAD"])
def test_each_role_may_call_what_it_is_for_and_nothing_above(
    service: Service, method: str, path: str, role: Role
) -> None:
    needed = needed_role(method, _filled(path))
    answer = service.browser().call(method, _filled(path), headers={"Authorization": f"Bearer key of {role}"})
    if needed is None:
        assert answer.status_code != 403
    elif role.covers(needed):
        assert answer.status_code not in (401, 403)
        assert not answer.headers.get("location", "").startswith("/sign-in?")
    else:
        problem = check_problem(answer, 403, needed, role)
        assert problem["type"] == "urn:moment-listener:problem:role-too-low"


@pytest.mark.parametrize("path", ["/people", "/people/", "/people/1/role", "//people", "/people%3Fx", "/nothing/there"])
@pytest.mark.parametrize("host", ["127.0.0.1/static/x?", "127.0.0.1:8000/sign-in#", "[::1]/static/", "a@127.0.0.1"])
def test_no_host_header_makes_a_path_another_one(service: Service, path: str, host: str) -> None:
    check_problem(service.browser().call("GET", path, headers={"Host": host}), 400, "host name")


def test_a_reader_sees_the_refusal_as_a_page(service: Service) -> None:
    service.add("Žygimantas", Role.READER)
    browser = service.browser()
    browser.sign_in("Žygimantas")
    page = browser.get("/people")
    assert page.status_code == 403
    assert page.headers["content-type"].startswith("text/html")
    assert "admin" in page.text
    assert "/people" not in browser.get("/").text


def test_roles_stand_in_one_order() -> None:
    assert [role for role in Role if role.covers(Role.MANAGER)] == [Role.MANAGER, Role.ADMIN]
    assert all(Role.ADMIN.covers(role) and role.covers(Role.READER) for role in Role)
