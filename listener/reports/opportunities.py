"""Ranks where to work on a journey first, and says which ranks can be told apart; pure.

The score of a theme at a stage is criticality (1 to 5) x share of the authors x unanswered share. Where the team typed
in both eases it is the sum that the literature on journey maps uses: criticality + ease for design + ease for
engineering + share of the audience on a scale of 1 to 5. Ranks are bootstrapped over authors (Efron 1979), as posts of
one author are not independent of each other.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from listener.journeys.reading import Journey
from listener.reports.figures import Figure, share
from listener.reports.journey_rows import Heard, Places
from listener.reports.journey_shape import Opportunity
from models.reads.journey import StoredTheme
from models.tables import Ease

DRAWS = 500
SEED = 20_061
PRODUCT, SUM = "product", "sum"
PRAISE = "praise"
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stake:
    """One opportunity before it is ranked: whose it is and which posts speak of it."""

    key: str
    stage: str
    theme_id: int | None
    name: str
    criticality: int
    places: Places


@dataclass(frozen=True, slots=True)
class Resampled:
    """Over ``DRAWS`` draws of authors (rows) and all opportunities (columns); NaN where a draw decides nothing."""

    audience: Numbers
    unanswered: Numbers


def stakes_of(
    heard: Heard, journey: Journey, stages: Sequence[Places], themes: Mapping[int, StoredTheme]
) -> list[Stake]:
    """Each theme but those of praise at each stage; where no post lies in one, each stage as a whole."""
    found: list[Stake] = []
    for stage, places in zip(journey.stage, stages, strict=True):
        for id, some in heard.split(heard.theme_ids, places):
            theme = themes.get(id)
            if theme is not None and theme.polarity != PRAISE:
                key = f"{stage.code}/{id}"
                found.append(Stake(key, stage.code, id, theme.name, stage.criticality, some))
    if found:
        return found
    whole = zip(journey.stage, stages, strict=True)
    return [
        Stake(stage.code, stage.code, None, stage.name, stage.criticality, some) for stage, some in whole if len(some)
    ]


def ranked(heard: Heard, stakes: Sequence[Stake], eases: Mapping[str, Ease]) -> list[Opportunity]:
    """The opportunities: sums before products, then by rank; what has no score comes last."""
    if not stakes:
        return []
    authors_count = int(heard.authors.max()) + 1
    signed = float(heard.is_signed.mean())
    draws = resampled(heard, stakes, authors_count)
    made: list[Opportunity] = []
    for kind in (SUM, PRODUCT):
        of_kind = [place for place, stake in enumerate(stakes) if (stake.key in eases) == (kind == SUM)]
        scores = np.column_stack(
            [_drawn(stakes[at], eases.get(stakes[at].key), draws, at) for at in of_kind] or [np.empty(0)]
        )
        points = [_point(heard, stakes[at], eases.get(stakes[at].key), authors_count, signed) for at in of_kind]
        made += _ranked(points, scores)
    return made


def resampled(heard: Heard, stakes: Sequence[Stake], authors_count: int) -> Resampled:
    """Draw as many authors as there are, with replacement, ``DRAWS`` times over.

    Authors whose posts are alike are drawn together: their multinomial counts are the same ones, and far fewer.
    """
    profiles = _profiles(heard, stakes)
    present, decided, unanswered = (np.zeros((len(profiles) + 1, len(stakes))) for _ in range(3))
    weights = [authors_count - sum(profiles.values())]  # those who spoke of no opportunity
    for row, (profile, count) in enumerate(profiles.items(), 1):
        weights.append(count)
        for code in profile:
            stake, outcome = divmod(code, 3)
            present[row, stake] = 1
            decided[row, stake] += outcome > 0
            unanswered[row, stake] += outcome == 2
    counts = np.random.default_rng(SEED).multinomial(authors_count, np.array(weights) / authors_count, size=DRAWS)
    drawn = counts.astype(np.float64)
    with np.errstate(invalid="ignore"):
        return Resampled(drawn @ present / authors_count, (drawn @ unanswered) / (drawn @ decided))


def bands(lows: Sequence[float], highs: Sequence[float]) -> list[int]:
    """The tie band, from 1 on, of each rank interval, the best first: a band ends where one lies clear of its head."""
    found: list[int] = []
    head = -1.0
    for low, high in zip(lows, highs, strict=True):
        if not found or low > head:
            found.append(found[-1] + 1 if found else 1)
            head = high
        else:
            found.append(found[-1])
    return found


def _profiles(heard: Heard, stakes: Sequence[Stake]) -> Counter[tuple[int, ...]]:
    """How many authors said the same: 3 x opportunity + (0 undecided, 1 answered, 2 not), sorted, one code a post."""
    outcome = heard.decided.astype(np.int64) + heard.unanswered
    places = np.concatenate([stake.places for stake in stakes])
    codes = np.concatenate([np.full(len(stake.places), 3 * at) for at, stake in enumerate(stakes)]) + outcome[places]
    authors = heard.authors[places]
    order = np.lexsort((codes, authors))
    sorted_codes: list[int] = codes[order].tolist()
    ends = [*(np.flatnonzero(np.diff(authors[order])) + 1).tolist(), len(order)] if len(order) else []
    said = Counter(tuple(sorted_codes[start:end]) for start, end in zip([0, *ends], ends, strict=False))
    return Counter(dict(sorted(said.items())))


def _drawn(stake: Stake, ease: Ease | None, draws: Resampled, at: int) -> Numbers:
    if ease is not None:
        return _sum(stake.criticality, ease, draws.audience[:, at])
    return stake.criticality * draws.audience[:, at] * draws.unanswered[:, at]


def _sum(criticality: int, ease: Ease, audience: Numbers) -> Numbers:
    return criticality + ease.design + ease.engineering + 1 + 4 * audience


def _point(heard: Heard, stake: Stake, ease: Ease | None, authors_count: int, signed: float) -> Opportunity:
    n = len(stake.places)
    spoke = len(np.unique(heard.authors[stake.places]))
    audience = share(spoke, authors_count, heard.as_of, signed)
    response = heard.response(stake.places)
    value: float | None = None
    if ease is not None:
        value = float(_sum(stake.criticality, ease, np.array([spoke / authors_count]))[0])
    elif response.unanswered.value is not None:
        value = stake.criticality * (audience.value or 0.0) * response.unanswered.value
    return Opportunity(
        n=n,
        post_ids=response.post_ids or heard.evidence(stake.places),
        why_empty=response.why_empty if value is None else None,
        key=stake.key,
        stage=stake.stage,
        theme_id=stake.theme_id,
        name=stake.name,
        criticality=stake.criticality,
        audience=audience,
        unanswered=response.unanswered,
        ease_design=ease.design if ease else None,
        ease_engineering=ease.engineering if ease else None,
        score_kind=SUM if ease else PRODUCT,
        score=_figure("score", value, n, None, response.unanswered),
        rank=_figure("rank", None, n, None, response.unanswered),
        band=None,
    )


def _ranked(points: Sequence[Opportunity], scores: Numbers) -> list[Opportunity]:
    known = [at for at, point in enumerate(points) if point.score.value is not None]
    ranks = _ranks(np.nan_to_num(scores[:, known])) if known else scores
    order = sorted(range(len(known)), key=lambda at: (-(points[known[at]].score.value or 0.0), points[known[at]].key))
    low, high = np.percentile(ranks, [2.5, 97.5], axis=0).tolist() if known else ([], [])
    tie = bands([low[at] for at in order], [high[at] for at in order])
    made = []
    for place, at in enumerate(order):
        point, drawn = points[known[at]], scores[:, known[at]]
        ends = np.nanpercentile(drawn, [2.5, 97.5])
        values = [points[other].score.value or 0.0 for other in known]
        rank = 1.0 + sum(value > (point.score.value or 0.0) for value in values)
        figures = {
            "score": _figure("score", point.score.value, point.n, (float(ends[0]), float(ends[1])), point.unanswered),
            "rank": _figure("rank", rank, point.n, (float(low[at]), float(high[at])), point.unanswered),
        }
        made.append(point.model_copy(update=figures | {"band": tie[place]}))
    return made + [point for point in points if point.score.value is None]


def _ranks(scores: Numbers) -> Numbers:
    """Ranks within each draw, 1 the best; equal scores share the mean of their ranks."""
    ranks = np.empty_like(scores)
    for at in range(scores.shape[1]):
        one = scores[:, at : at + 1]
        ranks[:, at] = 0.5 + (scores > one).sum(axis=1) + (scores == one).sum(axis=1) / 2
    return ranks


def _figure(unit: str, value: float | None, n: int, ends: tuple[float, float] | None, like: Figure) -> Figure:
    """Percentiles of draws may miss a lopsided value by a hair; the interval holds it."""
    interval = (min(ends[0], value), max(ends[1], value)) if ends is not None and value is not None else None
    return Figure(value=value, unit=unit, n=n, interval=interval, as_of=like.as_of, coverage=like.coverage)
