"""The heads that are trained: the five questions with their weights, and those of the public sets."""

from dataclasses import dataclass
from typing import Final

from nlp.tasks import CLASSES

MISSING: Final = -1
"""Target of a task on which an example is silent: it adds nothing to that head's loss."""


@dataclass(frozen=True, slots=True)
class Task:
    """One head: its name, its classes in the order of the logits, and its weight in the loss."""

    name: str
    classes: tuple[str, ...]
    weight: float = 1.0

    def index(self, value: object) -> int:
        """Return the position of a label; raise ValueError for one that the task does not know."""
        return self.classes.index(str(value))


STAGE: Final = Task("stage", CLASSES["stage"], weight=1.5)
SENTIMENT: Final = Task("sentiment", CLASSES["sentiment"], weight=1.4)
COMPLAINT: Final = Task("complaint", CLASSES["complaint"], weight=0.7)
NEEDS_RESPONSE: Final = Task("needs_response", CLASSES["needs_response"], weight=0.7)
ADDRESSED_TO: Final = Task("addressed_to", CLASSES["addressed_to"], weight=0.5)

TASKS: Final[tuple[Task, ...]] = (STAGE, SENTIMENT, COMPLAINT, NEEDS_RESPONSE, ADDRESSED_TO)
AUXILIARY: Final[tuple[Task, ...]] = (
    Task("post_sentiment", SENTIMENT.classes, weight=0.7),
    Task("review_sentiment", SENTIMENT.classes, weight=0.7),
    Task("public_complaint", ("0", "1"), weight=0.5),
    Task("purchase_intent", ("0", "1"), weight=0.5),
)
"""Heads for the labels of public sets, whose notions differ from the guideline's; dropped at export."""

ALL_TASKS: Final = TASKS + AUXILIARY


def logit_slices(tasks: tuple[Task, ...] = ALL_TASKS) -> dict[str, slice]:
    """Return where each task's logits lie in the one row of numbers that the model gives."""
    slices: dict[str, slice] = {}
    start = 0
    for task in tasks:
        slices[task.name] = slice(start, start + len(task.classes))
        start += len(task.classes)
    return slices


LOGIT_COUNT: Final = sum(len(task.classes) for task in TASKS)
ALL_LOGIT_COUNT: Final = sum(len(task.classes) for task in ALL_TASKS)
