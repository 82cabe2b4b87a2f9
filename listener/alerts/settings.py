"""The sections of the settings that alerts, their delivery and the clock are set by; it reads no file."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.words import AlertKind

ChannelName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
ReportName = Literal["weekly"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_AT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AlertSettings(_Section):
    """One ``[[alert]]``: whether a kind is looked for; without a kind every one, without a brand for all of them."""

    kind: AlertKind | None = None
    brand: str | None = None
    enabled: bool = True


class DeliverySettings(_Section):
    """One ``[[delivery]]``: a channel that messages go to. Its URL may come from the environment: docs/alerts.md."""

    name: ChannelName
    kind: Literal["apprise", "webhook"] = "apprise"
    url: str | None = None
    alerts: list[AlertKind] | None = None
    reports: list[ReportName] = []
    brands: list[str] | None = None
    language: str = "en"

    def wants(self, brand: str, kind: AlertKind) -> bool:
        """Whether alerts of that kind on that brand go there."""
        return self.wants_brand(brand) and (self.alerts is None or kind in self.alerts)

    def wants_brand(self, brand: str) -> bool:
        """Whether what concerns that brand goes there."""
        return self.brands is None or brand in self.brands

    @model_validator(mode="after")
    def _language_is_shipped(self) -> Self:
        from listener.wording import LANGUAGES

        if self.language not in LANGUAGES:
            raise ValueError(f"language {self.language!r} is not one of {', '.join(LANGUAGES)}")
        return self


class ScheduleSettings(_Section):
    """``[schedule]``: how often a worker's clock starts a pass, and when the weekly report goes out, by local time."""

    every: Annotated[str, Field(pattern=r"^[1-9]\d{0,5}[smhd]$")] = "15m"
    weekly_day: Weekday = "Mon"
    weekly_at: Annotated[str, Field(pattern=_AT.pattern)] = "07:00"
