"""``POST /posts/{id}/corrections``."""

from typing import Any

import pytest

from tests.api.service import Client, check_problem

GAP = "/api/v1/reports/response-gap?brand=amber-roast"


def _correct(client: Client, id: int, field: str, value: Any, **more: Any) -> Any:
    body = {"brand": "amber-roast", "field": field, "value": value, **more}
    return client.post(f"/api/v1/posts/{id}/corrections", json=body)


def test_a_correction_changes_the_figures_at_once(client: Client) -> None:
    before = client.get(GAP).json()
    post = client.posts(state="unanswered", language="he")[0]
    answer = _correct(client, post["id"], "needs_response", "false", author="rasa")
    assert answer.status_code == 201
    assert answer.json()["state"] == "not_needed"
    after = client.get(GAP).json()
    assert after["unanswered_count"] == before["unanswered_count"] - 1
    assert after["response_rate"]["n"] == before["response_rate"]["n"] - 1
    assert post["id"] not in [one["post_id"] for one in after["unanswered"]]


@pytest.mark.parametrize(
    ("field", "value", "key", "shown"),
    [
        ("stage", "zmot", "stage", "zmot"),
        ("sentiment", "neutral", "sentiment", "neutral"),
        ("complaint", False, "is_complaint", False),
        ("needs_response", True, "needs_response", True),
    ],
)
def test_each_field_is_shown_as_corrected(client: Client, field: str, value: Any, key: str, shown: Any) -> None:
    id = client.posts(q="voucher")[0]["id"]
    assert _correct(client, id, field, value).json()[key] == shown
    assert client.posts(q="voucher")[0][key] == shown


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"brand": "amber-roast", "field": "stage", "value": "smott"}, "value"),
        ({"brand": "amber-roast", "field": "complaint", "value": "perhaps"}, "value"),
        ({"brand": "amber-roast", "field": "mood", "value": "x"}, "field"),
        ({"brand": "amber-roast", "field": "stage"}, "value"),
        ({"brand": "amber-roast", "field": "stage", "value": "zmot", "autor": "x"}, "autor"),
        ({"brand": "amber-roast", "field": "stage", "value": "zmot", "author": "a\x00b"}, "author"),
    ],
)
def test_a_wrong_correction_is_refused_and_changes_nothing(
    client: Client, body: dict[str, str], parameter: str
) -> None:
    before = client.posts()
    answer = client.post(f"/api/v1/posts/{before[0]['id']}/corrections", json=body)
    problem = check_problem(answer, 422)
    assert [fault["parameter"] for fault in problem["errors"]] == [parameter]
    assert client.posts() == before


def test_corrections_of_what_is_not_there(client: Client) -> None:
    check_problem(_correct(client, 9999, "stage", "zmot"), 404)
    body = {"brand": "nobody", "field": "stage", "value": "zmot"}
    check_problem(client.post("/api/v1/posts/1/corrections", json=body), 404)
    check_problem(client.post("/api/v1/posts/1/corrections", content=b"{", headers=_JSON), 422)


def test_the_brands_own_posts_carry_no_labels(client: Client) -> None:
    id = client.posts(q="machine leaks")[0]["id"]
    thread = client.get(f"/api/v1/posts/{id}").json()["thread"]
    check_problem(_correct(client, thread[1]["id"], "stage", "zmot"), 422, "no customer")


_JSON = {"Content-Type": "application/json"}
