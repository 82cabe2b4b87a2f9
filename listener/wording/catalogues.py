"""Reads the catalogues that are shipped (``locale/<language>/messages.po``) when a language is first asked for."""

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"
SOURCE = "en"
"""The texts in code and templates are in this language."""
LANGUAGES = {"en": "en-GB", "pl": "pl", "lt": "lt", "he": "he", "zh_Hant": "zh-Hant-TW"}
"""Each language shipped, and how dates and numbers are written where nothing more is known of the reader."""


def path_of(language: str) -> Path:
    """The catalogue of a language."""
    return LOCALES / language / "messages.po"


@cache
def translations_of(language: str) -> GNUTranslations:
    """The messages of a shipped language; what the catalogue lacks comes back as it is in the source."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
