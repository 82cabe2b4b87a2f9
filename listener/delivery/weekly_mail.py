"""Puts a brand's weekly report into the outbox, as a mail with the PDF; the report itself is made elsewhere."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from listener.alerts.settings import DeliverySettings
from listener.reports.asking import ReportRequest
from listener.settings import Settings
from models.database import session_of
from models.reads.brands import brand_by_slug
from models.store.deliveries import AttachedFile, MessageData, put_message
from models.tables import Brand


def takers(settings: Settings, brand: str) -> list[DeliverySettings]:
    """The channels that the brand's weekly report goes to."""
    return [one for one in settings.delivery if "weekly" in one.reports and one.wants_brand(brand)]


def put_weekly(engine: Engine, settings: Settings, brand: str, due_at: datetime, now: datetime) -> int:
    """Write the report of the week before ``due_at`` for every channel that takes it; return how many messages.

    Called again for the same week it writes nothing: a message's key names brand, week and language.
    """
    languages: dict[str, list[str]] = {}
    for channel in takers(settings, brand):
        languages.setdefault(channel.language, []).append(channel.name)
    with session_of(engine) as session:
        row = brand_by_slug(session, brand)
        return sum(_put(session, row, language, names, due_at, now) for language, names in languages.items())


def _put(session: Session, brand: Brand, language: str, channels: list[str], due_at: datetime, now: datetime) -> int:
    from listener.weekly.keeping import kept_or_made
    from listener.weekly.writing import written_as
    from listener.wording import wording_of

    report = kept_or_made(session, ReportRequest(brand.slug, due_at))
    w = wording_of(language, brand.timezone)
    name = f"{brand.slug}-{report.week}.pdf"
    made = written_as(report, ("md", "html", "pdf"), language)
    message = MessageData(
        key=f"weekly-{brand.slug}-{report.week}-{language}",
        kind="weekly",
        subject=w._("%(brand)s: the week %(week)s", brand=brand.name, week=report.week),
        text=made["md"].decode(),
        html=made["html"].decode(),
        data={"brand": brand.slug, "week": report.week},
        attachments=(AttachedFile(name, "application/pdf", made["pdf"]),),
        brand_id=brand.id,
    )
    return int(put_message(session, message, channels, now))
