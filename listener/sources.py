"""What is known of sources that posts come from: their names for people, and whether they show a brand's replies.

A source that nothing is known of counts as not showing replies until a reply by the brand turns up in what it gives:
a file without a single answer is more often an export without answers than a brand that never answers.
"""

from functools import cache

from listener.collectors import collectors
from models.words import ReplyVisibility

_OF_FILES = {"twitter": ReplyVisibility.IN_THREAD}
"""Sources that only files speak of: nothing collects them."""


@cache
def declared() -> dict[str, ReplyVisibility]:
    """Where each known source shows replies, by name: what the collectors declare."""
    return _OF_FILES | {name: module.DECLARATION.replies for name, module in collectors().items()}


def title_of(source: str) -> str:
    """A source as people write it: ``Hacker News``; of one that nothing is known of, made of its name."""
    known = _titles().get(source)
    if known is not None:
        return known
    return source.replace("_", " ").title() if source.islower() and "." not in source else source


@cache
def _titles() -> dict[str, str]:
    """Kept: to look for all collectors takes a third of a second."""
    return {name: module.DECLARATION.title for name, module in collectors().items()}
