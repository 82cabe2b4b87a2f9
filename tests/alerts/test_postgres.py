"""PostgreSQL and SQLite tell of the same: every kind of alert over one month of random posts of two brands."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from listener.alerts.looking import look
from listener.alerts.raising import raise_alerts
from listener.alerts.settings import DeliverySettings
from listener.settings import Settings
from models.alert_tables import Alert, Message
from models.database import session_of
from models.reads.brands import all_brands
from models.store.alerts import AlertData
from models.store.labels import save_labels
from models.store.streams import note_gap, the_stream
from models.tables import Mention, Post
from models.words import AlertKind, ReplyVisibility, Sentiment, Stage
from tests.alerts.conftest import NewEngine
from tests.builders import NOW, a_brand, bring, label, memory, post

HOURS = 24 * 33
TEXTS = (
    "Trečias malūnėlis sudegė, ką daryti?",
    "Gdzie jest moja paczka z kawą?",
    "המשלוח לא הגיע כבר שבועיים",
    "咖啡機漏水了，客服一直沒有回覆",
    "The tin was open and half of it gone",
)
TOLD = "u1"


def ago(chance: random.Random, hours: float) -> dict[str, str]:
    """So long ago, to the microsecond: the databases cut seconds each in its own words."""
    at = NOW - timedelta(hours=hours, microseconds=chance.randrange(10**6))
    return {"published_at": at.isoformat()}


def month(chance: random.Random, source: str, silent: int = 0) -> list[dict[str, Any]]:
    """Some posts an hour by day and night, of people whom it names, or not."""
    posts = []
    for n in range(HOURS):
        hours = chance.uniform(silent, HOURS)
        author: dict[str, Any] = {"handle": f"guest{chance.randrange(900)}"} if chance.random() < 0.9 else {}
        author |= {"is_bot": True} if author and chance.random() < 0.02 else {}
        said = post(f"{source}{n}", f"{chance.choice(TEXTS)} {n * 7919}", source=source) | ago(chance, hours)
        posts.append(said | {"author": author})
    return posts


def world(engine: Engine) -> Engine:
    """A burst, a source gone silent, a post that is taken up by everybody and a week of other stages."""
    chance = random.Random(11)
    brand = a_brand(engine, timezone="Europe/Vilnius", promised_first_response_seconds=86_400)
    rival = a_brand(engine, "north-beans", "northbeans", timezone="Asia/Taipei")
    told = post(TOLD, "Štai mano malūnėlio nuotraukos", url="https://blog.example/grinder") | ago(chance, 40)
    answers = [
        post(f"a{n}", author=f"ola{n}", kind="reply", parent_source_id=TOLD) | ago(chance, n + 1) for n in range(9)
    ]
    link = "https://www.blog.example/grinder?utm_source=x"
    shares = [post(f"s{n}", f"{n}: {link}", author=f"noa{n}") | ago(chance, n + 2) for n in range(4)]
    loud = [post(f"b{n}", f"חשבון כפול! {n}", author=f"kim{n}") | ago(chance, n / 60) for n in range(40)]
    bring(engine, brand, [*month(chance, "mastodon"), *month(chance, "forum", 50), told, *answers, *shares, *loud])
    bring(engine, rival, month(chance, "bluesky"))
    with session_of(engine) as session:
        for source in ("mastodon", "forum"):
            said = {"source": source, "key": source, "title": source, "replies": ReplyVisibility.IN_THREAD}
            stream = the_stream(session, brand_id=brand.id, **said)  # type: ignore[arg-type]
            since = NOW - timedelta(days=9)
            note_gap(
                session,
                stream.id or 0,
                gap_from=since,
                gap_until=since + timedelta(hours=7, minutes=20),
                reason="full",
                now=NOW,
            )
    label_by_name(engine)
    return engine


def label_by_name(engine: Engine) -> None:
    """At random, by the posts' own ids, so that both databases are told the same."""
    with session_of(engine) as session:
        query = select(col(Mention.id), Post.source_id, Post.published_at).join(Post, col(Post.id) == Mention.post_id)
        rows = session.exec(query).all()
        labels = []
        for id, name, at in rows:
            chance = random.Random(name)
            is_late = NOW - timedelta(days=11) < at < NOW - timedelta(days=4)
            stage = Stage.UMOT if name == TOLD or (is_late and chance.random() < 0.5) else chance.choice(list(Stage))
            mood, needs = chance.choice(list(Sentiment)), chance.random()
            labels.append(label(id or 0, stage=stage, sentiment=mood, needs_response=needs, complaint=chance.random()))
        save_labels(session, labels, "test 1", NOW, 0.5)


def looked(engine: Engine, hours_ago: int) -> list[tuple[str, list[AlertData]]]:
    """All that is found on each brand, with posts by the names that their source gave them."""
    with session_of(engine) as session:
        brands = all_brands(session)
        found = look(
            session, {one.id or 0: list(AlertKind) for one in brands}, brands, NOW - timedelta(hours=hours_ago)
        )
        return [(one.slug, found[one.id or 0]) for one in brands]


@pytest.fixture(scope="module")
def both(empty_postgres: NewEngine) -> tuple[Engine, Engine]:
    """The same world in both."""
    return world(memory()), world(empty_postgres())


def test_every_kind_is_told_of_alike(both: tuple[Engine, Engine]) -> None:
    sqlite, postgres = both
    kinds = set()
    for hours in (0, 24, 24 * 4, 24 * 8):
        told = looked(sqlite, hours)
        assert told == looked(postgres, hours)
        kinds |= {one.kind for _, found in told for one in found}
    assert kinds == set(AlertKind)


def test_messages_are_worded_alike(both: tuple[Engine, Engine]) -> None:
    """The last of this file: alerts are written."""
    settings = Settings(delivery=[DeliverySettings(name="team", url="json://localhost", language="lt")])
    written = []
    for engine in both:
        assert raise_alerts(engine, settings, NOW, kinds=list(AlertKind)) > 3
        assert raise_alerts(engine, settings, NOW, kinds=list(AlertKind)) == 0
        with session_of(engine) as session:
            alerts = session.exec(select(Alert).order_by(Alert.id)).all()  # type: ignore[arg-type]
            messages = session.exec(select(Message).order_by(Message.id)).all()  # type: ignore[arg-type]
            written.append(
                (
                    [one.model_dump(exclude={"id"}) for one in alerts],
                    [(one.subject, one.text, one.html, one.data) for one in messages],
                )
            )
    assert written[0] == written[1]
