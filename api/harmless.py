"""Shows texts of strangers so that they do no harm: long ones shortened, marks that turn text round made visible."""

import re
import unicodedata

from markupsafe import Markup, escape

HEAD = 1_200
"""Characters of a text that are shown before "show all"."""
EXCERPT = 260
_MOST_MARKS = 4
"""Marks that may stand on one letter: no script needs more, and a hundred of them paint over what stands around."""
_OVERRIDES = re.compile("[\u202d\u202e]")
_MARKS = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED = re.compile(f"({_MARKS}{{{_MOST_MARKS}}}){_MARKS}+")


def visible(text: str) -> Markup:
    """A text with each mark that forces a direction shown by its name, so that it turns nothing round; all escaped."""
    parts: list[str | Markup] = []
    at = 0
    for found in _OVERRIDES.finditer(text):
        name = unicodedata.name(found[0]).title()
        parts += [escape(_thinned(text[at : found.start()])), _MARK.format(f"U+{ord(found[0]):04X}", name)]
        at = found.end()
    return Markup("").join([*parts, escape(_thinned(text[at:]))])


_MARK = Markup('<span class="control" title="{1}">{0}</span>')


def head_of(text: str, most: int = HEAD) -> str:
    """The beginning of a text, ended at a space where one is near; the whole text if it is not longer."""
    if len(text) <= most:
        return text
    cut = text.rfind(" ", most - 30, most)
    return text[: cut if cut > 0 else most].rstrip() + "…"


def excerpt(text: str) -> str:
    """A few lines of a text on one."""
    return head_of(" ".join(text[: 4 * EXCERPT].split()), EXCERPT)


def _thinned(text: str) -> str:
    return _PILED.sub(r"\1", text)
