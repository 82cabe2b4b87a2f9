"""Reads survey scores, as CSV or as JSON lines: what is good as ``ReadScore``, what is bad as ``BadLine``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from io import BufferedReader
from typing import Annotated, Any, BinaryIO, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from listener.formats.jsonl import read_objects
from listener.formats.records import read_records
from listener.formats.rows import BadLine
from listener.journeys.reading import SHIPPED, Journey, shipped
from listener.times import when
from models.errors import InputError
from models.explain import explain
from models.postdata import Text
from models.store.surveys import ScoreData

RANGES = {"nps": (-100.0, 100.0), "csat": (0.0, 100.0), "effort": (1.0, 7.0)}
"""The scale of each metric: lowest and highest."""
KEYS = ("metric", "stage", "touchpoint", "value", "n", "from", "to")
_NEEDED = tuple(key for key in KEYS if key != "touchpoint")


@dataclass(frozen=True, slots=True)
class ReadScore:
    """A score and the number of its (first) line."""

    line: int
    score: ScoreData


def _text_only(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("is to be text such as 2026-11-01")
    return value.strip()


def _plain(value: Any) -> Any:
    """Numbers may come as text, as CSV has them; true and false are none."""
    if isinstance(value, bool):
        raise ValueError("is to be a number")
    return value.strip() if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


Day = Annotated[str, BeforeValidator(_text_only), Field(min_length=1, max_length=40)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=False)
    metric: Annotated[Literal["nps", "csat", "effort"], BeforeValidator(_lower)]
    stage: Annotated[Text, Field(min_length=1, max_length=100)]
    touchpoint: Annotated[Text, AfterValidator(str.strip), Field(max_length=200)] = ""
    value: Annotated[float, BeforeValidator(_plain), Field(allow_inf_nan=False)]
    n: Annotated[int, BeforeValidator(_plain), Field(ge=1, lt=2**31)]
    since: Day = Field(alias="from")
    until: Day = Field(alias="to")

    @model_validator(mode="after")
    def _on_its_scale(self) -> "_Line":
        low, high = RANGES[self.metric]
        if not low <= self.value <= high:
            raise ValueError(f"value {self.value:g} is off the scale of {self.metric}: {low:g} to {high:g}")
        return self


def read_scores(stream: BinaryIO, zone: str = "UTC") -> Iterator[ReadScore | BadLine]:
    """Yield one entry a line; a file that begins with ``{`` is JSON lines, any other is CSV.

    Dates and times without zone are of ``zone``. A stage is a code, or a name or alias of a shipped journey's stage.
    A second line of one metric, stage, touchpoint and time is bad. Raises InputError for a CSV header without what
    every score needs.
    """
    try:
        ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        raise InputError(f"{zone!r} is no time zone: write one such as Europe/Vilnius") from None
    journeys = [shipped(name) for name in SHIPPED]
    seen: dict[tuple[Any, ...], int] = {}
    for entry in _rows(stream):
        if isinstance(entry, BadLine):
            yield entry
            continue
        number, data = entry
        try:
            score = _score(data, zone, journeys)
        except (ValueError, InputError) as error:
            said = explain(error) if isinstance(error, ValidationError) else str(error)
            yield BadLine(number, said)
            continue
        key = (score.metric, score.stage, score.touchpoint, score.since, score.until)
        if key in seen:
            yield BadLine(number, f"{score.metric} of {score.stage} in that time stands on line {seen[key]} too")
            continue
        seen[key] = number
        yield ReadScore(number, score)


def _rows(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any]] | BadLine]:
    peekable = stream if hasattr(stream, "peek") else cast(BinaryIO, BufferedReader(cast(Any, stream)))
    start = cast(Any, peekable).peek(64)[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return read_objects(peekable) if start.startswith(b"{") else _records(peekable)


def _records(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any]] | BadLine]:
    records = read_records(stream)
    first = next(records, None)
    if first is None:
        return
    if isinstance(first, BadLine):
        raise InputError(f"the header cannot be read: {first}")
    header = [name.strip().lower() for name in first[1]]
    for name in header:
        if name not in KEYS:
            near = get_close_matches(name, KEYS, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; a score has {', '.join(KEYS)}"
            raise InputError(f"{name!r} is no column of a score{hint}")
    for key in _NEEDED:
        if key not in header:
            raise InputError(f"no column {key!r}: a score has {', '.join(KEYS)} (touchpoint may be missing)")
    for record in records:
        if isinstance(record, BadLine):
            yield record
        else:
            yield record[0], {key: value for key, value in zip(header, record[1], strict=True) if value != ""}


def _score(data: dict[str, Any], zone: str, journeys: list[Journey]) -> ScoreData:
    line = _Line.model_validate({key: value for key, value in data.items() if value is not None})
    codes = [code for code in (journey.code_of(line.stage) for journey in journeys) if code]
    if not codes:
        raise ValueError(f"stage {line.stage!r} is unknown: use {', '.join(journeys[0].codes)}, or an alias of one")
    since, until = _moment(line.since, zone), _moment(line.until, zone)
    if since >= until:
        raise ValueError(f"from {line.since} is not before to {line.until} (which is not included)")
    return ScoreData(line.metric, codes[0], line.touchpoint, line.value, line.n, since, until)


def _moment(value: str, zone: str) -> datetime:
    try:
        at = when(value, zone)
    except OverflowError:
        at = None
    if at is None or value == "now":
        raise ValueError(f"{value!r} is no date or time: write 2026-11-01 or 2026-11-01T09:30:00Z")
    return at
