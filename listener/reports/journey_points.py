"""Finds a stage's points of delight and pain, its barriers and emotions: which posts they rest on, then their words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from listener.reports.figures import Figure, share
from listener.reports.journey_rows import Heard, Places
from listener.reports.journey_shape import Feeling, Point, Points, Quote
from models.reads.journey import StoredTheme
from nlp.emotion import EMOTIONS, emotions_of

Texts = Mapping[int, tuple[str, str]]
"""(words, language) by post id."""
SAMPLE = 400
MOST_POINTS = 3
MOST_QUOTES = 3
LONGEST_QUOTE = 280
NO_THEME, NONE_FITTED = "near no theme", "all (no themes were fitted yet)"
QUESTION_MARKS = frozenset("?？؟")


@dataclass(frozen=True, slots=True)
class Draft:
    """A cell of points whose words are still to be read: the groups by theme (None: near none), the largest first."""

    of: Places
    groups: list[tuple[int | None, Places]]
    quoted: dict[int | None, Places]
    why_empty: str | None

    @property
    def places(self) -> Iterator[int]:
        """The places whose words are wanted."""
        for some in self.quoted.values():
            yield from (int(place) for place in some)


def draft(heard: Heard, of: Places, themes: Mapping[int, StoredTheme], polarity: str, why_empty: str) -> Draft:
    """Group posts by themes of a polarity; what lies in none of them stands only where no such theme was found."""
    fitting_ids = np.array(sorted(id for id, theme in themes.items() if theme.polarity == polarity), dtype=np.int64)
    ids = heard.theme_ids[of]
    fitting = np.where(np.isin(ids, fitting_ids), ids, -1)
    by_theme = {id: of[fitting == id] for id in np.unique(fitting).tolist()}
    rest = by_theme.pop(-1, None)
    groups: list[tuple[int | None, Places]] = sorted(by_theme.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    groups = groups[:MOST_POINTS] or ([(None, rest)] if rest is not None else [])
    quoted = {id: heard.surest(some, MOST_QUOTES) for id, some in groups}
    return Draft(of, groups, quoted, None if len(of) else why_empty)


def points_of(heard: Heard, drafted: Draft, themes: Mapping[int, StoredTheme], texts: Texts) -> Points:
    """The drafted points with their words."""
    made = []
    rest = NO_THEME if themes else NONE_FITTED
    for id, places in drafted.groups:
        quoted = [int(post) for post in heard.ids[drafted.quoted[id]]]
        said = share(len(places), len(drafted.of), heard.as_of, 1.0)
        name, terms = (themes[id].name, themes[id].terms) if id is not None else (rest, ())
        quotes = [_quote(post, *texts[post]) for post in quoted if post in texts]
        point = Point(
            n=len(places), post_ids=quoted, theme_id=id, theme=name, terms=list(terms[:5]), share=said, quotes=quotes
        )
        made.append(point)
    ids = [point.post_ids[0] for point in made if point.post_ids]
    return Points(n=len(drafted.of), post_ids=ids, why_empty=drafted.why_empty, points=made)


def sample_of(heard: Heard, places: Places) -> Places:
    """At most ``SAMPLE`` places of a group, the same ones each time."""
    return places[np.argsort(heard.mixed[places])[:SAMPLE]]


def emotion_of(heard: Heard, sample: Places, texts: Texts) -> Feeling:
    """The share of the sampled posts that hold a cue of each emotion, or of none; one may hold several."""
    found: list[tuple[int, frozenset[str]]] = []
    for id in heard.ids[sample].tolist():
        said = emotions_of(*texts[id]) if id in texts else None
        if said is not None:
            found.append((id, said))
    n, cover = len(found), len(found) / len(sample) if len(sample) else None
    counts = {name: sum(1 for _, said in found if name in said) for name in EMOTIONS}
    counts["none"] = sum(1 for _, said in found if not said)
    felt = [id for id, said in found if said][:MOST_QUOTES]
    why = None if n else ("none of its languages has cues" if len(sample) else "no post")
    shares = {name: share(count, n, heard.as_of, cover) for name, count in counts.items()}
    return Feeling(n=n, post_ids=felt, why_empty=why, shares=shares)


def asking_of(heard: Heard, sample: Places, texts: Texts) -> Figure:
    """The share of the sampled posts with a question mark."""
    said = [texts[id][0] for id in heard.ids[sample].tolist() if id in texts]
    asking = sum(1 for text in said if not QUESTION_MARKS.isdisjoint(text))
    return share(asking, len(said), heard.as_of, len(said) / len(sample) if len(sample) else None)


def _quote(post_id: int, text: str, language: str) -> Quote:
    flat = " ".join(text.split())
    cut = flat if len(flat) <= LONGEST_QUOTE else f"{flat[: LONGEST_QUOTE - 1]}…"
    return Quote(post_id=post_id, language=language, text=cut)
