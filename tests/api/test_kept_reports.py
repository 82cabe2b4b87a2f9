"""A report is kept until something is written, and then measured anew: a correction is seen at once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from listener.reports.names import NAMES
from tests.api.service import Client


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
