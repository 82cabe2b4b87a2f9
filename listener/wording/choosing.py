"""Which of the shipped languages a reader gets, of those they ask for; it reads no header and no cookie."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from listener.wording.catalogues import LANGUAGES, SOURCE

_OLD_CODES = {"iw": "he", "in": "id", "ji": "yi"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A language shipped, and the tag (``en-US``) by whose customs dates and numbers are written."""

    language: str
    customs: str


def chosen(wanted: Iterable[str], accepted: Iterable[str] = ()) -> Choice:
    """The first of ``wanted`` that is shipped, else of ``accepted``, else English; tags as in BCP 47.

    Customs come from ``accepted`` where it names a region of the same language: English with the dates of Ireland.
    """
    known = [choice for tag in accepted if (choice := _shipped(tag))]
    first = next((choice for tag in wanted if (choice := _shipped(tag))), None)
    if first is None:
        return known[0] if known else Choice(SOURCE, LANGUAGES[SOURCE])
    if first.customs != LANGUAGES[first.language]:
        return first
    return next((choice for choice in known if choice.language == first.language), first)


@lru_cache(maxsize=512)
def _shipped(tag: str) -> Choice | None:
    """The shipped language a tag names; None for one that is not, and for what is no tag at all."""
    from babel import Locale
    from babel.core import UnknownLocaleError

    head, *rest = tag.strip().replace("_", "-").split("-")
    try:
        locale = Locale.parse("-".join([_OLD_CODES.get(head.lower(), head), *rest]), sep="-")
    except (ValueError, TypeError, UnknownLocaleError):
        return None
    script = f"_{locale.script}" if locale.script else ""
    for language in (f"{locale.language}{script}", locale.language):
        if language in LANGUAGES:
            return Choice(language, str(locale).replace("_", "-") if locale.territory else LANGUAGES[language])
    return None
