"""The reports, health, brands and the OpenAPI document."""

import pytest
from structlog.testing import capture_logs

from api.routes.health import migration_head
from listener.pipeline.terming import term_posts
from models.database import open_database
from tests.api.service import POSTS, Client, add, check_problem, post

_FIGURE = {"value", "unit", "n", "interval", "as_of", "coverage"}


def test_the_response_gap_says_n_interval_as_of_and_coverage(client: Client) -> None:
    gap = client.get("/api/v1/reports/response-gap", brand="amber-roast").json()
    assert gap["states"] == {
        "answered": 1,
        "redirected": 0,
        "unanswered": 2,
        "too_early": 1,
        "unknown": 1,
        "not_needed": 2,
    }
    rate = gap["response_rate"]
    assert rate.keys() == _FIGURE
    assert (rate["value"], rate["n"]) == (pytest.approx(1 / 3), 3)
    assert rate["interval"][0] < rate["value"] < rate["interval"][1]
    assert gap["time_to_first_response"]["answered_median"]["value"] == 3 * 3600
    assert [one["source_id"] for one in gap["unanswered"]] == ["3", "4"]


def test_the_response_gap_in_other_formats(client: Client) -> None:
    csv = client.get("/api/v1/reports/response-gap", brand="amber-roast", format="csv", limit=1)
    assert csv.headers["content-type"].startswith("text/csv")
    assert len(csv.text.splitlines()) == 2
    md = client.get("/api/v1/reports/response-gap", brand="amber-roast", format="md")
    assert md.headers["content-type"].startswith("text/markdown")
    assert md.text.startswith("# Response gap")
    check_problem(client.get("/api/v1/reports/response-gap", brand="amber-roast", format="pdf"), 422)


def test_the_response_gap_of_a_period_as_it_was(client: Client) -> None:
    gap = client.get("/api/v1/reports/response-gap", brand="amber-roast", to="2026-11-02", as_of="2026-11-01T12:00:00Z")
    assert gap.json()["states"]["too_early"] == 1


def test_the_word_cloud_has_a_figure_for_each_word(client: Client) -> None:
    texts = ["the steam wand leaks", "steam wand again leaks", "a steam wand that leaks badly"]
    add(client.engine, [post(f"w{n}", text, f"11-1{n} 08:00") for n, text in enumerate(texts)])
    add(client.engine, [post(f"r{n}", "cheap drip coffee", f"11-1{n} 09:00") for n in range(3)], "north-beans")
    term_posts(client.engine)
    cloud = client.get("/api/v1/reports/word-cloud", brand="amber-roast").json()
    assert "leaks" in [term["term"] for term in cloud["terms"]]
    assert all(term["share"].keys() == _FIGURE for term in cloud["terms"])
    assert cloud["as_of"] == "2026-11-21T12:00:00Z"
    assert cloud["coverage"]
    assert cloud["terms"][0]["share"]["n"] == cloud["post_count"]


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_the_word_cloud_is_drawn_and_not_sent_twice(client: Client, kind: str, start: bytes) -> None:
    path = f"/api/v1/reports/word-cloud.{kind}?brand=amber-roast&dark=true"
    answer = client.get(path)
    assert answer.content.startswith(start)
    assert "private" in answer.headers["cache-control"]
    again = client.call("GET", path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_health(client: Client) -> None:
    body = client.get("/api/v1/health").json()
    assert body["status"] == "ok"
    assert body["migration"] == body["migration_head"] == migration_head()
    assert body["post_count"] == len(POSTS)
    assert body["unlabelled_count"] == len(POSTS) - 1  # labelled by another model than the shipped one


def test_health_of_a_database_without_tables() -> None:
    client = Client(open_database("sqlite://", migrated=False))
    with capture_logs():
        check_problem(client.get("/api/v1/health"), 503, "database")


def test_brands(client: Client) -> None:
    (brand,) = client.get("/api/v1/brands").json()
    assert (brand["slug"], brand["name"], brand["post_count"]) == ("amber-roast", "Amber Roast", len(POSTS))


def test_every_route_is_described_with_an_example(client: Client) -> None:
    schema = client.get("/openapi.json").json()
    operations = {
        (method, path): operation for path, methods in schema["paths"].items() for method, operation in methods.items()
    }
    assert len(operations) >= 10
    for (method, path), operation in operations.items():
        where = f"{method} {path}"
        assert path.startswith("/api/v1/"), where
        assert operation["summary"], where
        assert operation["description"], where
        good = operation["responses"].get("200") or operation["responses"]["201"]
        contents = list(good["content"].values())
        assert all("example" in content for content in contents), where
        for content in contents:
            if "json" in content:
                assert content["schema"], where
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    assert schema["components"]["schemas"]["Problem"]["properties"].keys() >= {"type", "title", "status", "detail"}


def test_examples_are_of_the_shape_that_they_show() -> None:
    from api import examples, shapes
    from listener.reports.response_gap import ResponseGap
    from listener.reports.word_cloud import WordCloudData

    for shape, example in (
        (shapes.PostPage, examples.POST_PAGE),
        (shapes.PostDetail, examples.POST_DETAIL),
        (shapes.CorrectionIn, examples.CORRECTION),
        (WordCloudData, examples.WORD_CLOUD),
        (shapes.ImportResult, examples.IMPORT_RESULT),
        (shapes.Health, examples.HEALTH),
        (ResponseGap, examples.RESPONSE_GAP),
    ):
        shape.model_validate(example)


def test_shares_stand_counted_beside_corrected(client: Client) -> None:
    report = client.get("/api/v1/reports/shares", brand="amber-roast").json()
    assert [row["name"] for row in report["sentiment"]] == ["negative", "neutral", "positive"]
    for row in report["stage"]:
        assert row["counted"].keys() == _FIGURE
    md = client.get("/api/v1/reports/shares", brand="amber-roast", format="md")
    assert md.text.startswith("# Stages and sentiment")
    csv = client.get("/api/v1/reports/shares", brand="amber-roast", format="csv")
    assert len(csv.text.splitlines()) == 9
    check_problem(client.get("/api/v1/reports/shares", brand="no-brand"), 404)


def test_coverage_says_what_was_listened_to(client: Client) -> None:
    report = client.get("/api/v1/reports/coverage", brand="amber-roast").json()
    assert report["sources"]
    for row in report["sources"]:
        assert {"value", "n", "interval", "as_of", "coverage"} <= set(row["seen_a_day"])
    assert "# Coverage" in client.get("/api/v1/reports/coverage", brand="amber-roast", format="md").text
    assert client.get("/api/v1/reports/coverage", brand="amber-roast", format="csv").text.startswith("source,")
    check_problem(client.get("/api/v1/reports/coverage", brand="no-brand"), 404)
