"""Mails go through a real SMTP server, and what it received is taken apart: subject, both parts, files, key."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from listener.delivery.channels import Channel
from listener.delivery.outbox import deliver
from models.alert_tables import Attachment, Delivery, DeliveryAttempt, Message
from models.database import session_of
from models.store.deliveries import AttachedFile, MessageData, put_message
from tests.builders import NOW, memory
from tests.delivery.receiving import Passing, free_port, mail_server

SUBJECTS = (
    "Amber Roast: 3 complaints past their promised time",
    "Palarnia Bursztyn: trzy skargi bez odpowiedzi",
    "Gintaro skrudykla: žmonės rašo dažniau nei įprastai",
    "קפה ענבר: שלוש תלונות ממתינות לתשובה",
    "琥珀烘焙：三則客訴超過承諾時間，還沒有人回覆",
)
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


def put(engine: Engine, subject: str, *, key: str = "k1", files: tuple[AttachedFile, ...] = ()) -> None:
    text, html = f"{subject}\nשלום 你好\n", f"<html><body><h1>{subject}</h1><p>שלום 你好</p></body></html>"
    with session_of(engine) as session:
        assert put_message(session, MessageData(key, "alerts", subject, text, html, {}, files), ["team"], NOW)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_mail_arrives_whole(subject: str) -> None:
    engine = memory()
    put(engine, subject, files=(AttachedFile("amber-roast-2026-W46.pdf", "application/pdf", PDF),))
    with mail_server() as (box, url):
        assert deliver(engine, [Channel("team", False, url)], lambda: NOW).delivered == 1
    (mail,) = box.mails
    assert mail["Subject"] == subject
    assert mail["To"] == "team@example.org"
    assert mail["X-Idempotency-Key"] == "k1"
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert f"<h1>{subject}</h1><p>שלום 你好</p>" in html.get_content()
    assert plain is not None
    assert "שלום 你好" in plain.get_content()
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("amber-roast-2026-W46.pdf", "application/pdf")
    assert file.get_payload(decode=True) == PDF


def test_a_server_that_is_down_for_ten_minutes_gets_it_once_after() -> None:
    engine, clock = memory(), Passing(NOW)
    put(engine, SUBJECTS[4])
    port = free_port()
    channel = Channel("team", False, f"mailto://127.0.0.1:{port}?from=a@example.org&to=b@example.org&mode=insecure")
    for _ in clock.until(NOW + timedelta(minutes=10), timedelta(seconds=30)):
        assert deliver(engine, [channel], clock).delivered == 0
    with mail_server(port) as (box, _):
        for _ in clock.until(NOW + timedelta(minutes=40), timedelta(seconds=30)):
            deliver(engine, [channel], clock)
    assert [mail["Subject"] for mail in box.mails] == [SUBJECTS[4]]
    with session_of(engine) as session:
        log = list(session.exec(select(DeliveryAttempt).order_by(DeliveryAttempt.id)))  # type: ignore[arg-type]
        assert [attempt.failure is None for attempt in log] == [False] * 4 + [True]
        assert session.exec(select(Delivery.state)).one() == "delivered"


def test_a_refused_mail_is_tried_again_and_a_password_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    engine = memory()
    put(engine, SUBJECTS[0])
    caplog.set_level(logging.DEBUG)
    with mail_server() as (box, url):
        box.answer = "451 try later"
        channel = Channel("team", False, url.replace("mailto://", "mailto://team:Kaunas-7-secret@"))
        outcome = deliver(engine, [channel], lambda: NOW)
        assert outcome.delivered == 0
        assert "Kaunas" not in caplog.text + repr(channel) + repr(outcome)
        box.answer = "250 taken"
        plain = Channel("team", False, url)
        assert deliver(engine, [plain], lambda: NOW + timedelta(seconds=30)).delivered == 0
        assert deliver(engine, [plain], lambda: NOW + timedelta(seconds=61)).delivered == 1
    assert len(box.mails) == 1


def test_words_and_files_go_once_they_have_arrived() -> None:
    engine = memory()
    put(engine, SUBJECTS[3], files=(AttachedFile("a.pdf", "application/pdf", PDF),))
    with mail_server() as (_, url):
        deliver(engine, [Channel("team", False, url)], lambda: NOW)
    with session_of(engine) as session:
        message = session.exec(select(Message)).one()
        assert (message.text, message.html, message.data) == ("", "", {})
        assert message.subject == SUBJECTS[3]
        assert session.exec(select(Attachment)).all() == []
