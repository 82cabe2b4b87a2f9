"""How parts of a query are written, so that reading them again gives the same."""

import re
from functools import cache

from listener.queries.scripts import marks

QUOTATION_MARKS = {'"': '"”', "“": '”"', "„": '”“"', "”": '”"', "«": "»", "»": "«", "「": "」"}
"""What opens a phrase, and what closes it then."""
MINUS_SIGNS = "-−–"
KEYWORDS = ("AND", "OR", "NOT")
_SPECIAL = re.compile(rf"[\s():~{''.join(QUOTATION_MARKS)}」]|^[{MINUS_SIGNS}+!|&#@]")


def quoted(words: str) -> str:
    """Words as they are, or in quotation marks where they need them."""
    return f'"{words}"' if words in KEYWORDS or _SPECIAL.search(words) else words


def with_field(field: str | None, value: str) -> str:
    """``value``, after its field's name if it has one."""
    return f"{field}:{value}" if field else value


def is_hashtag(body: str) -> bool:
    """Whether a tag, without ``#``, may be a hashtag: letters, digits, underscores and stars."""
    return _hashtag().fullmatch(body) is not None


def is_handle(name: str) -> bool:
    """Whether a name, without the leading ``@``, may be an account's: name, or name@server."""
    return _handle().fullmatch(name) is not None


@cache
def _hashtag() -> re.Pattern[str]:
    return re.compile(rf"[\w{marks()}*]*[\w{marks()}][\w{marks()}*]*")


@cache
def _handle() -> re.Pattern[str]:
    body = rf"[\w{marks()}*]+(?:[.-][\w{marks()}*]+)*"
    return re.compile(rf"(?=\*?[\w{marks()}]){body}(?:@{body})?")
