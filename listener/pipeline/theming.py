"""Finds a brand's themes in its stored posts and puts posts into them; the vectors themselves are not kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session

from listener.pipeline.theme_terms import characteristic
from listener.progress import Progress, silent
from models.database import session_of
from models.reads.cloud import names_of
from models.reads.themes import (
    CHOOSING,
    ThemedPost,
    outside_themes,
    polarities,
    theme_sample,
    themed_count,
    themes_of,
)
from models.store.themes import ThemeData, assign, save_themes
from models.tables import Theme
from nlp.content import Floats
from nlp.moments import Reader
from nlp.themes import NOWHERE, SAME, SHARED, Groups, Polarity, fit, match, nearest, shared_posts

MOST = 8_000
"""Posts that themes are found in: some twenty seconds of the encoder's time on two cores."""
ENOUGH = 100
"""Complaints and praises from which on themes are found without being asked for."""
BATCH = 512


@dataclass(frozen=True, slots=True, eq=False)
class LiveThemes:
    """A brand's themes as posts are held against them: by polarity, ids, centroids and radii."""

    of: Mapping[str, tuple[list[int], Floats, Floats]] = field(default_factory=dict)

    @classmethod
    def load(cls, session: Session, brand_id: int, encoder: str) -> "LiveThemes":
        """Those that are not retired and were found by this encoder."""
        found: dict[str, tuple[list[int], Floats, Floats]] = {}
        for polarity in Polarity:
            themes = [
                theme
                for theme in themes_of(session, brand_id)
                if theme.polarity == polarity.value and theme.encoder == encoder
            ]
            if themes:
                radii = np.array([theme.radius for theme in themes], np.float32)
                found[polarity.value] = ([theme.id or 0 for theme in themes], _centroids(themes), radii)
        return cls(found)

    def place(self, vectors: Floats, said: Sequence[str | None]) -> list[int | None]:
        """The theme of each post by its vector and polarity; None for near none.

        What people say who are still to choose may lie in a theme of either polarity.
        """
        themes: list[int | None] = [None] * len(said)
        for polarity, (ids, centroids, radii) in {**self.of, CHOOSING: self._all()}.items():
            here = [at for at, one in enumerate(said) if one == polarity]
            places = nearest(vectors[here], centroids, radii).tolist() if here and ids else [NOWHERE] * len(here)
            for at, place in zip(here, places, strict=True):
                themes[at] = ids[place] if place != NOWHERE else None
        return themes

    def _all(self) -> tuple[list[int], Floats, Floats]:
        ids = [id for one, _, _ in self.of.values() for id in one]
        if not ids:
            return [], np.zeros((0, 0), np.float32), np.zeros(0, np.float32)
        centroids = np.concatenate([centroids for _, centroids, _ in self.of.values()])
        return ids, centroids, np.concatenate([radii for _, _, radii in self.of.values()])


def place_mentions(
    session: Session, brands: Mapping[int, int], vectors: Floats, live: Mapping[int, LiveThemes]
) -> None:
    """Put just labelled mentions (id to brand, in the order of the vectors) into themes, within the same transaction.

    Those that neither complain nor praise, or lie near no theme, leave the theme that they were in. A brand without
    themes of this encoder is passed over: by where its posts lie now, themes of another one will be known again.
    """
    said = polarities(session, list(brands))
    found: dict[int, int | None] = {}
    for brand_id in sorted(id for id in set(brands.values()) if live[id].of):
        here = [at for at, of in enumerate(brands.values()) if of == brand_id]
        ids = [id for id, of in brands.items() if of == brand_id]
        found.update(zip(ids, live[brand_id].place(vectors[here], [said.get(id) for id in ids]), strict=True))
    assign(session, found)


def needs_themes(session: Session, brand_id: int, encoder: str) -> bool:
    """No live theme of this encoder, and posts enough to find some."""
    return not LiveThemes.load(session, brand_id, encoder).of and themed_count(session, brand_id) >= ENOUGH


def find_themes(
    engine: Engine, reader: Reader, brand_id: int, clock: Callable[[], datetime], progress: Progress = silent
) -> int:
    """Find a brand's themes anew and put all its posts into them; return how many there are.

    A theme that is still there keeps its id and its name. The themes and the sample's places are written in one
    transaction; killed before it, nothing has changed; killed after it, ``place_rest`` goes on.
    """
    with session_of(engine) as session:
        posts = theme_sample(session, brand_id, MOST)
        old, names = themes_of(session, brand_id), names_of(session, brand_id)
    vectors = _encoded(reader, posts, progress)
    if vectors is None:
        return 0
    drafts = [draft for polarity in Polarity for draft in _drafts(posts, vectors, old, names, reader.encoder, polarity)]
    with session_of(engine) as session:
        themes = save_themes(session, brand_id, reader.encoder, [draft.data for draft in drafts], clock())
        places: dict[int, int | None] = {post.mention_id: None for post in posts}
        for theme, draft in zip(themes, drafts, strict=True):
            places.update((mention_id, theme.id) for mention_id in draft.mention_ids)
        assign(session, places)
    place_rest(engine, reader, brand_id, progress, beside=set(places))
    return len(themes)


def place_rest(
    engine: Engine, reader: Reader, brand_id: int, progress: Progress = silent, beside: set[int] | None = None
) -> None:
    """Put what lies in no live theme into the nearest, but for the mentions ``beside``; commits each batch."""
    last = 0
    with session_of(engine) as session:
        live = LiveThemes.load(session, brand_id, reader.encoder)
    with progress("placing posts in themes", None) as advance:
        while True:
            with session_of(engine) as session:
                posts = outside_themes(session, brand_id, last, BATCH)
                if not posts:
                    return
                last = posts[-1].mention_id
                posts = [post for post in posts if post.mention_id not in (beside or ())]
                vectors = reader.contents([post.text for post in posts])
                if vectors is not None:
                    themes = live.place(vectors, [post.polarity for post in posts])
                    assign(session, {post.mention_id: id for post, id in zip(posts, themes, strict=True)})
            advance(len(posts))


@dataclass(frozen=True, slots=True)
class _Draft:
    data: ThemeData
    mention_ids: list[int]


def _drafts(
    posts: Sequence[ThemedPost],
    vectors: Floats,
    old: Sequence[Theme],
    names: set[str],
    encoder: str,
    polarity: Polarity,
) -> list[_Draft]:
    """The themes of one polarity, the largest first."""
    here = [at for at, post in enumerate(posts) if post.polarity == polarity.value]
    before = [theme for theme in old if theme.polarity == polarity.value]
    is_same = bool(before) and all(theme.encoder == encoder for theme in before)
    groups = fit(vectors[here], _centroids(before) if is_same else None)
    kept = _matched(groups, [posts[at].theme_id for at in here], before, is_same)
    terms = characteristic([posts[at] for at in here], groups.members.tolist(), len(groups), names)
    return [
        _Draft(
            ThemeData(
                id=before[kept[group]].id if group in kept else None,
                polarity=polarity.value,
                terms=tuple(terms[group]),
                centroid=groups.centroids[group].astype(np.float32).tobytes(),
                radius=float(groups.radii[group]),
            ),
            [posts[here[at]].mention_id for at in np.flatnonzero(groups.members == group)],
        )
        for group in range(len(groups))
    ]


def _matched(groups: Groups, now_in: list[int | None], before: Sequence[Theme], is_same: bool) -> dict[int, int]:
    """Which group goes on from which old theme: by direction, or by the posts they hold if the encoder is another."""
    if not before or not len(groups):
        return {}
    if is_same:
        return match(groups.centroids @ _centroids(before).T, SAME)
    ids = [theme.id or 0 for theme in before]
    return match(shared_posts(groups.members.tolist(), now_in, len(groups), ids), SHARED)


def _centroids(themes: Sequence[Theme]) -> Floats:
    return np.array([np.frombuffer(theme.centroid, np.float32) for theme in themes], np.float32)


def _encoded(reader: Reader, posts: Sequence[ThemedPost], progress: Progress) -> Floats | None:
    parts = []
    with progress("reading for themes", len(posts)) as advance:
        for start in range(0, len(posts), BATCH):
            batch = posts[start : start + BATCH]
            found = reader.contents([post.text for post in batch])
            if found is None:
                return None
            parts.append(found)
            advance(len(batch))
    return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
