"""The weekly report goes into the outbox once a week and language, as a mail with its PDF, and arrives."""

from datetime import timedelta

from sqlmodel import select

from listener.alerts.settings import DeliverySettings
from listener.clock.rounds import jobs_of
from listener.delivery.channels import Channel
from listener.delivery.outbox import deliver
from listener.delivery.weekly_mail import put_weekly
from listener.settings import Settings
from models.alert_tables import Delivery, Message
from models.database import open_database, session_of
from tests.builders import NOW, a_brand, bring, label_all, post
from tests.delivery.receiving import mail_server

SETTINGS = Settings(
    delivery=[
        DeliverySettings(name="team", url="json://localhost", reports=["weekly"], alerts=[], language="zh_Hant"),
        DeliverySettings(name="oncall", url="json://localhost"),
    ]
)


def test_it_is_put_once_a_week_and_arrives_with_its_pdf() -> None:
    engine = open_database("sqlite://")
    brand = a_brand(engine, timezone="Asia/Taipei")
    bring(engine, brand, [post(f"p{n}", f"咖啡機又壞了，第{n}次", author=f"mei{n}", hours=12 * n) for n in range(30)])
    label_all(engine)
    assert [job.name for job in jobs_of(engine, SETTINGS, lambda: NOW)] == ["shares:amber-roast", "weekly:amber-roast"]
    assert [put_weekly(engine, SETTINGS, "amber-roast", NOW, NOW + timedelta(hours=late)) for late in (0, 1)] == [1, 0]
    with session_of(engine) as session:
        assert session.exec(select(Message.key)).all() == ["weekly-amber-roast-2026-W46-zh_Hant"]
        assert session.exec(select(Delivery.channel)).all() == ["team"]
    with mail_server() as (box, url):
        assert deliver(engine, [Channel("team", False, url)], lambda: NOW).delivered == 1
    (mail,) = box.mails
    (pdf,) = mail.iter_attachments()
    assert pdf.get_filename() == "amber-roast-2026-W46.pdf"
    assert bytes(pdf.get_payload(decode=True)).startswith(b"%PDF-")
    assert "2026-W46" in mail["Subject"]
