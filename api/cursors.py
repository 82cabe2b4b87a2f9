"""Cursors: where a page ended and as of when the list was begun, as one opaque word."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from api.problems import CursorError

MOST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last post of a page. ``as_of`` keeps all pages of one list at one time."""

    published_at: datetime
    post_id: int
    as_of: datetime

    def encode(self) -> str:
        """Base64url of JSON."""
        said = [self.published_at.isoformat(), self.post_id, self.as_of.isoformat()]
        return base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(word: str) -> Cursor:
    """The cursor of a word. Raises CursorError if it is none."""
    try:
        padded = word + "=" * (-len(word) % 4)
        published_at, post_id, as_of = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        cursor = Cursor(datetime.fromisoformat(published_at), post_id, datetime.fromisoformat(as_of))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise _broken() from None
    is_id = type(cursor.post_id) is int and 0 < cursor.post_id <= MOST_ID
    if not is_id or cursor.published_at.tzinfo is None or cursor.as_of.tzinfo is None:
        raise _broken()
    return cursor


def _broken() -> CursorError:
    return CursorError("the cursor is broken: use next_cursor as it was given, or leave it out to begin anew")
