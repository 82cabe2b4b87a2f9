"""The templates' environment: everything is escaped, a missing name is an error."""

from importlib.metadata import version
from pathlib import Path

from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.texts import FILTERS, age

HERE = Path(__file__).parent


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(age=age, version=version("moment-listener"))
    return environment


templates = Jinja2Templates(env=_environment())
