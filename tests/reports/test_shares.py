"""Shares of stages and sentiments: counted beside corrected, people's word taken as known, no figure from nothing."""

import csv
import io
import json

import numpy as np
import pytest

from listener.pipeline.classifying import classify_stored
from listener.reports.asking import ReportRequest
from listener.reports.shares import Shares, measure
from listener.reports.shares_kind import REFERENCES, build
from listener.reports.shares_text import percent, shares_csv, shares_json, shares_markdown
from models.database import session_of
from models.reads.shares import LabelledPost
from models.store.labels import save_correction
from models.words import CorrectedField
from nlp.moments import load_classifier
from nlp.prevalence import References, estimate_shares
from nlp.tasks import CLASSES
from tests.builders import NOW, a_brand, bring, clock, memory, post, reply
from tests.listener.test_classifying import mention

TEXTS = [
    "Where is my order? It should have arrived on Tuesday.",
    "Best coffee in town, will buy again!",
    "Which grinder should I get, this one or the other?",
    "Never again. Worst coffee I ever had, avoid this shop.",
]


def shares_of(corrections: dict[str, str] | None = None) -> Shares:
    engine = memory()
    brand = a_brand(engine)
    other = a_brand(engine, "north-beans", "northbeans")
    bring(engine, brand, [*(post(str(at), text, hours=at) for at, text in enumerate(TEXTS)), reply("9", "0", hours=9)])
    bring(engine, other, [post("8", "Of another brand, lovely.", hours=3)])
    classify_stored(engine, load_classifier(), clock)
    with session_of(engine) as session:
        for source_id, stage in (corrections or {}).items():
            save_correction(session, mention(session, source_id), CorrectedField.STAGE, stage, "ann", NOW)
    with session_of(engine) as session:
        return build(session, ReportRequest("amber-roast", NOW))


def said(stage: str, *, sure: float = 0.9, model: str | None = None, corrected: bool = False) -> LabelledPost:
    def spread(names: tuple[str, ...], name: str) -> dict[str, float]:
        return {one: sure if one == name else (1 - sure) / (len(names) - 1) for one in names}

    return LabelledPost(
        stage=stage,
        sentiment="neutral",
        model=model or load_classifier().model,
        stage_probabilities=spread(CLASSES["stage"], stage),
        sentiment_probabilities=spread(CLASSES["sentiment"], "neutral"),
        corrected=frozenset({"stage"} if corrected else ()),
    )


def test_customers_posts_are_counted_and_corrected_with_intervals() -> None:
    report = shares_of()
    assert (report.labelled_count, report.unlabelled_count, report.corrected_by_people) == (4, 0, 0)
    assert {row.name: row.count for row in report.stage} == {"none": 0, "zmot": 1, "fmot": 0, "smot": 1, "umot": 2}
    for rows in (report.stage, report.sentiment):
        assert sum(row.counted.value or 0 for row in rows) == pytest.approx(1)
        corrected = [row.corrected for row in rows if row.corrected]
        assert len(corrected) == len(rows)
        assert sum(figure.value or 0 for figure in corrected) == pytest.approx(1)
        for figure in corrected:
            assert figure.interval is not None
            low, high = figure.interval
            assert 0 <= (low or 0) <= (figure.value or 0) <= (high or 0) <= 1
            assert (figure.n, figure.coverage, figure.as_of) == (4, 1.0, NOW)


def test_what_a_person_says_is_known() -> None:
    report = shares_of({"0": "fmot"})
    stage = {row.name: row for row in report.stage}
    assert report.corrected_by_people == 1
    assert (stage["fmot"].count, stage["smot"].count) == (1, 0)
    before = {row.name: row for row in shares_of().stage}
    assert stage["fmot"].corrected is not None
    assert before["fmot"].corrected is not None
    assert (stage["fmot"].corrected.value or 0) > (before["fmot"].corrected.value or 0)


def test_posts_that_people_labelled_all_need_no_model() -> None:
    references = References.load(REFERENCES)
    rows = [said("zmot", corrected=True)] * 30 + [said("smot", corrected=True)] * 10
    stage = {row.name: row.corrected for row in measure("b", rows, references, NOW).stage}
    assert stage["zmot"] is not None
    assert stage["zmot"].value == pytest.approx(30.5 / 42.5, abs=0.01)
    assert stage["zmot"].interval is not None
    assert 0.55 < (stage["zmot"].interval[0] or 0) < 0.7


def test_unsure_labels_move_the_corrected_share_and_not_the_counted_one() -> None:
    references = References.load(REFERENCES)

    def umot(sure: float) -> tuple[float, float]:
        rows = [said("umot", sure=sure)] * 50 + [said("smot")] * 50
        row = next(row for row in measure("b", rows, references, NOW).stage if row.name == "umot")
        assert row.corrected is not None
        return row.counted.value or 0, row.corrected.value or 0

    assert umot(0.95)[0] == umot(0.4)[0] == 0.5
    assert umot(0.4)[1] < umot(0.95)[1]


def test_another_models_confusions_are_not_known() -> None:
    report = measure("b", [said("umot"), said("zmot", model="mine 3")], References.load(REFERENCES), NOW)
    assert all(row.corrected is None for row in (*report.stage, *report.sentiment))
    assert "mine 3" in report.notes[-1]


def test_nothing_labelled_gives_no_figure() -> None:
    unlabelled = LabelledPost(None, None, None, None, None, frozenset())
    report = measure("b", [unlabelled] * 3, References.load(REFERENCES), NOW)
    assert (report.labelled_count, report.unlabelled_count) == (0, 3)
    assert {row.counted.value for row in report.stage} == {None}
    assert "| zmot | 0 | - | - |" in shares_markdown(report)


def test_a_post_of_which_people_said_only_one_thing_counts_in_that_alone() -> None:
    references = References.load(REFERENCES)
    only_stage = LabelledPost("zmot", None, None, None, None, frozenset({"stage"}))
    only_sentiment = LabelledPost(None, "negative", None, None, None, frozenset({"sentiment"}))
    rows = [said("smot", model=references.model), only_stage, only_sentiment, only_sentiment]
    report = measure("b", rows, references, NOW)
    assert (report.labelled_count, report.unlabelled_count, report.corrected_by_people) == (4, 0, 3)
    for task, n in ((report.stage, 2), (report.sentiment, 3)):
        assert sum(row.count for row in task) == n
        for row in task:
            assert row.corrected is not None
            assert (row.counted.n, row.counted.coverage) == (row.corrected.n, row.corrected.coverage) == (n, n / 4)


def test_the_report_is_written_in_three_formats() -> None:
    report = shares_of()
    assert json.loads(shares_json(report))["stage"][0]["counted"]["n"] == 4
    rows = list(csv.DictReader(io.StringIO(shares_csv(report))))
    assert [row["name"] for row in rows] == [*CLASSES["stage"], *CLASSES["sentiment"]]
    assert float(rows[4]["counted"]) == 0.5
    assert float(rows[4]["corrected_low"]) <= float(rows[4]["corrected"]) <= float(rows[4]["corrected_high"])
    text = shares_markdown(report)
    assert f"| umot | 2 | {percent(report.stage[4].counted)} | " in text
    assert "4 posts (0 more without a label), 0 of them corrected by people." in text


def test_known_counts_must_fit_the_classes() -> None:
    reference = References.load(REFERENCES).tasks["sentiment"]
    with pytest.raises(ValueError, match="known"):
        estimate_shares(np.full((2, 3), 1 / 3), reference, [1, 2])
    with pytest.raises(ValueError, match="known"):
        estimate_shares(np.full((2, 3), 1 / 3), reference, [1, 2, -1])


def test_of_many_posts_a_sample_is_corrected_and_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shares_of()
    monkeypatch.setattr("models.reads.shares.MOST", 3)
    drawn = shares_of()
    assert [row.counted for row in drawn.stage] == [row.counted for row in whole.stage]
    assert {row.corrected.n for row in whole.stage if row.corrected} == {4}
    assert {row.corrected.n for row in drawn.stage if row.corrected} == {3}
    assert "a sample of 3 of 4 posts" in drawn.notes[-1]
