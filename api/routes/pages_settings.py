"""The page of settings: what the file says of a brand, read-only, and queries tried on stored posts. Writes nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.dependencies import ClockDep, SessionDep, Shared, SharedDep
from api.people.visitors import Visitor, VisitorDep
from api.templating import templates
from api.viewer import PageRoute
from listener.pipeline.query_trial import Match, run_trial
from listener.queries import parse
from models.errors import InputError
from models.reads.brands import all_brands, brand_by_slug, owned_accounts
from models.reads.declared import queries_of
from models.reads.retention import count_older
from models.words import Role

router = APIRouter(include_in_schema=False, route_class=PageRoute)
LONGEST = 2_000
DAYS = (7, 28, 90)
MOST_SHOWN = 8
_ONE_AT_A_TIME = Lock()
"""Matching reads every post of some weeks: two at once would only be slower."""


class TrialForm(BaseModel):
    """A query, and how far back to try it."""

    model_config = ConfigDict(extra="forbid")
    expression: str = Field(max_length=LONGEST)
    days: Literal["7", "28", "90"] = "28"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a trial. ``fault`` says why it is no query; ``sources`` are (source, seen, found)."""

    expression: str
    days: int
    fault: str | None = None
    seen: int = 0
    found: int = 0
    sources: list[tuple[str, int, int]] = field(default_factory=list)
    newest: list[Match] = field(default_factory=list)


@router.get("/brands/{slug}/settings")
def settings_page(request: Request, slug: str, session: SessionDep, clock: ClockDep, visitor: VisitorDep) -> Response:
    """What counts now."""
    return _page(request, session, slug, visitor, clock())


@router.post("/brands/{slug}/settings/query")
def try_query(
    request: Request,
    slug: str,
    form: Annotated[TrialForm, Form()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> Response:
    """The same with what a query would have caught."""
    return _page(request, session, slug, visitor, clock(), _tried(shared, form, clock()))


def _page(
    request: Request, session: Session, slug: str, visitor: Visitor, now: datetime, tried: Tried | None = None
) -> Response:
    brand = brand_by_slug(session, slug)
    owned = owned_accounts(session, brand.id or 0)
    kept_since = now - timedelta(days=brand.keep_days) if brand.keep_days else None
    context = {
        "brand": brand,
        "owned": [(source, sorted(accounts)) for source, accounts in sorted(owned.items())],
        "queries": queries_of(session, brand.id or 0),
        "stored": {other.slug: other.name for other in all_brands(session)},
        "older_count": count_older(session, brand.id or 0, kept_since) if kept_since else 0,
        "tried": tried,
        "can_try": visitor.role.covers(Role.MANAGER),
        "is_admin": visitor.is_admin,
        "longest": LONGEST,
        "day_choices": DAYS,
    }
    return templates.TemplateResponse(request, "settings.html", context)


def _tried(shared: Shared, form: TrialForm, now: datetime) -> Tried:
    days = int(form.days)
    try:
        query = parse(form.expression)
    except InputError as error:
        return Tried(form.expression, days, fault=str(error))
    with _ONE_AT_A_TIME:
        trial = run_trial(shared.engine, query, since=now - timedelta(days=days), keep=MOST_SHOWN)
    sources = [(source, seen, trial.matched[source]) for source, seen in sorted(trial.seen.items())]
    seen, found = sum(trial.seen.values()), sum(trial.matched.values())
    return Tried(form.expression, days, None, seen, found, sources, trial.newest)
