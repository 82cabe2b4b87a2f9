"""Every failure is an RFC 9457 document; none tells internals."""

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from models.database import open_database
from models.errors import ListenerError, ModelError, RenderError, SourceError, StoreError
from tests.api.service import Client, check_problem


def _raising(error: Exception) -> Client:
    client = Client(open_database("sqlite://"))

    def fail() -> None:
        raise error

    client.app.add_api_route("/api/v1/fail", fail)
    return client


def test_unknown_things(client: Client) -> None:
    problem = check_problem(client.get("/api/v1/posts", brand="amber-rost"), 404, "amber-roast")
    assert problem["type"] == "urn:moment-listener:problem:not-found"
    assert problem["instance"] == "/api/v1/posts"
    check_problem(client.get("/api/v1/posts/999999"), 404, "999999")
    check_problem(client.get("/api/v1/nothing"), 404, "/api/v1/nothing")
    check_problem(client.get("/api/v1/posts/x"), 422)
    check_problem(client.get(f"/api/v1/posts/{2**70}"), 422)


def test_a_method_that_is_not_allowed(client: Client) -> None:
    answer = client.call("DELETE", "/api/v1/posts")
    check_problem(answer, 405, "DELETE")
    assert answer.headers["allow"] == "GET"


def test_a_browser_gets_the_problem_as_a_page(client: Client) -> None:
    answer = client.call("GET", "/brands/<script>", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script>" not in answer.text


def test_an_unexpected_failure_tells_nothing_and_is_logged() -> None:
    with capture_logs() as logs:
        answer = _raising(RuntimeError("secret detail")).get("/api/v1/fail")
    check_problem(answer, 500)
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers
    assert [log["event"] for log in logs] == ["unexpected failure"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError("older version"), 503),
        (SourceError("odd answer"), 502),
        (ModelError("weights damaged"), 500),
        (RenderError("cannot draw"), 500),
        (ListenerError("something"), 500),
    ],
)
def test_expected_failures_keep_their_sentence(error: Exception, status: int) -> None:
    with capture_logs() as logs:
        check_problem(_raising(error).get("/api/v1/fail"), status, str(error))
    assert logs


def test_a_lost_database_is_service_unavailable() -> None:
    error = OperationalError("SELECT secret", {}, Exception("gone"))
    with capture_logs():
        answer = _raising(error).get("/api/v1/fail")
    check_problem(answer, 503, "database")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_writes_sent_by_a_page_of_another_site_are_refused(client: Client, headers: dict[str, str]) -> None:
    check_problem(client.post("/api/v1/import?brand=x", content=b"{}", headers=headers), 403)


def test_writes_of_our_own_pages_and_of_scripts_pass(client: Client) -> None:
    def sent(headers: dict[str, str]) -> httpx.Response:
        return client.post("/api/v1/import?brand=amber-roast", content=b"{}", headers=headers)

    assert sent({}).status_code == 200
    assert sent({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}).status_code == 200
