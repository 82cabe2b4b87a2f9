"""Tests, theme by theme, whether zero-moment posts rise in the two weeks after more shared experiences than usual.

Association, not cause: an event that makes people share today and ask in three days looks the same. Counts in, no
database. Days are whole ones of the brand's zone, in order, without holes.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Waves = NDArray[np.complex128]

LONGEST_LAG = 14
BLOCK = 7
LEAST_DAYS = 56
LEAST_POSTS = 10
PERMUTATIONS = 2_000
SEED = 20_111
TREND_DAYS = 45
"""Swings slower than this many days are taken for a trend and removed."""
LEVEL = 0.02
"""Themes of a lower ``q`` are called echoes. Stricter than 0.05, as blocks do not keep all of a long memory."""
_TURNS = 20


class Echo(NamedTuple):
    """What a theme's test says. ``p`` and after it are None where it was not tested.

    ``per_post``: zero-moment posts that follow after ``lag`` days for each shared experience above the usual number,
    with a 95 % interval. ``q``: ``p`` corrected for the number of themes. ``bursts``: days of twice the usual scatter.
    """

    days: int
    shared: int
    choosing: int
    bursts: int
    lag: int | None = None
    p: float | None = None
    q: float | None = None
    per_post: float | None = None
    interval: tuple[float, float] | None = None


def echoes(
    themes: Mapping[int, tuple[Sequence[int], Sequence[int]]], *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> dict[int, Echo]:
    """Test each theme (by id) from its daily counts of shared experiences and of zero-moment posts.

    All series are equally long; the oldest days beyond whole weeks are left out. Counts are put on a scale of even
    scatter (square root of count + 3/8, Anscombe 1948), weekdays and slow swings are regressed out, and the statistic
    is the largest cross-covariance over lags of 1 to 14 days. It has to beat two nulls, and the larger p-value counts.
    In one, weeks of the zero-moment series change places and the whole is turned round by a random number of days
    (circular blocks, Politis and Romano 1992): every count is kept, bursts too. In the other its waves are shifted
    against each other and turned (phases at random, Theiler et al. 1992): its memory is kept, however long. P-values
    are corrected over the themes tested (Benjamini and Hochberg 1995).
    """
    import numpy as np
    from scipy.stats import false_discovery_control

    days = len(next(iter(themes.values()))[0]) // 7 * 7 if themes else 0
    counts = {id: np.array(pair, float).reshape(2, -1)[:, -days or None :][:, :days] for id, pair in themes.items()}
    usual = _basis(days)
    found = {
        id: Echo(days, int(pair[0].sum()), int(pair[1].sum()), _bursts(pair[0], usual)) for id, pair in counts.items()
    }
    tested = sorted(id for id, echo in found.items() if days >= LEAST_DAYS and _is_enough(echo))
    if not tested:
        return found
    chance = _chance(days, permutations, np.random.default_rng(seed))
    for id in tested:
        found[id] = _tested(found[id], counts[id], usual, chance)
    corrected = false_discovery_control([found[id].p for id in tested])
    return found | {id: found[id]._replace(q=float(q)) for id, q in zip(tested, corrected, strict=True)}


def _is_enough(echo: Echo) -> bool:
    return min(echo.shared, echo.choosing) >= LEAST_POSTS


def _basis(days: int) -> "Array":
    """Orthonormal columns of what is usual: weekdays, a straight line, and waves slower than ``TREND_DAYS``.

    Waves fit whole into the period, and so keep their span when a series is turned round, as the null does.
    """
    import numpy as np

    at = np.arange(days)
    waves = 2 * np.pi * np.outer(at, np.arange(1, days // TREND_DAYS + 1)) / max(days, 1)
    columns = np.hstack([np.eye(7)[at % 7], np.cos(waves), np.sin(waves), (at - at.mean() if days else at)[:, None]])
    return np.asarray(np.linalg.qr(columns)[0])


def _beyond(series: "Array", usual: "Array") -> "Array":
    beyond: Array = series - usual @ (usual.T @ series)
    return beyond


def _bursts(shared: "Array", usual: "Array") -> int:
    import numpy as np

    beyond = _beyond(np.sqrt(shared + 0.375), usual) if shared.size else shared
    return int((beyond > max(2 * beyond.std(), 1e-9)).sum()) if shared.size else 0


class _Chance(NamedTuple):
    """How the nulls are drawn: orders of the days and phases of the waves, a row each, and how far each is turned."""

    orders: "NDArray[np.intp]"
    phases: "Waves"
    turns: "NDArray[np.intp]"


def _chance(days: int, count: int, random: "np.random.Generator") -> _Chance:
    """Each shuffle serves for many turns, which are cheap."""
    import numpy as np

    blocks = np.array_split(np.arange(days), days // BLOCK)
    shuffles = -(-count // _TURNS)
    orders = np.array([np.concatenate([blocks[at] for at in random.permutation(len(blocks))]) for _ in range(shuffles)])
    phases = np.exp(2j * np.pi * random.random((shuffles, days // 2 + 1)))
    return _Chance(orders, phases, random.integers(days, size=(shuffles, _TURNS)))


def _tested(echo: Echo, counts: "Array", usual: "Array", chance: _Chance) -> Echo:
    import numpy as np

    days = counts.shape[1]
    shared, choosing = (_beyond(np.sqrt(series + 0.375), usual) for series in counts)
    waves = np.conj(np.fft.rfft(shared))
    product = waves * np.fft.rfft(choosing)
    observed = _covariances(product, days)
    nulls = (waves * np.fft.rfft(choosing[chance.orders]), product * chance.phases)
    lag = int(observed.argmax())
    least = observed[lag] - 1e-9 * (1 + abs(observed[lag]))
    drawn = [_turned(null, days, chance).max(axis=1) for null in nulls]
    p = max((1 + int((null >= least).sum())) / (1 + len(null)) for null in drawn)
    return _sized(echo._replace(lag=lag + 1, p=p), counts, usual, chance)


def _sized(echo: Echo, counts: "Array", usual: "Array", chance: _Chance) -> Echo:
    """With the slope at the lag, on the counts themselves, and what chance makes of it taken off at both ends."""
    import numpy as np

    days, lag = counts.shape[1], (echo.lag or 1) - 1
    shared, choosing = (_beyond(series, usual) for series in counts)
    scatter = float(shared @ shared)
    if scatter < 1e-9:
        return echo
    product = np.conj(np.fft.rfft(shared)) * np.fft.rfft(choosing)
    slope = float(_covariances(product, days)[lag]) / scatter
    drawn = _turned(product * chance.phases, days, chance) / scatter
    # The lag was picked as the best of all, so chance is given the same pick for the lower end.
    low = slope - float(np.quantile(drawn.max(axis=1), 0.975))
    high = slope - float(np.quantile(drawn[:, lag], 0.025))
    return echo._replace(per_post=slope, interval=(low, high))


def _covariances(product: "Waves", days: int) -> "Array":
    """Sums of products at each lag (14) from their spectrum. The days go round: the last ones meet the first."""
    import numpy as np

    found: Array = np.fft.irfft(product, n=days)[1 : LONGEST_LAG + 1]
    return found


def _turned(products: "Waves", days: int, chance: _Chance) -> "Array":
    """The same under chance, a row for each turn of each spectrum x 14."""
    import numpy as np

    every = np.fft.irfft(products, n=days)
    at = (chance.turns[:, :, None] + np.arange(1, LONGEST_LAG + 1)) % days
    found: Array = np.take_along_axis(every, at.reshape(len(at), -1), axis=1).reshape(-1, LONGEST_LAG)
    return found
