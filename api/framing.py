"""What all pages of one brand share: the period, the filters, the tabs, links to posts, files and charts.

It measures nothing by itself, and takes reports from those that are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlmodel import Session

from api.dependencies import Clock, Shared
from api.measuring import KEPT_SECONDS
from api.parameters import Blank, Period, PeriodQuery, Word, period_of
from api.texts import iso
from api.views import address
from listener.reports.asking import ReportRequest
from models.reads.brands import brand_by_slug, has_mentions
from models.reads.coverage import checks_of
from models.reads.days import start_of
from models.reads.themes import theme_names
from models.tables import Brand
from models.words import Relation, Sentiment, Stage

FILTERS = ("source", "stage", "sentiment", "language", "relation", "theme")
PERIOD = ("from", "to", "as_of")
FILES = {
    "response-gap": ("csv", "json", "xlsx", "png", "svg"),
    "trends": ("csv", "json", "xlsx", "png", "svg"),
    "influence-loop": ("csv", "json", "xlsx", "png", "svg"),
    "journey": ("csv", "json", "xlsx", "png", "svg"),
    "word-cloud": ("csv", "json", "xlsx", "png", "svg"),
    "themes": ("csv", "json", "xlsx"),
    "coverage": ("csv", "json", "xlsx"),
}
"""What each report can be downloaded as."""
_PICTURES = ("png", "svg")
LAST_DAYS = {"gap": 90, "themes": 90, "words": 90}
"""Pages whose report would begin with the first post: so many days are shown there where no period is asked for."""


class FrameQuery(PeriodQuery):
    """The period and the filters that are kept from tab to tab."""

    source: Word = None
    stage: Annotated[Stage | None, Blank] = None
    sentiment: Annotated[Sentiment | None, Blank] = None
    language: Word = None
    relation: Annotated[Relation | None, Blank] = None
    theme: Annotated[Annotated[int, Field(ge=1, le=2**63 - 1)] | None, Blank] = None
    all: bool = Field(False, description="From the first post on, where a page would show the last days.")


class Stretch(Protocol):
    """What tells of which period it is."""

    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Preset:
    """A period to choose with one click; ``name`` is a number of days, week, month, whole, or all: the report's own."""

    name: str
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """One page of a brand. ``own`` are the parameters of this page alone, ``used`` the filters that it goes by.

    ``has_posts``: the brand has posts at all, whether or not any are shown.
    """

    brand: Brand
    tab: str
    query: FrameQuery
    period: Period
    used: tuple[str, ...] = FILTERS
    own: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    themes: Mapping[int, str] = field(default_factory=dict)
    has_posts: bool = False
    stages: tuple[Stage, ...] = tuple(Stage)
    sentiments: tuple[Sentiment, ...] = tuple(Sentiment)

    @property
    def given(self) -> dict[str, Any]:
        """The period and filters as they stand in the address."""
        found = self.query.model_dump(mode="json", by_alias=True, exclude_none=True, include=_SHARED)
        return found | {"all": "true"} if found.pop("all") else found

    @property
    def kept(self) -> str:
        """The same as the end of an address: what every tab's link keeps."""
        return address("", self.given)

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters alone."""
        return {name: value for name, value in self.given.items() if name in FILTERS}

    @property
    def hidden(self) -> dict[str, Any]:
        """What the form keeps without showing it: filters that this page has no use for, and a time of view."""
        shown = {"from", "to", "all", *self.used}
        return {name: value for name, value in self.given.items() if name not in shown}

    def to(self, tab: str, **more: Any) -> str:
        """A tab of this brand with the same period and filters; ``overview`` is the brand's own page."""
        path = f"/brands/{quote(self.brand.slug)}"
        return address(path if tab == "overview" else f"{path}/{tab}", self.given, **more)

    def here(self, **more: Any) -> str:
        """This page with other parameters; None takes one away."""
        return self.to(self.tab, **{**self.own, **more})

    def posts(self, stretch: Stretch | None = None, **more: Any) -> str:
        """The posts behind a number: those of a stretch of the report, and of what ``more`` says, filters kept.

        A report that chose its own beginning says it here, so that the list holds what was counted.
        """
        found = {name: value for name, value in self.given.items() if name != "all"}
        for name, at in (("from", stretch.since), ("to", stretch.until)) if stretch is not None else ():
            if at is not None and not (name == "to" and self.period.as_of - at < _JUST_NOW):
                found[name] = iso(at)
        return address(f"/brands/{quote(self.brand.slug)}/posts", found, **more)

    def report(self, name: str, ending: str, **more: Any) -> str:
        """Where a report is as a file; ``json`` is the API's own answer."""
        path = f"/api/v1/reports/{name}" + ("" if ending == "json" else f".{ending}")
        asked = {name: value for name, value in self.given.items() if name != "all"}
        if self.period.since is not None:
            asked.setdefault("from", iso(self.period.since))
        return address(path, {"brand": self.brand.slug, **asked}, **more)

    def files(self, name: str, **more: Any) -> list[tuple[str, str]]:
        """(format, address) of all that a report can be downloaded as."""
        return [(ending, self.report(name, ending, **more)) for ending in FILES[name]]

    def picture(self, name: str, chart: str | None = None, **more: Any) -> dict[str, str]:
        """Where a chart is drawn, on a light and on a dark ground."""
        ending = "png" if name == "word-cloud" else "svg"
        light = self.report(name, ending, chart=chart, **more)
        return {"light": light, "dark": f"{light}&dark=true"}

    @property
    def presets(self) -> list[Preset]:
        """Periods that end now, in days of the brand's zone."""
        today = self.period.as_of.astimezone(ZoneInfo(self.brand.timezone)).date()
        days = LAST_DAYS.get(self.tab)
        starts: dict[str, date | None] = {str(days): today - timedelta(days=days - 1) for days in (7, 28, 90)}
        starts |= {"week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}
        starts["whole" if days else "all"] = None
        shown = self.query.since
        if shown is None and days and not self.query.all:
            shown = (today - timedelta(days=days - 1)).isoformat()
        found = []
        for name, start in starts.items():
            begins = start.isoformat() if start else None
            link = self.here(**{"from": begins, "to": None, "all": "true" if days and not begins else None})
            found.append(Preset(name, link, self.query.until is None and shown == begins))
        return found

    def asked(self, **more: Any) -> ReportRequest:
        """The request as reports take it."""
        query, period = self.query, self.period
        return ReportRequest(
            self.brand.slug,
            period.as_of,
            **{
                "since": period.since,
                "until": period.until,
                "source": query.source,
                "stage": query.stage,
                "sentiment": query.sentiment,
                "language": query.language,
                "relation": query.relation,
                "theme_id": query.theme,
                **more,
            },
        )

    def measured(self, session: Session, shared: Shared, name: str, **more: Any) -> Any:
        """A report on this page's period and filters, kept or measured."""
        return shared.reports.report(session, name, self.asked(**more), is_now=self.query.as_of is None)


_JUST_NOW = timedelta(seconds=KEPT_SECONDS + 60)
"""An end so near is the present: a kept report may be some minutes old, and the list goes on to what came since."""
_SHARED = {"since", "until", "as_of", "all", *FILTERS}


def last_days(period: Period, zone: str, days: int) -> Period:
    """The period, or its last days in the zone if it has no beginning."""
    if period.since is not None:
        return period
    end = min(period.until or period.as_of, period.as_of).astimezone(ZoneInfo(zone))
    return replace(period, since=start_of((end - timedelta(days=days - 1)).date(), ZoneInfo(zone)))


def framed(
    session: Session,
    clock: Clock,
    slug: str,
    query: FrameQuery,
    tab: str,
    *,
    used: tuple[str, ...] = FILTERS,
    own: Mapping[str, str] | None = None,
) -> Frame:
    """The frame of a page. Raises NotFoundError for an unknown brand, ParameterError for times that cannot be."""
    brand = brand_by_slug(session, slug)
    period = period_of(query, brand, clock)
    if tab in LAST_DAYS and not query.all:
        period = last_days(period, brand.timezone, LAST_DAYS[tab])
    return Frame(
        brand=brand,
        tab=tab,
        query=query,
        period=period,
        used=used,
        own=own or {},
        sources=tuple(row.source for row in checks_of(session, brand.id or 0)),
        themes=theme_names(session, brand.id or 0),
        has_posts=has_mentions(session, brand.id or 0),
    )
