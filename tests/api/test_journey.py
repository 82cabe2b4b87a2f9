"""The journey map over HTTP, and the eases that a team types in."""

from typing import Any

import pytest

from api import journey_examples
from api.routes.eases import EaseIn, EaseOut
from listener.reports.journey_shape import JourneyMap
from tests.api.service import Client, check_problem

PATH = "/api/v1/reports/journey"
EASES = "/api/v1/journeys/customer/eases"


def put(client: Client, path: str = EASES, **body: Any) -> Any:
    said = {"brand": "amber-roast", "opportunity": "smot", "design": 4, "engineering": 2} | body
    return client.call("PUT", path, json=said)


def test_the_map_in_three_formats(client: Client) -> None:
    found = client.get(PATH, brand="amber-roast", segment="relation").json()
    assert [(stage["code"], stage["n"]) for stage in found["stages"]] == [
        ("zmot", 0),
        ("fmot", 0),
        ("smot", 5),
        ("umot", 2),
    ]
    assert [row["value"] for row in found["segments"]] == ["other"]
    assert client.get(PATH, brand="amber-roast", format="csv").text.startswith("row,stage,source")
    md = client.get(PATH, brand="amber-roast", format="md", journey="employee")
    assert md.text.startswith("# Employee journey: amber-roast")
    assert "<script>" not in client.get(PATH, brand="amber-roast", format="md").text


def test_eases_turn_the_score_into_the_sum(client: Client) -> None:
    before = client.get(PATH, brand="amber-roast").json()["opportunities"][0]
    assert (before["key"], before["score_kind"]) == ("smot", "product")
    assert put(client).json() == {**journey_examples.EASE_IN, "opportunity": "smot", "journey": "customer"}
    after = client.get(PATH, brand="amber-roast").json()["opportunities"][0]
    assert (after["score_kind"], after["ease_design"], after["ease_engineering"]) == ("sum", 4, 2)
    assert after["score"]["value"] == pytest.approx(5 + 4 + 2 + 1 + 4 * after["audience"]["value"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"opportunity": "dmot"}, "'dmot' is no stage of the customer journey"),
        ({"opportunity": "smot/77"}, "has no theme '77'"),
        ({"design": 6}, "design"),
        ({"mood": 1}, "mood"),
    ],
)
def test_a_wrong_ease_is_refused(client: Client, body: dict[str, Any], said: str) -> None:
    check_problem(put(client, **body), 422, said)
    assert client.get(PATH, brand="amber-roast").json()["opportunities"][0]["score_kind"] == "product"


def test_wrong_requests_are_named(client: Client) -> None:
    check_problem(client.get(PATH, brand="no-brand"), 404, "no brand")
    check_problem(put(client, brand="no-brand"), 404, "no brand")
    check_problem(client.get(PATH, brand="amber-roast", journey="/etc/passwd"), 422, "journey")
    check_problem(client.get(PATH, brand="amber-roast", segment="mood"), 422, "segment")


def test_the_examples_are_of_their_shapes() -> None:
    JourneyMap.model_validate(journey_examples.JOURNEY)
    EaseIn.model_validate(journey_examples.EASE_IN)
    EaseOut.model_validate(journey_examples.EASE)
