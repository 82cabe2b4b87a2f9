"""What follows a pass: alerts raised, jobs run, messages delivered, old posts removed, by whoever comes first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from listener.alerts.raising import raise_alerts
from listener.clock.jobs import Job, Ran, run_due
from listener.clock.leases import holding
from listener.clock.schedule import WEEKDAYS, Every, Weekly
from listener.delivery.channels import Channel
from listener.delivery.outbox import Outcome, deliver
from listener.delivery.weekly_mail import put_weekly, takers
from listener.pipeline.retention import MOST_A_ROUND, is_anything_removed, kept_since, remove_aged
from listener.settings import Settings
from models.database import session_of
from models.reads.brands import all_brands
from models.tables import Brand
from models.words import AlertKind

AFTER_MIDNIGHT = time(0, 30)
"""When on Monday the shares of the week before are looked at."""
AGED = timedelta(hours=1)
"""How often posts that have grown too old are looked for."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """What was done: alerts told of, jobs run, messages delivered or not."""

    told: int
    ran: tuple[Ran, ...]
    outcome: Outcome


def go_round(engine: Engine, settings: Settings, channels: Sequence[Channel], clock: Callable[[], datetime]) -> Rounded:
    """Alerts, jobs, deliveries, in this order; what another instance is at is left to it."""
    told = 0
    with holding(engine, "alerts", clock=clock) as is_mine:
        if is_mine:
            told = raise_alerts(engine, settings, clock())
    ran = run_due(engine, jobs_of(engine, settings, clock), clock)
    return Rounded(told, tuple(ran), deliver(engine, channels, clock))


def jobs_of(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> list[Job]:
    """The weekly jobs of every brand, by its own clock; and the removal of old posts unless all are kept."""
    with session_of(engine) as session:
        brands = all_brands(session)
    jobs = [job for brand in brands for job in _jobs_of(engine, settings, brand, clock)]
    if is_anything_removed(settings):
        jobs.append(Job("aged", Every(AGED), partial(_remove_aged, engine, settings, clock)))
    return jobs


def _jobs_of(engine: Engine, settings: Settings, brand: Brand, clock: Callable[[], datetime]) -> list[Job]:
    zone, plan = ZoneInfo(brand.timezone), settings.schedule
    look = partial(_look_at_shares, engine, settings, brand.slug, clock)
    jobs = [Job(f"shares:{brand.slug}", Weekly(0, AFTER_MIDNIGHT, zone), look)]
    if takers(settings, brand.slug):
        at = Weekly(WEEKDAYS.index(plan.weekly_day), time.fromisoformat(plan.weekly_at), zone)
        jobs.append(Job(f"weekly:{brand.slug}", at, partial(_send_weekly, engine, settings, brand.slug, clock)))
    return jobs


def _look_at_shares(
    engine: Engine, settings: Settings, brand: str, clock: Callable[[], datetime], due_at: datetime
) -> None:
    raise_alerts(engine, settings, clock(), kinds=(AlertKind.SHIFT,), brand=brand, as_of=due_at)


def _send_weekly(
    engine: Engine, settings: Settings, brand: str, clock: Callable[[], datetime], due_at: datetime
) -> None:
    put_weekly(engine, settings, brand, due_at, clock())


def _remove_aged(engine: Engine, settings: Settings, clock: Callable[[], datetime], due_at: datetime) -> None:  # noqa: ARG001
    now = clock()
    remove_aged(engine, kept_since(engine, settings, now), now, MOST_A_ROUND)
