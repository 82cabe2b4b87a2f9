"""Keeps ``mention.urgency_rank`` true: how soon a waiting post is to be read, as one number. By triggers.

The rank is ``10 * (5 - severity) + 4 - audience``: 0 is read first. It does not know how long a post waits.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from models.triggers import OF_AUTHOR, create_trigger, differs

MOST_SEVERE = 5
LARGEST_AUDIENCE = 4
LEAST_URGENT = 10 * MOST_SEVERE + LARGEST_AUDIENCE
LOW_RATING = 2
"""Stars up to which a rating counts as low."""
AUDIENCES = (1_000, 10_000, 100_000, 1_000_000)
"""Followers from which on an audience is a step larger."""
OPEN = """mention.needs_response AND mention.answered_at IS NULL AND mention.redirected_at IS NULL
    AND mention.handled_at IS NULL AND mention.standing = 2"""
"""What the index of waiting posts holds; queries have to say it in the same words for it to be used."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """``severity``: 3 for a complaint, 1 for bad feeling, 1 for two stars or fewer. ``audience``: 0 to 4."""

    severity: int
    audience: int


def urgency_of(rank: int) -> Urgency:
    """What a rank was made of."""
    calm, small = divmod(rank, 10)
    return Urgency(MOST_SEVERE - calm, LARGEST_AUDIENCE - small)


def _step(followers: str) -> str:
    steps = sorted(AUDIENCES, reverse=True)
    whens = " ".join(f"WHEN {followers} >= {least} THEN {len(steps) - at}" for at, least in enumerate(steps))
    return f"(CASE {whens} ELSE 0 END)"


_SET = f"""UPDATE mention SET urgency_rank = (SELECT {LEAST_URGENT}
    - 30 * (CASE WHEN mention.is_complaint THEN 1 ELSE 0 END)
    - 10 * (CASE WHEN mention.sentiment = 'negative' THEN 1 ELSE 0 END)
    - 10 * (CASE WHEN p.rating <= {LOW_RATING} THEN 1 ELSE 0 END)
    - {_step("a.followers")}
    FROM post p LEFT JOIN author a ON a.id = p.author_id WHERE p.id = mention.post_id)"""


def set_urgencies(connection: Connection) -> None:
    """Set the rank of every mention, as a migration does once."""
    connection.execute(text(_SET))


def create_urgency_triggers(connection: Connection) -> None:
    """Make the triggers, on SQLite or PostgreSQL; the tables are to be there."""
    for name, columns, table, changed, which in (
        ("mention_judged", ("is_complaint", "sentiment", "needs_response"), "mention", None, "id = NEW.id"),
        ("post_rated", ("rating", "author_id"), "post", None, "post_id = NEW.id"),
        ("author_followed", ("followers",), "author", _FOLLOWED, OF_AUTHOR),
    ):
        event = f"UPDATE OF {', '.join(columns)} ON {table}"
        create_trigger(connection, name, event, changed or differs(*columns), f"{_SET} WHERE mention.{which}")


_FOLLOWED = f"{_step('OLD.followers')} IS DISTINCT FROM {_step('NEW.followers')}"
