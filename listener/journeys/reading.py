"""Reads a journey: one of the shipped ones by name, or a TOML file of one's own; measures nothing."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from models.errors import InputError
from models.explain import explain
from models.postdata import Text
from models.words import PostKind, Stage

_HERE = Path(__file__).parent
SHIPPED = ("customer", "employee")
"""The journeys that come with the package."""
CODES = tuple(stage.value for stage in Stage if stage is not Stage.NONE)


def _code(value: object) -> object:
    if value not in CODES:
        raise ValueError(f"is {value!r}: use one of {', '.join(CODES)}")
    return value


Words = Annotated[Text, Field(min_length=1, max_length=300)]
Code = Annotated[str, BeforeValidator(_code)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Intent(_Strict):
    """What is wanted at touchpoints: those of a source, a kind of post, a host, or any mixture; None fits all."""

    source: Words | None = None
    kind: PostKind | None = None
    host: Words | None = None
    customer: Words
    brand: Words


class JourneyStage(_Strict):
    """One stage. ``criticality`` is its weight, 1 (may fail) to 5 (must not); ``code`` is the label it is heard by."""

    code: Code
    name: Words
    aliases: tuple[Words, ...] = ()
    question: Words
    aim: Words
    success: Words
    criticality: Annotated[int, Field(ge=1, le=5)]
    barriers: bool = False
    touchpoint: tuple[Intent, ...] = ()

    def intent_of(self, source: str, kind: str, host: str | None) -> tuple[str, str]:
        """(what the customer wants, what the brand wants) there: the first touchpoint that fits, else the stage's."""
        for intent in self.touchpoint:
            if intent.source in (None, source) and intent.kind in (None, kind) and intent.host in (None, host):
                return intent.customer, intent.brand
        return self.question, self.aim


class Journey(_Strict):
    """Stages in the order in which they are walked; where it ``loops``, the first follows the last."""

    name: Annotated[Text, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,49}$")]
    title: Words
    loops: bool = False
    stage: Annotated[tuple[JourneyStage, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_code_once(self) -> "Journey":
        codes = [stage.code for stage in self.stage]
        for code in codes:
            if codes.count(code) > 1:
                raise ValueError(f"stage: two have the code {code!r}; a label leads to one stage only")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its stages, in order."""
        return tuple(stage.code for stage in self.stage)

    def after(self, code: str) -> str | None:
        """The code of the stage that follows, or None after the last."""
        place = self.codes.index(code) + 1
        if place < len(self.codes):
            return self.codes[place]
        return self.codes[0] if self.loops and len(self.codes) > 1 else None

    def code_of(self, word: str) -> str | None:
        """The stage that a code, name or alias stands for; None for an unknown one."""
        said = word.strip().casefold()
        for stage in self.stage:
            if said in (stage.code, stage.name.casefold(), *(alias.casefold() for alias in stage.aliases)):
                return stage.code
        return None


def shipped(name: str) -> Journey:
    """A journey that comes with the package. Raises InputError for another name."""
    if name not in SHIPPED:
        raise InputError(f"no journey {name!r}; there are {', '.join(SHIPPED)}")
    return _read(_HERE / f"{name}.toml")


def journey_of(name: str) -> Journey:
    """A shipped journey by name, or the one in a file by its path. Raises InputError that says where and what."""
    if name in SHIPPED:
        return shipped(name)
    file = Path(name)
    if not file.is_file():
        raise InputError(f"no journey {name!r}; there are {', '.join(SHIPPED)}, or give the path of a TOML file")
    journey = _read(file)
    if journey.name in SHIPPED:
        raise InputError(f"{name}: name is {journey.name!r}, which is a shipped journey's; choose another")
    return journey


def _read(file: Path) -> Journey:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: is no valid TOML: {error}") from None
    try:
        return Journey.model_validate(data)
    except ValidationError as error:
        raise InputError(f"{file}: {_counted(explain(error), data)}") from None


def _counted(said: str, data: dict[str, object]) -> str:
    """Name stages by what stands there: ``stage.1.aim is missing`` is about the second, ``fmot``."""
    stages = data.get("stage")
    for place, stage in enumerate(stages if isinstance(stages, list) else []):
        code = stage.get("code") if isinstance(stage, dict) else None
        said = said.replace(f"stage.{place}.", f"stage {place + 1} ({code}): " if code else f"stage {place + 1}: ")
    return said


Shipped = Literal["customer", "employee"]
"""For where a file's path must not be taken, such as a request."""
