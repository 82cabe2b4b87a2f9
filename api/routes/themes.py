"""``GET /reports/themes`` and ``PUT /themes/{id}``: what complaints and praise are about, and a name for it."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import examples, parameters, theme_examples
from api.answering import answer
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.formats import Format
from api.problems import ParameterError, problem_responses
from listener.reports.themes import Themes
from models.errors import InputError
from models.postdata import Text
from models.store.themes import LONGEST_NAME, rename

router = APIRouter(tags=["reports"])


class ReportQuery(parameters.ReportQuery):
    """The themes in a format."""

    limit: int = Field(100, ge=1, le=1000, description="How many themes to list.")
    format: Format = Field(Format.JSON, description="csv: a row a theme; md: a page to read.")


class ThemeName(BaseModel):
    """What a person calls a theme."""

    model_config = ConfigDict(extra="forbid")
    name: Text = Field(min_length=1, max_length=LONGEST_NAME, examples=["Late delivery"])


class ThemeOut(BaseModel):
    """A theme as it stands."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str
    polarity: str
    terms: list[str]


_WRITTEN = examples.answer(theme_examples.THEMES, "The report.")
_WRITTEN["content"] |= {
    "text/csv": {"example": "id,name,polarity,terms,count\n"},
    "text/markdown": {"example": "# Themes: amber-roast\n"},
}


@router.get(
    "/reports/themes",
    summary="What complaints and praise are about",
    description="Themes keep their ids from week to week. With `from`, each is compared with the period before.",
    response_model=Themes,
    responses={200: _WRITTEN, **problem_responses(404, 422)},
)
def themes(query: Annotated[ReportQuery, Query()], session: SessionDep, clock: ClockDep, shared: SharedDep) -> Response:
    """Measure and write the report."""
    return answer("themes", query, query.format, session, clock, shared, limit=query.limit)


@router.put(
    "/themes/{id}",
    summary="Name a theme",
    description="The name is kept when themes are found anew.",
    response_model=ThemeOut,
    responses={200: examples.answer(theme_examples.THEME, "The theme."), **problem_responses(404, 422)},
)
def name_theme(
    id: Annotated[int, Path(ge=1, le=2**63 - 1, description="The theme's id.")],
    theme: Annotated[ThemeName, Body(examples=[{"name": "Late delivery"}])],
    session: SessionDep,
) -> ThemeOut:
    """Save the name."""
    try:
        named = rename(session, id, theme.name)
    except InputError as error:
        raise ParameterError("name", str(error), "body") from None
    session.commit()
    return ThemeOut.model_validate(named)
