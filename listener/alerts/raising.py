"""Looks, brings the alerts up to date and, in the same transaction, writes what is to be sent; it sends nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from listener.alerts.looking import look
from listener.alerts.message import message_of
from listener.alerts.rules import CALM, EACH_PASS, is_on
from listener.alerts.settings import DeliverySettings
from listener.settings import Settings
from models.alert_tables import Alert
from models.database import session_of
from models.reads.alerts import words_of
from models.reads.brands import all_brands
from models.store.alerts import AlertData, mark_told, note_look
from models.store.deliveries import put_message
from models.tables import Brand
from models.words import AlertKind


def raise_alerts(
    engine: Engine,
    settings: Settings,
    now: datetime,
    *,
    kinds: Collection[AlertKind] = EACH_PASS,
    brand: str | None = None,
    as_of: datetime | None = None,
) -> int:
    """Look at every brand, or the one named, as of now or ``as_of``; return how many alerts are to be told of.

    Killed at any point, the next call does the rest: an alert and its message are written together or not at all.
    """
    with session_of(engine) as session:
        brands = [one for one in all_brands(session) if brand in (None, one.slug)]
        wanted = {one.id or 0: [kind for kind in kinds if is_on(settings.alert, one.slug, kind)] for one in brands}
        found = look(session, wanted, brands, as_of or now)
    return sum(_raise(engine, settings, one, found[one.id or 0], wanted[one.id or 0], now) for one in brands)


def _raise(
    engine: Engine,
    settings: Settings,
    brand: Brand,
    found: Sequence[AlertData],
    kinds: Sequence[AlertKind],
    now: datetime,
) -> int:
    try:
        with session_of(engine) as session:
            told = note_look(session, brand.id or 0, found, now, {kind: CALM[kind] for kind in kinds})
            if told:
                _tell(session, settings, brand, told, now)
            mark_told(session, told, now)
            return len(told)
    except IntegrityError:  # another instance has opened the same alert at this very moment
        return 0


def _tell(session: Session, settings: Settings, brand: Brand, alerts: Sequence[Alert], now: datetime) -> None:
    """One message for all channels that want the same alerts in the same language."""
    from listener.wording import wording_of

    groups: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for channel in settings.delivery:
        mine = tuple(place for place, alert in enumerate(alerts) if _wants(channel, brand, alert))
        if mine:
            groups.setdefault((channel.language, mine), []).append(channel.name)
    posts = words_of(session, {id for alert in alerts for id in alert.post_ids})
    for (language, places), names in groups.items():
        w = wording_of(language, brand.timezone)
        message = message_of(brand, [alerts[place] for place in places], posts, w, settings.server.public_url)
        put_message(session, message, names, now)


def _wants(channel: DeliverySettings, brand: Brand, alert: Alert) -> bool:
    return channel.wants(brand.slug, AlertKind(alert.kind))
