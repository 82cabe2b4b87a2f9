"""The page of themes, and the form by which managers give one a name."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import ClockDep, SessionDep, SharedDep
from api.framing import FrameQuery, framed
from api.people.visitors import VisitorDep
from api.problems import ParameterError
from api.templating import templates
from api.viewer import PageRoute
from listener.reports.themes import Themes
from models.errors import InputError, NotFoundError
from models.reads.brands import brand_by_slug
from models.reads.themes import theme_names
from models.store.themes import LONGEST_NAME, rename
from models.words import Role

router = APIRouter(include_in_schema=False, route_class=PageRoute)
MOST = 60


class ThemesPageQuery(FrameQuery):
    """The frame, and whether a name was just saved."""

    renamed: bool = False


class NameForm(BaseModel):
    """A theme's new name; ``kept`` is the end of the address to go back to."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=LONGEST_NAME)
    kept: str = Field("", max_length=2000, pattern=r"^(\?[!-~]*)?$")


@router.get("/brands/{slug}/themes")
def themes_page(
    request: Request,
    slug: str,
    query: Annotated[ThemesPageQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> Response:
    """What complaints and praise are about."""
    frame = framed(session, clock, slug, query, "themes")
    themes: Themes = frame.measured(session, shared, "themes", limit=MOST)
    context = {
        "brand": frame.brand,
        "frame": frame,
        "themes": themes,
        "renamed": query.renamed,
        "can_write": visitor.role.covers(Role.MANAGER),
        "longest": LONGEST_NAME,
    }
    return templates.TemplateResponse(request, "themes.html", context)


@router.post("/brands/{slug}/themes/{id}/name")
def name_theme(
    slug: str,
    id: Annotated[int, Path(ge=1, le=2**63 - 1)],
    form: Annotated[NameForm, Form()],
    session: SessionDep,
) -> Response:
    """Save a theme's name and go back."""
    brand = brand_by_slug(session, slug)
    if id not in theme_names(session, brand.id or 0):
        raise NotFoundError(f"{slug!r} has no theme {id}")
    try:
        rename(session, id, form.name)
    except InputError as error:
        raise ParameterError("name", str(error), "body") from None
    session.commit()
    joined = f"{form.kept}&renamed=true" if form.kept else "?renamed=true"
    return RedirectResponse(f"/brands/{brand.slug}/themes{joined}", 303)
