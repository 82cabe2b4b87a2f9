"""Settings: ``listener.toml``, with environment variables ``LISTENER_*`` over it; secrets from the latter only."""

import os
import tomllib
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo, available_timezones

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from listener.access import as_origin
from listener.alerts.settings import AlertSettings, DeliverySettings, ScheduleSettings
from listener.reports.working_hours import check_holidays, parse_hours
from models.errors import SettingsError
from models.explain import explain
from models.words import Sentiment, Stage
from nlp.moments import ModelChoice

FILE_NAME = "listener.toml"
_UNITS = {"m": 60, "h": 3600, "d": 86400}


def _duration(value: Any) -> Any:
    """``90m``, ``24h`` and ``7d`` as a timedelta."""
    if isinstance(value, str) and value[:-1].isdigit() and value[-1:] in _UNITS:
        try:
            return timedelta(seconds=int(value[:-1]) * _UNITS[value[-1]])
        except (OverflowError, ValueError):
            raise ValueError(f"{value!r} is no duration such as 90m, 24h or 7d") from None
    if isinstance(value, timedelta):
        return value
    raise ValueError(f"{value!r} is no duration such as 90m, 24h or 7d")


def _zone(value: str) -> str:
    if value not in available_timezones():
        near = get_close_matches(value, sorted(available_timezones()), 1)
        raise ValueError(f"{value!r} is no time zone{f'; did you mean {near[0]!r}?' if near else ''}")
    return value


def _hours(value: str) -> str:
    parse_hours(value)
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
ZoneName = Annotated[str, AfterValidator(_zone)]
OpeningHours = Annotated[str, AfterValidator(_hours)]
HolidayCode = Annotated[str, AfterValidator(check_holidays)]
ModelName = Annotated[str, Field(min_length=1)]
Hypothesis = Annotated[str, Field(min_length=1, max_length=300)]
Origin = Annotated[str, AfterValidator(as_origin)]
HostName = Annotated[str, Field(pattern=r"^(\*\.)?[A-Za-z0-9_.:-]+$", max_length=253)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=100)]
Days = Annotated[int, Field(ge=1, le=36_500)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QuerySettings(_Section):
    """One ``[[brand.query]]``."""

    name: str
    expression: str


class SourceSettings(BaseModel):
    """One ``[[brand.source]]``: a collector's name; its further keys are that collector's own."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: str


class BrandSettings(_Section):
    """One ``[[brand]]``."""

    slug: Slug
    name: str
    timezone: ZoneName = "UTC"
    business_hours: OpeningHours | None = None
    holidays: HolidayCode | None = None
    promised_first_response: Duration | None = None
    keep_days: Days | None = None
    rivals: list[Slug] = []
    owned: dict[str, list[str]] = {}
    query: list[QuerySettings] = []
    source: list[SourceSettings] = []

    @property
    def zone(self) -> ZoneInfo:
        """The brand's time zone."""
        return ZoneInfo(self.timezone)


class NetworkSettings(_Section):
    """``[network]``."""

    contact: str | None = None
    allow_private_addresses: bool = False


class ServerSettings(_Section):
    """``[server]``: under which names people reach the pages, and whether they sign in."""

    public_url: Origin | None = None
    trusted_hosts: list[HostName] = []
    sign_in_on_loopback: bool = True


class ClassifierSettings(_Section):
    """``[classifier]``: models brought along instead of parts of the shipped one."""

    sentiment: ModelName | None = None
    sentiment_labels: dict[str, Sentiment] = {}
    stage: ModelName | None = None
    stage_hypotheses: dict[Stage, Hypothesis] = {}
    device: Annotated[str, Field(pattern=r"^[a-z]+(:\d+)?$")] = "cpu"
    heads: Path | None = None

    @model_validator(mode="after")
    def _hypotheses_need_a_model(self) -> Self:
        if self.stage_hypotheses and not self.stage:
            raise ValueError("has stage_hypotheses but no stage, the model that tries them")
        return self


LogLevel = Literal["debug", "info", "warning", "error"]


class Settings(_Section):
    """Everything that can be set; see docs/settings.md."""

    database_url: str = ""
    broker_url: str | None = None
    model: str | None = None
    log_level: LogLevel = "warning"
    keep_days: Days | None = None
    brand: list[BrandSettings] = []
    network: NetworkSettings = NetworkSettings()
    server: ServerSettings = ServerSettings()
    classifier: ClassifierSettings = ClassifierSettings()
    alert: list[AlertSettings] = []
    delivery: list[DeliverySettings] = []
    schedule: ScheduleSettings = ScheduleSettings()

    @field_validator("brand")
    @classmethod
    def _one_brand_a_slug(cls, brands: list[BrandSettings]) -> list[BrandSettings]:
        slugs = [brand.slug for brand in brands]
        twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if twice:
            raise ValueError(f"slug {twice[0]!r} is given to two brands")
        return brands

    @property
    def model_choice(self) -> ModelChoice:
        """The models to label with: ``model`` goes over ``classifier.sentiment`` and over the labels meant for it."""
        mine = self.classifier
        sentiment = self.model or mine.sentiment
        labels = mine.sentiment_labels if mine.sentiment in (None, sentiment) else {}
        return ModelChoice(
            sentiment=sentiment,
            sentiment_labels=tuple(sorted(labels.items())),
            stage=mine.stage,
            stage_hypotheses=tuple(sorted(mine.stage_hypotheses.items())),
            device=mine.device,
            heads=self.heads,
        )

    @property
    def heads(self) -> Path:
        """The folder of heads fitted on corrections: the one set, else beside the default database."""
        return self.classifier.heads or default_data_dir() / "heads"

    @property
    def database(self) -> str:
        """The database URL: the one set, else an SQLite file in the user's data directory."""
        return self.database_url or f"sqlite:///{default_data_dir() / 'listener.sqlite3'}"


def default_data_dir() -> Path:
    """Where the database lies if nothing else is set."""
    return Path(platformdirs.user_data_dir("moment-listener", appauthor=False))


def load_settings(path: Path | None = None, environ: dict[str, str] | None = None) -> Settings:
    """Read the settings file (``path``, else LISTENER_CONFIG, else ./listener.toml if it is there) and environment.

    Raises SettingsError that names the wrong key and the nearest right one, or the line that is no TOML.
    """
    environ = dict(os.environ) if environ is None else environ
    named = path or (Path(environ["LISTENER_CONFIG"]) if environ.get("LISTENER_CONFIG") else None)
    file = named or Path(FILE_NAME)
    data: dict[str, Any] = {}
    if named is not None or file.exists():
        data = _read(file)
    for key in ("database_url", "broker_url", "model", "log_level", "keep_days"):
        value = environ.get(f"LISTENER_{key.upper()}")
        if value:
            data[key] = value
    server = data.setdefault("server", {})
    if environ.get("LISTENER_PUBLIC_URL") and isinstance(server, dict):
        server["public_url"] = environ["LISTENER_PUBLIC_URL"]
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise SettingsError(f"{file}: {_explained(error)}") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}; write one with: listener init") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: no valid TOML: {error}") from error


def _explained(error: ValidationError) -> str:
    """As ``explain``, and for an unknown key the nearest one of its section."""
    for fault in error.errors():
        if fault["type"] == "extra_forbidden":
            *section, key = fault["loc"]
            near = get_close_matches(str(key), _keys_of(section), 1, cutoff=0.5)
            where = ".".join(str(part) for part in fault["loc"])
            return f"{where} is not a known key" + (f"; did you mean {near[0]!r}?" if near else "")
    return explain(error)


def _keys_of(section: list[int | str]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in section:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        annotation = model.model_fields[part].annotation
        inner = (*get_args(annotation), annotation)[0]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return list(model.model_fields)
