"""All reports alike: no estimate stands alone, no data is never zero, and each says as of when it holds."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from listener.reports.asking import ReportRequest
from listener.reports.kinds import kind_of, write
from listener.reports.names import NAMES
from models.database import open_database, session_of
from models.errors import InputError, NotFoundError, RenderError
from models.store.brands import BrandData, save_brand
from tests.builders import NOW, a_brand, bring, label, memory, post, reply

FIGURE = {"value", "unit", "n", "interval", "as_of", "coverage"}
"""What a figure is made of, see ``listener.reports.figures``."""
NO_ESTIMATES = {"open_seconds", "rating", "horizon_seconds", "score", "lag_days", "criticality", "weight", "p", "q"}
NO_ESTIMATES |= {"p_value", "adjusted_p_value", "time_covered"}
"""Keys of numbers that are not estimated: what a post says of itself, settings, ranks, tests, hours listened."""


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a JSON document with the keys that lead to it; figures are not entered."""
    yield path, value
    if isinstance(value, dict) and not set(value) >= FIGURE:
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, path)


def figures_of(document: Any) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """The figures in a document."""
    return [(path, value) for path, value in walk(document) if isinstance(value, dict) and set(value) >= FIGURE]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The sample brand, classified by the shipped model, with all that reports are made of."""
    from listener.pipeline.demo import build_demo

    engine = build_demo(tmp_path_factory.mktemp("demo") / "demo.db", lambda: NOW)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("name", NAMES)
def test_every_estimate_is_a_figure(demo: Engine, name: str) -> None:
    with session_of(demo) as session:
        report = kind_of(name).build(session, ReportRequest("amber-roast", NOW, limit=50))
    document = json.loads(write(name, report, "json"))
    assert document["report"] == name
    assert document["brand"] == "amber-roast"
    assert document["as_of"]
    found = figures_of(document)
    assert found, "a report without a single figure"
    for path, figure in found:
        assert figure["as_of"], path
        assert isinstance(figure["n"], int), path
        if figure["value"] is None:
            continue
        assert figure["interval"] is not None, (path, figure)
        low, high = figure["interval"]
        assert low is None or low <= figure["value"] + 1e-9, (path, figure)
        assert high is None or high >= figure["value"] - 1e-9, (path, figure)
        assert figure["coverage"] is None or 0 <= figure["coverage"] <= 1, (path, figure)
    alone = {path for path, value in walk(document) if isinstance(value, float) and path[-1] not in NO_ESTIMATES}
    assert not {path for path in alone if not any(word in NO_ESTIMATES for word in path)}


@pytest.mark.parametrize("name", NAMES)
def test_tables_print_n_and_interval(demo: Engine, name: str) -> None:
    with session_of(demo) as session:
        page = write(name, kind_of(name).build(session, ReportRequest("amber-roast", NOW)), "md").decode()
    assert "as of" in page.lower()
    assert " to " in page, "no interval"
    assert "n = " in page or "| n |" in page or "posts" in page


@pytest.mark.parametrize("name", NAMES)
def test_a_brand_without_posts_has_no_figures_of_zero(name: str) -> None:
    engine = memory()
    with session_of(engine) as session:
        save_brand(session, BrandData("quiet", "Quiet"))
    with session_of(engine) as session:
        report = kind_of(name).build(session, ReportRequest("quiet", NOW))
        for format in kind_of(name).writers:
            assert write(name, report, format)
    for path, figure in figures_of(json.loads(write(name, report, "json"))):
        if figure["unit"] != "posts a day":
            assert figure["value"] is None, path
            assert figure["n"] == 0, path


@pytest.mark.parametrize("name", NAMES)
def test_one_post_is_enough(name: str) -> None:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, [post("1", "Where is my order?")])
    with session_of(engine) as session:
        from models.store.labels import save_labels

        save_labels(session, [label(1)], "test 1", NOW, 0.5)
    with session_of(engine) as session:
        report = kind_of(name).build(session, ReportRequest("amber-roast", NOW))
        for format in kind_of(name).writers:
            assert write(name, report, format)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_data_give_the_same_report(name: str) -> None:
    made = []
    for _ in range(2):
        engine = memory()
        brand = a_brand(engine)
        said = [post(str(i), hours=i, author=f"a{i % 5}", language=("en", "pl")[i % 2]) for i in range(30)]
        bring(engine, brand, [*said, reply("r1", "3", hours=50)])
        with session_of(engine) as session:
            report = kind_of(name).build(session, ReportRequest("amber-roast", NOW))
            made.append([write(name, report, format) for format in kind_of(name).writers])
    assert made[0] == made[1]


def test_unknown_names_are_refused_with_the_right_ones() -> None:
    engine = open_database("sqlite://")
    with session_of(engine) as session, pytest.raises(NotFoundError):
        kind_of("response-gap").build(session, ReportRequest("nobody", NOW))
    with pytest.raises(InputError, match="response-gap"):
        kind_of("gap")
    with pytest.raises(RenderError, match="json, csv"):
        write("coverage", object(), "docx")  # type: ignore[arg-type]
