"""Writes themes and which mention lies in which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.errors import InputError, NotFoundError
from models.tables import Mention, Theme

LONGEST_NAME = 120
_IN_NAME = 3


@dataclass(frozen=True, slots=True)
class ThemeData:
    """A theme as fitted. ``id`` is that of the stored theme which it goes on from, None for a new one."""

    id: int | None
    polarity: str
    terms: tuple[str, ...]
    centroid: bytes
    radius: float


def name_of(terms: Sequence[str], number: int = 0) -> str:
    """What a theme is called until a person names it: its first terms joined; its number where it has none."""
    return ", ".join(terms[:_IN_NAME]) or (f"theme {number}" if number else "theme")


def save_themes(
    session: Session, brand_id: int, encoder: str, fitted: Sequence[ThemeData], now: datetime
) -> list[Theme]:
    """Store a fit and return its themes in order; those of the brand that are not in it are retired, not deleted.

    A name that a person has given stays; one made of terms follows them.
    """
    kept = {data.id for data in fitted if data.id is not None}
    for theme in session.exec(select(Theme).where(Theme.brand_id == brand_id, col(Theme.retired_at).is_(None))):
        if theme.id not in kept:
            theme.retired_at = now
    themes = []
    for data in fitted:
        theme = session.get_one(Theme, data.id) if data.id is not None else _new(brand_id, data, now)
        is_typed = theme.id is not None and theme.name != name_of(theme.terms, theme.id)
        theme.encoder, theme.polarity, theme.terms = encoder, data.polarity, list(data.terms)
        theme.centroid, theme.radius, theme.fitted_at, theme.retired_at = data.centroid, data.radius, now, None
        session.add(theme)
        session.flush()
        if not is_typed:
            theme.name = name_of(theme.terms, theme.id or 0)
        themes.append(theme)
    session.flush()
    return themes


def assign(session: Session, themes: Mapping[int, int | None]) -> None:
    """Say of each mention (by id) in which theme it lies; None for near none."""
    if themes:
        session.execute(update(Mention), [{"id": id, "theme_id": theme} for id, theme in themes.items()])


def rename(session: Session, theme_id: int, name: str) -> Theme:
    """Give a theme a name of a person's, which it keeps. Raises NotFoundError, and InputError for an empty name."""
    theme = session.get(Theme, theme_id)
    if theme is None:
        raise NotFoundError(f"no theme {theme_id}")
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InputError(f"a theme's name has 1 to {LONGEST_NAME} characters")
    theme.name = name
    session.add(theme)
    session.flush()
    return theme


def _new(brand_id: int, data: ThemeData, now: datetime) -> Theme:
    return Theme(
        brand_id=brand_id,
        encoder="",
        polarity=data.polarity,
        name="",
        centroid=data.centroid,
        radius=data.radius,
        created_at=now,
        fitted_at=now,
    )
