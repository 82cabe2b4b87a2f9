"""What invented customers say to an invented roastery, in several languages, each time a little differently."""

import random
from datetime import datetime, timedelta

from tests.collecting.forum import BRAND, Forum

_SAID = (
    "Paczka {n} przyszła otwarta i brakuje w niej młynka, proszę o pomoc.",
    "Siuntinys {n} vėluoja jau antrą savaitę, o į laiškus niekas neatsako.",
    "הזמנה {n} הגיעה בלי המסננת, איך מקבלים חלק חסר?",
    "訂單 {n} 的咖啡豆有霉味，客服一直沒有回覆。",
    "The lid of my Amber Roast tin {n} does not close any more.",
    "Amber Roast batch {n}: lovely beans, will order them again.",
)
_ANSWER = "We are sorry. A new one left our roastery today and reaches you by Friday, number {n}."
_PEOPLE = ("zofia", "jonas", "noa", "xiaoqing", "ola", "rokas", "tamar", "guanyu")


def said(number: int) -> str:
    """One of the texts."""
    return _SAID[number % len(_SAID)].format(n=number)


def talk(forum: Forum, chance: random.Random, until: datetime, count: int, days: float, *, first: int = 0) -> list[int]:
    """Let people write so many comments in the ``days`` before ``until``, a third of them replies; return the numbers.

    The brand answers some. A forum numbers its comments as they come, so they are written in order. ``first``: the
    first number in their texts.
    """
    times = sorted(until - timedelta(seconds=int(chance.uniform(1, days * 86400))) for _ in range(count))
    numbers: list[int] = []
    for place, at in enumerate(times, start=first):
        parent = chance.choice(numbers) if numbers and chance.random() < 0.35 else 0
        if parent and chance.random() < 0.5:
            numbers.append(forum.add(_ANSWER.format(n=place), at, BRAND, parent=parent))
        else:
            numbers.append(forum.add(said(place), at, chance.choice(_PEOPLE), parent=parent))
    return numbers
