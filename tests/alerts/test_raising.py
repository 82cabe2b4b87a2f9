"""Alerts in a database: told of once, ended, opened again, snoozed, closed; with posts, in the reader's language."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from listener.alerts.raising import raise_alerts
from listener.alerts.settings import AlertSettings, DeliverySettings
from listener.settings import Settings
from models.alert_tables import Alert, Delivery, Message
from models.database import session_of
from models.errors import NotFoundError
from models.reads.alerts import list_alerts
from models.store.alerts import AlertData, close, note_look, snooze
from models.words import AlertKind
from tests.alerts.conftest import NewEngine
from tests.builders import NOW, START, a_brand, bring, label_all, post, reply

CHANNELS = [
    DeliverySettings(name="team", url="json://localhost"),
    DeliverySettings(name="oncall", url="json://localhost", alerts=[AlertKind.BURST, AlertKind.LATE_COMPLAINT]),
    DeliverySettings(name="izraelis", url="json://localhost", language="he"),
    DeliverySettings(name="others", url="json://localhost", brands=["north-beans"]),
]
SETTINGS = Settings(delivery=CHANNELS)
POSTS = [
    post("late", "@amberroast הקפה הגיע שבור ואף אחד לא עונה", hours=0, author="noa"),
    post("also", "@amberroast 包裹還沒到，客服不回", hours=1, author="mei"),
    post("fine", "@amberroast gdzie jest moja paczka?", hours=2, author="ola"),
    reply("r", "fine", hours=3),
]


def a_day_later(new_engine: NewEngine, promised: int = 86_400) -> Engine:
    engine = new_engine()
    brand = a_brand(engine, promised_first_response_seconds=promised)
    bring(engine, brand, POSTS)
    label_all(engine)
    return engine


def alerts(engine: Engine) -> list[Alert]:
    with session_of(engine) as session:
        return list(session.exec(select(Alert).order_by(Alert.id)))  # type: ignore[arg-type]


def test_late_complaints_are_told_of_once_and_together(new_engine: NewEngine) -> None:
    engine = a_day_later(new_engine)
    at = START + timedelta(hours=26)
    assert raise_alerts(engine, SETTINGS, START + timedelta(hours=23)) == 0
    assert raise_alerts(engine, SETTINGS, at) == 2
    assert raise_alerts(engine, SETTINGS, at + timedelta(minutes=15)) == 0
    with session_of(engine) as session:
        english, hebrew = session.exec(select(Message).order_by(Message.id)).all()  # type: ignore[arg-type]
        assert english.subject == "Amber Roast: 2 complaints past their promised time"
        assert "A complaint on mastodon has waited for" in english.text
        assert "הקפה הגיע שבור" in english.text
        assert "包裹還沒到" in english.html
        assert 'dir="rtl"' in hebrew.html
        assert [alert["kind"] for alert in english.data["alerts"]] == ["late_complaint"] * 2
        channels = set(session.exec(select(Delivery.channel).where(Delivery.message_id == english.id)))
        assert channels == {"team", "oncall"}
    assert {alert.subject for alert in alerts(engine)} == {"late:1", "late:2"}


def test_an_answer_ends_it(new_engine: NewEngine) -> None:
    engine = a_day_later(new_engine)
    raise_alerts(engine, SETTINGS, START + timedelta(hours=26))
    brand = a_brand(engine, promised_first_response_seconds=86_400)
    bring(engine, brand, [reply("r2", "late", hours=27)])
    assert raise_alerts(engine, SETTINGS, START + timedelta(hours=28)) == 0
    ended = [alert for alert in alerts(engine) if alert.ended_at]
    assert [alert.closed_at for alert in ended] == [START + timedelta(hours=28)]


def test_a_complaint_that_was_late_long_ago_is_no_news(new_engine: NewEngine) -> None:
    engine = a_day_later(new_engine)
    assert raise_alerts(engine, SETTINGS, START + timedelta(days=9)) == 0
    assert raise_alerts(a_day_later(new_engine, promised=0), SETTINGS, START + timedelta(hours=26)) == 0


def test_what_is_switched_off_is_not_looked_for(new_engine: NewEngine) -> None:
    rules = [AlertSettings(kind=AlertKind.LATE_COMPLAINT, brand="amber-roast", enabled=False)]
    engine = a_day_later(new_engine)
    assert raise_alerts(engine, Settings(alert=rules), START + timedelta(hours=26)) == 0
    rules.append(AlertSettings(enabled=True))
    assert raise_alerts(engine, Settings(alert=rules), START + timedelta(hours=26)) == 2


FOUND = [AlertData(AlertKind.BURST, "burst", {"n": 1}, (1,))]
CALM = {AlertKind.BURST: timedelta(hours=2)}


def look(engine: Engine, hours: float, found: Sequence[AlertData] = FOUND) -> int:
    now = NOW + timedelta(hours=hours)
    with session_of(engine) as session:
        told = note_look(session, 1, found, now, CALM)
        for alert in told:
            alert.told_at = now
        return len(told)


def test_it_opens_again_only_after_it_has_ended(new_engine: NewEngine) -> None:
    engine = new_engine()
    a_brand(engine)
    assert [look(engine, 0), look(engine, 1), look(engine, 2, []), look(engine, 2.5)] == [1, 0, 0, 0]
    assert [look(engine, 4.5, []), look(engine, 5)] == [0, 1]
    first, second = alerts(engine)
    assert (first.episode, first.ended_at) == (1, NOW + timedelta(hours=4.5))
    assert (second.episode, second.ended_at) == (2, None)


def test_a_closed_one_stays_closed_while_it_goes_on(new_engine: NewEngine) -> None:
    engine = new_engine()
    a_brand(engine)
    look(engine, 0)
    with session_of(engine) as session:
        close(session, 1, NOW + timedelta(hours=1))
    assert [look(engine, 2), look(engine, 3), look(engine, 6, []), look(engine, 7)] == [0, 0, 0, 1]
    with session_of(engine) as session:
        assert [alert.id for alert, _ in list_alerts(session, is_open=True)] == [2]
        assert [alert.id for alert, _ in list_alerts(session, brand="amber-roast", is_open=False)] == [1]
        assert list_alerts(session, kind=AlertKind.SHIFT) == []


def test_a_snoozed_one_is_told_of_once_more_if_it_goes_on(new_engine: NewEngine) -> None:
    engine = new_engine()
    a_brand(engine)
    look(engine, 0)
    with session_of(engine) as session:
        snooze(session, 1, NOW + timedelta(hours=5))
    assert [look(engine, hours) for hours in (1, 4.9, 5, 5.5)] == [0, 0, 1, 0]


def test_peace_outlasts_the_end_of_what_was_snoozed(new_engine: NewEngine) -> None:
    engine = new_engine()
    a_brand(engine)
    look(engine, 0)
    with session_of(engine) as session:
        snooze(session, 1, NOW + timedelta(hours=9))
    assert [look(engine, 3, []), look(engine, 4), look(engine, 8.9), look(engine, 9)] == [0, 0, 0, 1]


def test_there_is_no_such_alert(new_engine: NewEngine) -> None:
    with session_of(new_engine()) as session:
        for change in (snooze, close):
            with pytest.raises(NotFoundError, match="no alert 9"):
                change(session, 9, NOW)
