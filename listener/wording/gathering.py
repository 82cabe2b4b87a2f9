"""For developers: brings the catalogues up to date with the texts in code and templates (``make messages``).

New texts come in empty, to be translated; texts that nobody says any more go. Nothing else is changed.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from listener.wording.catalogues import LANGUAGES, SOURCE, path_of

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = Path(__file__).parents[2]
METHODS = [
    ("api/**.py", "python"),
    ("listener/wording/**.py", "python"),
    ("listener/charts/**.py", "python"),
    ("listener/alerts/**.py", "python"),
    ("listener/notifications/**.py", "python"),
    ("listener/weekly/**.py", "python"),
    ("api/templates/**.html", "jinja2"),
]
"""Where texts for people stand; the first that fits a file says how it is read."""
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = ["_", "gettext", "N_", "say"]
NOTES = (
    "coverage.NOTES", "influence_loop.NOTES", "journey.NOTES", "reply_effect.NOTE", "response_gap.NOTES",
    "shares.NOTES", "themes.NOTES", "trends.NOTES",
)  # fmt: skip
"""The sentences that reports carry with them, by where they stand in ``listener.reports``."""
_WIDTH = 120
_BEGUN = datetime(2026, 11, 22, tzinfo=UTC)
"""Dates in the files would only make two people's changes meet."""


def gathered() -> "Catalog":
    """Every text that is said to people, in the order of the files it stands in."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir

    found = Catalog(project="Moment Listener", charset="utf-8", creation_date=_BEGUN, revision_date=_BEGUN)
    keywords: dict[str, tuple[int | tuple[int, str], ...] | None] = {
        **dict.fromkeys(KEYWORDS),
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "Np_": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }
    for name, line, message, comments, context in extract_from_dir(ROOT, METHODS, OPTIONS, keywords):
        found.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    for name, text in (*_of_reports(), *_of_journeys(), *_of_sources()):
        found.add(text, locations=[(name, 1)])
    return found


def _of_reports() -> Iterator[tuple[str, str]]:
    for name in NOTES:
        module, attribute = name.split(".")
        said = getattr(import_module(f"listener.reports.{module}"), attribute)
        for text in [said] if isinstance(said, str) else said:
            yield f"listener/reports/{module}.py", text
    for text in import_module("listener.reports.wording").STATE_TEXTS.values():
        yield "listener/reports/wording.py", text


def _of_journeys() -> Iterator[tuple[str, str]]:
    """What the shipped journeys say; somebody's own are in their own words."""
    from listener.journeys.reading import SHIPPED, shipped

    for name in SHIPPED:
        for stage in shipped(name).stage:
            wanted = (text for intent in stage.touchpoint for text in (intent.customer, intent.brand))
            for text in (stage.question, stage.aim, stage.success, *wanted):
                yield f"listener/journeys/{name}.toml", text


def _of_sources() -> Iterator[tuple[str, str]]:
    """What each collector says of itself, as the page of sources shows it."""
    from listener.collectors import collectors

    for name, module in collectors().items():
        for text in (module.DECLARATION.covers, module.DECLARATION.history):
            yield f"listener/collectors/{name}.py", text.rstrip(".")


def written(language: str) -> "Catalog":
    """The catalogue of a language as it lies there; an empty one where there is none yet."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Moment Listener", creation_date=_BEGUN, revision_date=_BEGUN)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str, template: "Catalog") -> bytes:
    """The file of a language with all texts of the template, translated where they were before."""
    from babel.messages.pofile import write_po

    catalogue = written(language)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalogue.fuzzy = False
    catalogue.project, catalogue.version, catalogue.revision_date = "Moment Listener", "", _BEGUN
    catalogue.header_comment = (
        f"# {catalogue.locale.english_name if catalogue.locale else language}: see docs/translating.md"
    )
    stream = BytesIO()
    write_po(stream, catalogue, width=_WIDTH, ignore_obsolete=True, include_lineno=False)
    return stream.getvalue()


def missing(language: str) -> list[str]:
    """The texts that a catalogue says nothing for; none in the source's own."""
    if language == SOURCE:
        return []
    messages = (message for message in written(language) if message.id)
    return [
        str(message.id)
        for message in messages
        if message.fuzzy or not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]


def main() -> None:
    """Write every catalogue anew and say what is left to do."""
    template = gathered()
    for language in LANGUAGES:
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(renewed(language, template))
        lacking = missing(language)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(lacking)} to translate\n")
        for text in lacking:
            sys.stdout.write(f"  {text}\n")


if __name__ == "__main__":
    main()
