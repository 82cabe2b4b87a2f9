"""The templates' environment: everything is escaped, a missing name is an error, texts are in the reader's language."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.templating import _TemplateResponse

from api.assets import asset
from api.texts import FILTERS, age
from api.viewer import offered_zones, reader, reading, viewer_of
from listener.wording import LANGUAGES

HERE = Path(__file__).parent


class Pages(Jinja2Templates):
    """Templates that are rendered for one reader, in their language and with their times."""

    def TemplateResponse(
        self,
        request: Request,
        name: str,
        context: dict[str, Any] | None = None,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> _TemplateResponse:
        """Render a page; where no zone is chosen, times are in the ``zone`` of the context, else in its ``brand``'s."""
        known = dict(context or {})
        home = known.get("zone") or getattr(known.get("brand"), "timezone", None) or "UTC"
        viewer = viewer_of(request, home)
        known |= {"viewer": viewer, "wording": viewer.wording}
        with reading(viewer.wording):
            response = super().TemplateResponse(request, name, known, status_code, headers, media_type, background)
        viewer.remember(response, is_secure=request.url.scheme == "https")
        return response


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.extend(newstyle_gettext=True)  # {% trans %} hands its values to the functions below
    environment.filters.update(FILTERS)
    environment.globals.update(
        gettext=_gettext,
        ngettext=_ngettext,
        pgettext=_pgettext,
        npgettext=_npgettext,
        age=age,
        asset=asset,
        languages=LANGUAGES,
        offered_zones=offered_zones,
        version=version("moment-listener"),
    )
    return environment


def _gettext(text: str, /, **values: Any) -> Markup:
    return _filled(reader().translations.gettext(text), values)


def _ngettext(one: str, many: str, num: int, /, **values: Any) -> Markup:
    return _filled(reader().translations.ngettext(one, many, num), {"num": num, **values})


def _pgettext(context: str, text: str, /, **values: Any) -> Markup:
    return _filled(reader().translations.pgettext(context, text), values)


def _npgettext(context: str, one: str, many: str, num: int, /, **values: Any) -> Markup:
    return _filled(reader().translations.npgettext(context, one, many, num), {"num": num, **values})


def _filled(text: str, values: Mapping[str, Any]) -> Markup:
    """Messages are ours and may hold markup; what is filled in is escaped unless it is markup."""
    return Markup(text) % reader().shown(values)


templates = Pages(env=_environment())
