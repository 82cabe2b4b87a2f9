"""Webhooks go through a real HTTP server: signed, under one key, again after a failure, acted on once."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from listener.alerts.settings import DeliverySettings
from listener.delivery.channels import Channel, channels_of
from listener.delivery.outbox import CLAIM, deliver, send
from models.alert_tables import Delivery, DeliveryAttempt
from models.database import session_of
from models.errors import SettingsError
from models.store.deliveries import AttachedFile, MessageData, put_message
from tests.builders import NOW, memory
from tests.delivery.receiving import Passing, Receiver, free_port, webhook_server

SECRET = b"only for tests"


def put(engine: Engine, key: str = "alerts-1", files: tuple[AttachedFile, ...] = ()) -> bool:
    data = {"brand": "amber-roast", "posts": [{"id": 7, "text": "包裹還沒到"}]}
    message = MessageData(key, "alerts", "קפה: alert", "text", "<p>html</p>", data, files)
    with session_of(engine) as session:
        return put_message(session, message, ["hook"], NOW)


def channel(receiver: Receiver) -> Channel:
    return Channel("hook", True, receiver.url, SECRET)


def state(engine: Engine) -> str:
    with session_of(engine) as session:
        return session.exec(select(Delivery.state)).one()


def test_it_is_signed_and_says_all() -> None:
    engine = memory()
    put(engine, files=(AttachedFile("a.pdf", "application/pdf", b"%PDF"),))
    with webhook_server() as receiver:
        assert deliver(engine, [channel(receiver)], lambda: NOW).delivered == 1
    (call,) = receiver.calls
    stamp = call.headers["x-listener-timestamp"]
    assert int(stamp) == int(NOW.timestamp())
    signed = hmac.new(SECRET, stamp.encode() + b"." + call.body, hashlib.sha256).hexdigest()
    assert call.headers["x-listener-signature"] == f"sha256={signed}"
    assert call.headers["idempotency-key"] == "alerts-1"
    said = json.loads(call.body)
    assert (said["id"], said["kind"], said["subject"]) == ("alerts-1", "alerts", "קפה: alert")
    assert said["data"]["posts"] == [{"id": 7, "text": "包裹還沒到"}]
    assert said["attachments"] == [{"name": "a.pdf", "media_type": "application/pdf", "content": "JVBERg=="}]


def test_a_server_that_is_down_for_ten_minutes_gets_it_once_after() -> None:
    engine, clock = memory(), Passing(NOW)
    put(engine)
    with webhook_server() as receiver:
        receiver.status = lambda: 503 if clock() < NOW + timedelta(minutes=10) else 204
        for _ in clock.until(NOW + timedelta(hours=1), timedelta(seconds=20)):
            deliver(engine, [channel(receiver)], clock)
    assert len(receiver.calls) == 5
    assert list(receiver.acted_on) == ["alerts-1"]
    assert len({call.body for call in receiver.calls}) == 1
    assert state(engine) == "delivered"


def test_nobody_there_is_a_failure_like_any_other() -> None:
    engine = memory()
    put(engine)
    port = free_port()
    there = Channel("hook", True, f"http://127.0.0.1:{port}/T0p-secret-path", SECRET)
    outcome = deliver(engine, [there], lambda: NOW)
    assert outcome.failures == ("hook: no connection (ConnectError)",)
    assert state(engine) == "waiting"


def test_killed_after_sending_it_is_sent_again_under_the_same_key() -> None:
    class Killed(BaseException):
        pass

    def killed_after(*given: object) -> None:
        send(*given)  # type: ignore[arg-type]
        raise Killed

    engine = memory()
    put(engine)
    with webhook_server() as receiver:
        with pytest.raises(Killed):
            deliver(engine, [channel(receiver)], lambda: NOW, killed_after)
        assert deliver(engine, [channel(receiver)], lambda: NOW + CLAIM / 2).delivered == 0
        assert deliver(engine, [channel(receiver)], lambda: NOW + CLAIM).delivered == 1
        assert deliver(engine, [channel(receiver)], lambda: NOW + 2 * CLAIM).delivered == 0
    assert len(receiver.calls) == 2
    assert len(receiver.acted_on) == 1


def test_it_waits_as_long_as_it_is_asked_to() -> None:
    engine = memory()
    put(engine)
    with webhook_server() as receiver:
        receiver.status, receiver.headers = lambda: 429, {"Retry-After": "1200"}
        deliver(engine, [channel(receiver)], lambda: NOW)
        receiver.status = lambda: 200
        assert deliver(engine, [channel(receiver)], lambda: NOW + timedelta(minutes=19)).delivered == 0
        assert deliver(engine, [channel(receiver)], lambda: NOW + timedelta(minutes=20)).delivered == 1


@pytest.mark.parametrize(("status", "left"), [(410, "failed"), (404, "waiting"), (302, "waiting"), (500, "waiting")])
def test_what_an_answer_means(status: int, left: str) -> None:
    engine = memory()
    put(engine)
    with webhook_server() as receiver:
        receiver.status, receiver.headers = lambda: status, {"Location": "/elsewhere"}
        deliver(engine, [channel(receiver)], lambda: NOW)
    assert state(engine) == left
    assert len(receiver.calls) == 1


def test_it_is_given_up_after_two_days() -> None:
    engine, clock = memory(), Passing(NOW)
    put(engine)
    with webhook_server() as receiver:
        receiver.status = lambda: 500
        for _ in clock.until(NOW + timedelta(days=4), timedelta(minutes=30)):
            deliver(engine, [channel(receiver)], clock)
    assert state(engine) == "failed"
    assert 45 < len(receiver.calls) < 60
    with session_of(engine) as session:
        assert len(session.exec(select(DeliveryAttempt)).all()) == len(receiver.calls)


def test_the_same_key_is_put_once() -> None:
    engine = memory()
    assert put(engine)
    assert not put(engine)


def test_a_channel_is_checked_before_anything_is_sent() -> None:
    hook = DeliverySettings(name="ops-hook", kind="webhook", url="https://ops.example/hook")
    with pytest.raises(SettingsError, match="LISTENER_DELIVERY_OPS_HOOK_SECRET"):
        channels_of([hook], {})
    with pytest.raises(SettingsError, match="LISTENER_DELIVERY_TEAM_URL"):
        channels_of([DeliverySettings(name="team")], {})
    with pytest.raises(SettingsError, match="none that Apprise knows"):
        channels_of([DeliverySettings(name="team")], {"LISTENER_DELIVERY_TEAM_URL": "nonsense://a:b@c"})
    with pytest.raises(SettingsError, match="twice"):
        channels_of([hook, hook], {})
    (found,) = channels_of(
        [hook], {"LISTENER_DELIVERY_OPS_HOOK_SECRET": "s", "LISTENER_DELIVERY_OPS_HOOK_URL": "http://h"}
    )
    assert (found.url, found.secret) == ("http://h", b"s")
