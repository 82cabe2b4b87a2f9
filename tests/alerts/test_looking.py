"""What is read from a real database for each kind of alert, and what the API says of it."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import select

from api.app import create_app
from listener.alerts.looking import look
from listener.alerts.raising import raise_alerts
from listener.settings import Settings
from models.database import session_of
from models.reads.brands import all_brands
from models.store.alerts import AlertData
from models.store.labels import save_labels
from models.store.streams import the_stream
from models.tables import Mention, Post
from models.words import AlertKind, ReplyVisibility, Stage
from tests.alerts.conftest import NewEngine
from tests.builders import NOW, a_brand, bring, label, post

AGO = 24 * 21


def hours_ago(hours: float) -> dict[str, str]:
    return {"published_at": (NOW - timedelta(hours=hours)).isoformat()}


def history(until_hours_ago: int = 1) -> list[dict[str, object]]:
    """A post an hour for three weeks."""
    hours = range(until_hours_ago, AGO)
    return [post(f"h{n}", author=f"guest{n}") | hours_ago(n + 0.5) for n in hours]


def database(new_engine: NewEngine, posts: list[dict[str, object]], stage: Stage = Stage.SMOT) -> Engine:
    engine = new_engine()
    bring(engine, a_brand(engine, timezone="Europe/Vilnius"), posts)
    with session_of(engine) as session:
        ids = session.exec(select(Mention.id)).all()
        save_labels(session, [label(id or 0, stage=stage) for id in ids], "test 1", NOW, 0.5)
    return engine


def found(engine: Engine, kind: AlertKind, as_of: datetime = NOW) -> list[AlertData]:
    with session_of(engine) as session:
        brands = all_brands(session)
        return look(session, {brand.id or 0: [kind] for brand in brands}, brands, as_of)[1]


def test_a_burst(new_engine: NewEngine) -> None:
    loud = [post(f"b{n}", "咖啡機漏水了，怎麼辦？" * (n + 1), author=f"kim{n}") | hours_ago(0.3) for n in range(15)]
    engine = database(new_engine, [*history(), *loud])
    (burst,) = found(engine, AlertKind.BURST)
    assert {one["name"] for one in burst.detail["series"]} == {"all", "smot"}
    assert burst.detail["series"][0]["count"] == 15
    with session_of(engine) as session:
        named = session.exec(select(Post.source_id).where(Post.id.in_(burst.post_ids)))  # type: ignore[union-attr]
        assert {id[0] for id in named} == {"b"}
    assert len(burst.post_ids) == 10
    assert found(engine, AlertKind.BURST, NOW + timedelta(hours=2)) == []
    assert found(engine, AlertKind.SPREAD) == []


def test_an_experience_that_spreads_by_answers_quotes_and_its_address(new_engine: NewEngine) -> None:
    told = post("u1", "Trečias malūnėlis sudegė, štai nuotraukos", url="https://blog.example/grinder") | hours_ago(40)
    answers = [
        post(f"a{n}", author=f"ola{n}", kind="reply", parent_source_id="u1") | hours_ago(n + 1) for n in range(4)
    ]
    shares = [
        post(f"s{n}", f"{n}: https://www.blog.example/grinder?utm_source=x", author=f"noa{n}") | hours_ago(n + 2)
        for n in range(3)
    ]
    engine = database(new_engine, [told, *answers, *shares], Stage.UMOT)
    (alert,) = found(engine, AlertKind.SPREAD)
    assert (alert.detail["people_count"], alert.detail["people_count_before"]) == (7, 0)


@pytest.mark.parametrize(("silent", "kinds"), [(3, []), (40, ["quiet:mastodon"])])
def test_a_silent_source(new_engine: NewEngine, silent: int, kinds: list[str]) -> None:
    engine = database(new_engine, history(silent))
    assert found(engine, AlertKind.SILENCE) == []  # a file: nobody listens there
    with session_of(engine) as session:
        stream = the_stream(
            session, brand_id=1, source="mastodon", key="k", title="t", replies=ReplyVisibility.IN_THREAD
        )
    assert [one.subject for one in found(engine, AlertKind.SILENCE)] == kinds
    with session_of(engine) as session:
        stream.failure, stream.checked_at = "answered 401", NOW - timedelta(days=2)
        session.add(stream)
    assert "failing:mastodon" in [one.subject for one in found(engine, AlertKind.SILENCE)]


def test_a_share_that_moved(new_engine: NewEngine) -> None:
    """Only usage three weeks long, then only shared experiences for the last whole week."""
    engine = database(new_engine, history())
    monday = datetime.fromisoformat("2026-11-08T22:00Z")
    with session_of(engine) as session:
        late = session.exec(select(Mention.id).where(Mention.published_at >= monday)).all()  # type: ignore[operator]
        save_labels(session, [label(id or 0, stage=Stage.UMOT) for id in late], "test 2", NOW, 0.5)
    alerts = found(engine, AlertKind.SHIFT)
    assert {"shift:stage:umot:rise", "shift:stage:smot:fall"} <= {one.subject for one in alerts}
    assert all(len(one.post_ids) <= 10 for one in alerts)


def test_the_route_says_what_the_database_holds(new_engine: NewEngine) -> None:
    loud = [post(f"b{n}", f"הקפה נגמר שוב {n}", author=f"noa{n}") | hours_ago(0.3) for n in range(15)]
    engine = database(new_engine, [*history(), *loud])
    assert raise_alerts(engine, Settings(), NOW) == 1
    client = TestClient(create_app(engine, lambda: NOW), base_url="http://127.0.0.1")
    page = client.get("/api/v1/alerts", params={"brand": "amber-roast", "open": True}).json()
    (alert,) = page["alerts"]
    assert (alert["kind"], alert["is_open"], alert["is_snoozed"], page["next_cursor"]) == ("burst", True, False, None)
    assert alert["sentence"].startswith("Far more people than usual spoke up in the hour to 20 Nov 2026, 14:00")
    assert client.get("/api/v1/alerts", params={"open": False}).json()["alerts"] == []
    assert client.get("/api/v1/alerts", params={"kind": "shift"}).json()["alerts"] == []
    assert client.get("/api/v1/alerts", params={"brand": "amber-rost"}).status_code == 404
    assert client.get("/api/v1/alerts", params={"kind": "storm"}).status_code == 422
