"""Finds groups among vectors of contents, keeps them the same from one fit to the next, and says which one is near.

Spherical k-means (Dhillon and Modha 2001); vectors in, numbers out: no texts, no database, no names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from nlp.content import Floats, unit

Ints = NDArray[np.int64]

FEWEST = 10
"""Posts below which a group is no theme."""
COUNTS = (4, 6, 8, 12, 16, 20)
"""How many groups are tried; more than twenty nobody reads."""
CLEAR = 0.25
"""A silhouette below it says that there are no parted groups (Kaufman and Rousseeuw 1990)."""
NEARLY = 0.8
"""Where groups run into one another the silhouette is best for a coarse few, and nearly as good for many finer ones."""
POSTS_EACH = 25
"""No more groups are tried than leave so many posts to each."""
STARTS = 3
STEPS = 25
WITHIN = 0.9
"""Share of a theme's posts within its radius."""
SAME = 0.6
"""Least cosine of two centroids that may be one theme."""
SHARED = 0.3
"""Least share of posts (of both together) that themes of two encoders must have in common to be one."""
NOWHERE = -1


class Polarity(StrEnum):
    """What a theme's posts have in common beside their subject."""

    COMPLAINT = "complaint"
    PRAISE = "praise"


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """``centroids`` are unit vectors (groups, width); ``radii`` cosine distances; ``members`` a group a post."""

    centroids: Floats
    radii: Floats
    members: Ints

    def __len__(self) -> int:
        return len(self.centroids)


def polarity_of(stage: str | None, sentiment: str | None, is_complaint: bool | None) -> Polarity | None:
    """Complaint: said to be one, or negative. Praise: positive, from someone who has the product. Else None."""
    if is_complaint or sentiment == "negative":
        return Polarity.COMPLAINT
    return Polarity.PRAISE if sentiment == "positive" and stage in ("smot", "umot") else None


def fit(vectors: Floats, old: Floats | None = None) -> Groups:
    """Group unit vectors (posts, width); groups of fewer than ``FEWEST`` posts are dropped, their posts go nowhere.

    How many groups: as many of ``COUNTS`` as have the best simplified silhouette (Hruschka et al. 2004); where that is
    below ``CLEAR``, the most that have ``NEARLY`` as good a one. But not fewer than there are ``old`` centroids, which
    the search starts from, so that a theme stays where it was. The same vectors in the same order give the same groups.
    """
    held = np.zeros((0, vectors.shape[1]), np.float32) if old is None else old
    if len(vectors) < FEWEST:
        return Groups(held[:0], np.zeros(0, np.float32), np.full(len(vectors), NOWHERE))
    most = len(vectors) // POSTS_EACH
    tried = sorted({*(count for count in COUNTS if len(held) <= count <= most), max(len(held), 1)})
    if len(tried) > 1 and tried[0] == 1:
        tried = tried[1:]
    best = {count: _best(vectors, held, count) for count in tried}
    highest = max(score for score, _ in best.values())
    enough = highest if highest >= CLEAR else NEARLY * highest
    chosen = max(count for count in tried if best[count][0] >= enough - 1e-9 or len(tried) == 1)
    return _kept(vectors, best[chosen][1])


def nearest(vectors: Floats, centroids: Floats, radii: Floats) -> Ints:
    """The place of the nearest centroid of each vector, ``NOWHERE`` if that is beyond its radius."""
    if not len(centroids) or not len(vectors):
        return np.full(len(vectors), NOWHERE)
    near = vectors @ centroids.T
    first = near.argmax(axis=1)
    distance = 1 - near[np.arange(len(vectors)), first]
    return np.where(distance <= radii[first] + 1e-6, first, NOWHERE)


def match(likeness: Floats, least: float) -> dict[int, int]:
    """New to old: the pairs of greatest total likeness (new, old), those below ``least`` left out (Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    if not likeness.size:
        return {}
    pairs = zip(*linear_sum_assignment(np.where(likeness >= least, likeness, 0.0), maximize=True), strict=True)
    return {int(new): int(old) for new, old in pairs if likeness[new, old] >= least}


def shared_posts(new: Sequence[int], old: Sequence[int | None], new_count: int, old_ids: Sequence[int]) -> Floats:
    """Jaccard likeness (new, old) of groups by the posts they hold; for themes of an encoder that is gone."""
    places = {id: at for at, id in enumerate(old_ids)}
    both = np.zeros((new_count, len(old_ids)), np.float32)
    of_new, of_old = np.zeros(new_count, np.float32), np.zeros(len(old_ids), np.float32)
    for one, other in zip(new, old, strict=True):
        at = places.get(other, NOWHERE) if other is not None else NOWHERE
        if one != NOWHERE:
            of_new[one] += 1
        if at != NOWHERE:
            of_old[at] += 1
        if one != NOWHERE and at != NOWHERE:
            both[one, at] += 1
    either = of_new[:, None] + of_old[None, :] - both
    likeness: Floats = (both / np.where(either > 0, either, 1)).astype(np.float32)
    return likeness


def _best(vectors: Floats, held: Floats, count: int) -> tuple[float, Floats]:
    """The score and the centroids of the best of ``STARTS`` runs; of equals the first."""
    runs = [_grouped(vectors, held, count, start) for start in range(STARTS)]
    scored = [(round(_silhouette(vectors @ run.T), 6), -at) for at, run in enumerate(runs)]
    score, at = max(scored)
    return score, runs[-at]


def _grouped(vectors: Floats, held: Floats, count: int, start: int) -> Floats:
    """The centroids of one run of k-means."""
    centroids = _seeded(vectors, held, count, np.random.default_rng(start))
    for _ in range(STEPS):
        members = (vectors @ centroids.T).argmax(axis=1)
        sums = (np.arange(count)[:, None] == members).astype(np.float32) @ vectors
        moved = np.where(np.linalg.norm(sums, axis=1, keepdims=True) > 1e-9, unit(sums), centroids)
        if np.allclose(moved, centroids, atol=1e-5):
            break
        centroids = moved
    return centroids


def _seeded(vectors: Floats, held: Floats, count: int, random: np.random.Generator) -> Floats:
    """The old centroids, and beside them posts drawn the likelier the farther they lie (Arthur and Vassilvitskii)."""
    chosen = list(held[:count])
    if not chosen:
        chosen.append(vectors[int(random.integers(len(vectors)))])
    far = (1 - vectors @ np.array(chosen).T).min(axis=1)
    while len(chosen) < count:
        weights = np.clip(far, 0, None).astype(np.float64)
        place = int(random.choice(len(vectors), p=weights / weights.sum())) if weights.sum() > 1e-6 else 0
        chosen.append(vectors[place])
        far = np.minimum(far, 1 - vectors @ vectors[place])
    return np.array(chosen, np.float32)


def _silhouette(near: Floats) -> float:
    """The mean over posts of (b - a) / max(a, b), distances to the nearest and the second nearest centroid."""
    if near.shape[1] < 2:
        return 0.0
    ordered = np.partition(1 - near, 1, axis=1)
    return float(((ordered[:, 1] - ordered[:, 0]) / np.maximum(ordered[:, 1], 1e-9)).mean())


def _kept(vectors: Floats, centroids: Floats) -> Groups:
    """The groups that are large enough, the largest first; posts beyond their group's radius are nowhere."""
    near = vectors @ centroids.T
    first = near.argmax(axis=1)
    sizes = np.bincount(first, minlength=len(centroids))
    order = [int(at) for at in np.argsort(-sizes, kind="stable") if sizes[at] >= FEWEST]
    radii = [float(np.quantile(1 - near[first == at, at], WITHIN)) for at in order]
    kept, reach = centroids[order], np.array(radii, np.float32)
    return Groups(kept, reach, nearest(vectors, kept, reach))
