"""Measures which share of the posts speaks from each stage, and with which sentiment: counted, and corrected.

Counting a model's labels is biased by its confusions; ``nlp.prevalence`` corrects for them. Both stand side by side:
the difference says how much of a share the model's mistakes may have made. Definitions: docs/metrics.md.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from listener.reports.figures import Figure, Part, share
from models.reads.shares import LabelledPost
from nlp.prevalence import Reference, References, estimate_shares
from nlp.tasks import CLASSES

TASKS = ("stage", "sentiment")
NOTES = (
    "The counted share holds the model's mistakes; the corrected one is what these posts make likely once its known "
    "confusions are taken into account. Trust a difference between two periods only where both agree on it.",
    "The correction assumes that posts of one stage or sentiment look as those do that the model was measured on.",
)


class ShareRow(Part):
    """One stage or sentiment. ``corrected`` is None where the confusions of the model in use are not known."""

    name: str
    count: int
    counted: Figure
    corrected: Figure | None


class Shares(Part):
    """The report. Without duplicates, bots and the brands' own posts."""

    report: str = "shares"
    brand: str
    since: datetime | None
    until: datetime | None
    as_of: datetime
    labelled_count: int
    unlabelled_count: int
    corrected_by_people: int
    stage: list[ShareRow]
    sentiment: list[ShareRow]
    notes: list[str]


def measure(
    brand: str,
    posts: Sequence[LabelledPost],
    references: References,
    as_of: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Shares:
    """Count and estimate. Every figure's coverage is the share of the posts that have a label of its task."""
    labelled = [post for post in posts if post.stage is not None or post.sentiment is not None]
    others = sorted({post.model for post in labelled if post.model and post.model != references.model})
    notes = list(NOTES)
    if others:
        notes.append(f"Not corrected: the confusions of {', '.join(others)} were not measured.")
    drawn_count = sum(1 for post in posts if post.is_sampled)
    if drawn_count < len(posts):
        notes.append(f"Corrected shares rest on a sample of {drawn_count:,} of {len(posts):,} posts, which is their n.")
    rows = {task: _rows(task, posts, None if others else references.tasks[task], as_of) for task in TASKS}
    return Shares(
        brand=brand,
        since=since,
        until=until,
        as_of=as_of,
        labelled_count=len(labelled),
        unlabelled_count=len(posts) - len(labelled),
        corrected_by_people=sum(1 for post in labelled if post.corrected),
        stage=rows["stage"],
        sentiment=rows["sentiment"],
        notes=notes,
    )


def _rows(task: str, every: Sequence[LabelledPost], reference: Reference | None, as_of: datetime) -> list[ShareRow]:
    # A person may have said the one of a post that no model has labelled, so each task has its own posts.
    posts = [post for post in every if getattr(post, task) is not None]
    coverage = len(posts) / len(every) if every else None
    said = Counter(getattr(post, task) for post in posts)
    estimated: dict[str, Figure] = {}
    if reference is not None and posts:
        drawn = [post for post in posts if post.is_sampled]
        known = Counter(getattr(post, task) for post in drawn if task in post.corrected)
        open_posts = [getattr(post, f"{task}_probabilities") for post in drawn if task not in post.corrected]
        probabilities = [[said_of[name] for name in reference.names] for said_of in open_posts if said_of]
        for one in estimate_shares(probabilities, reference, [known[name] for name in reference.names]):
            interval = None if one.low is None else (one.low, one.high)
            estimated[one.name] = Figure(
                value=one.share, unit="share", n=one.n, interval=interval, as_of=as_of, coverage=coverage
            )
    return [
        ShareRow(
            name=name,
            count=said[name],
            counted=share(said[name], len(posts), as_of, coverage),
            corrected=estimated.get(name),
        )
        for name in CLASSES[task]
    ]
