"""What all pages of one brand share: the period, the filters, the tabs, links to posts, files and charts.

It measures nothing by itself, and takes reports from those that are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field
from sqlmodel import Session

from api.dependencies import Clock, Shared
from api.parameters import Period, PeriodQuery, Word, period_of
from api.texts import iso
from api.views import address
from listener.reports.asking import ReportRequest
from models.reads.brands import brand_by_slug
from models.reads.coverage import checks_of
from models.reads.gap import theme_names
from models.tables import Brand
from models.words import Relation, Sentiment, Stage

_Blank = BeforeValidator(lambda value: None if value == "" else value)
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


class FrameQuery(PeriodQuery):
    """The period and the filters that are kept from tab to tab."""

    source: Word = None
    stage: Annotated[Stage | None, _Blank] = None
    sentiment: Annotated[Sentiment | None, _Blank] = None
    language: Word = None
    relation: Annotated[Relation | None, _Blank] = None
    theme: Annotated[Annotated[int, Field(ge=1, le=2**63 - 1)] | None, _Blank] = None


class Stretch(Protocol):
    """What tells of which period it is."""

    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Preset:
    """A period to choose with one click; ``name`` is a number of days, week, month or all."""

    name: str
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """One page of a brand. ``own`` are the parameters of this page alone, ``used`` the filters that it goes by."""

    brand: Brand
    tab: str
    query: FrameQuery
    period: Period
    used: tuple[str, ...] = FILTERS
    own: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    themes: Mapping[int, str] = field(default_factory=dict)
    stages: tuple[Stage, ...] = tuple(Stage)
    sentiments: tuple[Sentiment, ...] = tuple(Sentiment)

    @property
    def given(self) -> dict[str, Any]:
        """The period and filters as they stand in the address."""
        return self.query.model_dump(mode="json", by_alias=True, exclude_none=True, include=_SHARED)

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
        shown = {"from", "to", *self.used}
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
        found = self.given
        for name, at in (("from", stretch.since), ("to", stretch.until)) if stretch is not None else ():
            if at is not None and not (name == "to" and self.period.as_of - at < _JUST_NOW):
                found[name] = iso(at)
        return address(f"/brands/{quote(self.brand.slug)}/posts", found, **more)

    def report(self, name: str, ending: str, **more: Any) -> str:
        """Where a report is as a file; ``json`` is the API's own answer."""
        path = f"/api/v1/reports/{name}" + ("" if ending == "json" else f".{ending}")
        return address(path, {"brand": self.brand.slug, **self.given}, **more)

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
        starts: dict[str, date | None] = {str(days): today - timedelta(days=days - 1) for days in (7, 28, 90)}
        starts |= {"week": today - timedelta(days=today.weekday()), "month": today.replace(day=1), "all": None}
        return [
            Preset(
                name,
                self.here(**{"from": start.isoformat() if start else None, "to": None}),
                self.query.until is None and self.query.since == (start.isoformat() if start else None),
            )
            for name, start in starts.items()
        ]

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


_JUST_NOW = timedelta(minutes=2)
"""An end so near is the present: a kept report may be a minute old, and the list goes on to what came since."""
_SHARED = {"since", "until", "as_of", *FILTERS}


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
    return Frame(
        brand=brand,
        tab=tab,
        query=query,
        period=period_of(query, brand, clock),
        used=used,
        own=own or {},
        sources=tuple(row.source for row in checks_of(session, brand.id or 0)),
        themes=theme_names(session, brand.id or 0),
    )
