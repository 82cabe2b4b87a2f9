"""Writes a report as one HTML file that mail programs show too: tables, styles on each element, no script, no fetch."""

import base64
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from listener.weekly.blocks import Document

TEMPLATE = "report.html"


def html(document: Document, pictures: Mapping[str, bytes]) -> str:
    """The document with its pictures inside, so that the file stands alone."""
    inside = {name: f"data:image/png;base64,{base64.b64encode(content).decode()}" for name, content in pictures.items()}
    return html_at(document, inside)


def html_at(document: Document, addresses: Mapping[str, str]) -> str:
    """The document with pictures at these addresses by their names, such as ``cid:stages`` in a mail.

    A picture that has no address is told in words.
    """
    blocks = [(type(block).__name__.lower(), block) for block in document.blocks]
    page: str = _template().render(document=document, blocks=blocks, addresses=addresses)
    return page


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE)
