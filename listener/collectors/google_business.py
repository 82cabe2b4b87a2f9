"""Google reviews of a brand's own, verified locations with the answers to them, by the Business Profile API."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import field_validator

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    Secret,
    Shortfall,
    SourceOptions,
    Standing,
    ThreadRef,
    WebAddress,
    Window,
)
from listener.collectors.reading import from_iso, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

# Built from the documentation; not seen live. How comments hold a translation beside the original is second-hand.
DECLARATION = Declaration(
    name="google_business",
    title="Google reviews of your own locations",
    covers="reviews of the verified locations named, with the owner's answers; authors have a name, but no account",
    replies=ReplyVisibility.ON_POST,
    standing=Standing.NEEDS_APPROVAL,
    history="every review still shown",
    terms="https://developers.google.com/my-business/content/policies",
    pace=Pace(requests=60, seconds=60, burst=5),
    secrets=(Secret("token", "an OAuth access token with the scope business.manage; it lasts about an hour"),),
    is_own_place=True,
    is_on_by_default=False,
    overlap=timedelta(days=1),
)
_WHERE = DECLARATION.name
_STARS = {"STAR_RATING_UNSPECIFIED": None, "ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"


class Options(SourceOptions):
    """``account`` and ``locations``: their numbers, as in ``accounts/104/locations/2001``."""

    account: str
    locations: tuple[str, ...]
    base_url: WebAddress = "https://mybusiness.googleapis.com"

    @field_validator("account")
    @classmethod
    def _is_number(cls, account: str) -> str:
        if not re.fullmatch(r"[0-9]+", account):
            raise ValueError(f"is to be a number in quotes, as in accounts/NUMBER, not {account!r}")
        return account

    @field_validator("locations")
    @classmethod
    def _are_numbers(cls, locations: tuple[str, ...]) -> tuple[str, ...]:
        if not locations or not all(re.fullmatch(r"[0-9]+", one) for one in locations):
            raise ValueError("is to hold at least one number in quotes, as in locations/NUMBER")
        return locations


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Reviews of each location, the last changed first. The cursor is ``location|token of the next page``."""
    name, _, token = (window.cursor or "").partition("|")
    begun = options.locations.index(name) if name in options.locations else 0
    if name in options.locations and not token:
        begun += 1  # that location was read to its end
    for location in options.locations[begun:]:
        yield from _reviews_of(client, options, window, location, token if location == name else None)


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """One review with its answer as they stand now."""
    location, _, id = thread.root_source_id.partition("/")
    yield Page({"reviews": [_asked(client, options, f"{location}/reviews/{id}", {})]})


def split(data: Any) -> Iterable[Any]:
    """The reviews of a page; a location without any has no key for them."""
    if not isinstance(data, Mapping) or "error" in data:
        raise GarbledError(f"{_WHERE}: the answer is no list of reviews")
    return list_at(data, "reviews", where=_WHERE)


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001
    """One review; a rating without words has an empty text."""
    *_, location, _reviews, id = raw["name"].split("/")
    reply, reviewer = raw.get("reviewReply"), raw.get("reviewer") or {}
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": f"{location}/{id}",
            "text": _untranslated(raw.get("comment") or ""),
            "published_at": from_iso(raw["createTime"]),
            "author": {"name": None if reviewer.get("isAnonymous") else reviewer.get("displayName")},
            "kind": PostKind.REVIEW,
            "url": "https://business.google.com/reviews",  # reviews have no address of their own in this API
            "rating": _STARS[raw["starRating"]],
            "reply": reply and {"text": _untranslated(reply["comment"]), "published_at": from_iso(reply["updateTime"])},
        }
    )


def _reviews_of(
    client: Client, options: Options, window: Window, location: str, token: str | None
) -> Iterator[Page | Shortfall]:
    while True:
        query = {"pageSize": 50, "pageToken": token, "orderBy": "updateTime desc"}
        data = _asked(client, options, f"{location}/reviews", query)
        reviews = list(split(data))
        if not reviews:
            return
        token, asked = data.get("nextPageToken"), token
        written = [_time(review, "createTime") for review in reviews]
        if window.until is None or any(at is None or at <= window.until for at in written):
            yield Page(data, f"{location}|{token or ''}")
        changed = [at for at in (_time(review, "updateTime") for review in reviews) if at is not None]
        if token in (None, asked) or (window.since is not None and changed and max(changed) < window.since):
            return


def _asked(client: Client, options: Options, what: str, query: Mapping[str, Any]) -> Any:
    token = client.secrets.get("token")  # without one the server refuses, and the client says which is missing
    headers = {"Authorization": f"Bearer {token}"} if token else None
    return client.get_json(f"{options.base_url}/v4/accounts/{options.account}/locations/{what}", query, headers).data


def _time(review: Any, key: str) -> datetime | None:
    try:
        return from_iso(review[key])
    except (KeyError, TypeError, ValueError):
        return None


def _untranslated(text: str) -> str:
    """The author's own words: a comment may hold Google's translation before or after them."""
    if _TRANSLATED not in text:
        return text
    before, _, after = text.partition(_TRANSLATED)
    _, marked, original = after.partition(_ORIGINAL)
    return (original if marked else before or after).strip()
