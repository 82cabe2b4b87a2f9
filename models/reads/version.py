"""Tells whether anything was written since the last look: what was measured before then need not be measured again."""

from typing import NamedTuple

from sqlalchemy import Engine, text

from models.revisions import FIGURES, TRIAGE

_ASKED = text("SELECT name, number FROM revision")


class Version(NamedTuple):
    """Grows with every commit that changes what reports measure (``figures``), or who does what (``triage``)."""

    figures: int
    triage: int


def version_of(engine: Engine) -> Version:
    """How much was written by now, by whichever process; see ``models.revisions``."""
    with engine.connect() as connection:
        found: dict[str, int] = dict(iter(connection.execute(_ASKED)))
    return Version(found.get(FIGURES, 0), found.get(TRIAGE, 0))
