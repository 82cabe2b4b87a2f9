"""A report is kept until something is written, and then measured anew: a correction is seen at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from api.caching import Cache
from listener.reports.names import NAMES
from models.database import session_of
from models.inbox_tables import SavedView
from tests.api.service import NOW, Client


@pytest.fixture
def counted(client: Client) -> Iterator[list[str]]:
    """The statements that the service has sent to its database since."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = client.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_measured_once_and_again_when_something_was_written(
    client: Client, counted: list[str], name: str
) -> None:
    address = f"/api/v1/reports/{name}?brand=amber-roast"
    first = client.get(address)
    assert first.status_code == 200
    assert any("FROM mention" in statement or "JOIN mention" in statement for statement in counted)
    counted.clear()
    assert client.get(address).json() == first.json()
    assert not [statement for statement in counted if "mention" in statement]
    body = {"brand": "amber-roast", "field": "stage", "value": "fmot"}
    post_id = client.posts(stage="smot")[0]["id"]
    assert client.post(f"/api/v1/posts/{post_id}/corrections", json=body).status_code == 201
    counted.clear()
    assert client.get(address).status_code == 200
    assert [statement for statement in counted if "mention" in statement]


def test_who_does_what_leaves_reports_as_they_are(client: Client, counted: list[str]) -> None:
    address = "/api/v1/reports/response-gap?brand=amber-roast"
    first = client.get(address)
    with session_of(client.engine) as session:
        session.add(SavedView(owner="ann", name="mine", filters="", is_shared=False, created_at=NOW))
    counted.clear()
    assert client.get(address).json() == first.json()
    assert not [statement for statement in counted if "mention" in statement]


def test_what_many_ask_for_at_once_is_made_once() -> None:
    cache, made = Cache(), []

    def make() -> str:
        time.sleep(0.2)
        made.append(1)
        return "the report"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cache.get("key", make), range(8)))
    assert (found, len(made)) == (["the report"] * 8, 1)
    assert cache.get("key", make) == "the report"
    assert not cache._making  # nothing is left of who waited


def test_what_could_not_be_made_is_tried_again_and_what_is_old_is_made_anew() -> None:
    now = [0.0]
    cache = Cache(10, lambda: now[0])

    def fail() -> str:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        cache.get("key", fail)
    assert cache.get("key", lambda: "first") == "first"
    now[0] = 9.9
    assert cache.get("key", lambda: "second") == "first"
    now[0] = 10.1
    assert cache.get("key", lambda: "second") == "second"
