"""Collects the reviews of one app on Google Play, with the developer's replies, from the endpoint its web page uses.

The endpoint is nobody's public API: it is undocumented, may change any day, and is asked only where a user says so.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from pydantic import Field, field_validator

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    Shortfall,
    SourceOptions,
    Standing,
    WebAddress,
    Window,
)
from listener.collectors.reading import from_epoch, list_at
from models.errors import BusyError, GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

# Request, envelope and places of the fields are those that public clients agree on; not seen live.
DECLARATION = Declaration(
    name="google_play",
    title="Google Play reviews (unofficial)",
    covers="reviews of one app on Google Play in the languages named, with the developer's replies; Google offers no "
    "API for it save for one's own apps, so this reads what its web page reads, and Google may object",
    replies=ReplyVisibility.ON_POST,
    standing=Standing.WORKS,
    history="newest first, as far back as Google goes on answering; undocumented, so it may stop without notice",
    terms="https://play.google.com/about/play-terms/",
    pace=Pace(requests=10, seconds=60.0, burst=1),
    is_own_place=True,
    is_on_by_default=False,
    overlap=timedelta(days=1),
)

_PATH = "/_/PlayStoreUi/data/batchexecute"
_CALL = "oCPfdb"  # what the page names the call that lists reviews
_NEWEST_FIRST = 2
_PAGE_SIZE = 100
_GUARD = ")]}'"
_GATEWAY_FAULT = "PlayGatewayError"


class Options(SourceOptions):
    """``app_id`` is the package's name (``com.example.app``); reviews are listed by ``languages`` (``en``, ``pl``)."""

    app_id: Annotated[str, Field(max_length=200)]
    base_url: WebAddress = "https://play.google.com"
    country: str = "us"
    languages: tuple[str, ...] = ("en",)

    @field_validator("app_id")
    @classmethod
    def _is_package(cls, app_id: str) -> str:
        if not re.fullmatch(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", app_id, re.ASCII):
            raise ValueError("is to be the app's package name as in its address, such as com.example.app")
        return app_id

    @field_validator("country")
    @classmethod
    def _is_country(cls, country: str) -> str:
        if not re.fullmatch(r"[A-Za-z]{2}", country):
            raise ValueError("is to be a two-letter code of a country, such as us")
        return country.lower()

    @field_validator("languages")
    @classmethod
    def _are_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if not languages or not all(re.fullmatch(r"[a-z]{2,3}([-_][A-Za-z]{2,4})?", code) for code in languages):
            raise ValueError('is to be a list of codes of languages, such as ["en", "zh-TW"]')
        return tuple(dict.fromkeys(languages))


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Yield each language's pages from the newest review back; the cursor is ``language:token``."""
    resumed, _, token = (window.cursor or "").partition(":")
    start = options.languages.index(resumed) if resumed in options.languages else 0
    for language in options.languages[start:]:
        yield from _in_language(client, options, window, language, token if language == resumed else "")


def _in_language(
    client: Client, options: Options, window: Window, language: str, token: str
) -> Iterator[Page | Shortfall]:
    url = options.base_url + _PATH + "?" + urlencode({"hl": language, "gl": options.country})
    used: set[str] = set()
    while token not in used:
        used.add(token)
        answer = client.post_form(url, {"f.req": _request(options.app_id, token)})
        data = {"language": language, "payload": _payload(answer.text)}
        times = _times(data)
        if not split(data) or (window.since and times and max(times) < window.since):
            return
        following = _next_token(data["payload"])
        if not (window.until and times and min(times) > window.until):
            yield Page(data, f"{language}:{following}" if following else None)
        if not following:
            return
        token = following


def split(data: Any) -> list[dict[str, Any]]:
    """The reviews of a page, lists whose parts have no names, each with the language that was asked for."""
    payload = list_at(data, "payload", where=DECLARATION.name)
    reviews = payload[0] if payload else None
    if not isinstance(reviews, list | None):
        raise GarbledError("google_play: the reviews are no list")
    return [{"language": data.get("language"), "review": review} for review in reviews or []]


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """A review with the developer's reply; a reply without its time raises, as that cannot be guessed."""
    review = raw["review"]
    review_id = review[0]
    reply = review[7] if len(review) > 7 else None
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": review_id,
            "text": review[4] or "",
            "published_at": from_epoch(review[5][0]),
            "author": {"name": review[1][0]},  # people can have the same name here, and no account is shown
            "kind": PostKind.REVIEW,
            "url": f"https://play.google.com/store/apps/details?id={options.app_id}&reviewId={quote(review_id)}",
            "rating": review[2],
            "language": raw["language"],
            "engagement": {"likes": review[6] if len(review) > 6 else None},
            "reply": {"text": reply[1], "published_at": from_epoch(reply[2][0])} if reply and reply[1] else None,
        }
    )


def _request(app_id: str, token: str) -> str:
    """What the form's one field holds: a call by name, with its arguments as JSON inside JSON."""
    size = [_PAGE_SIZE, None, token] if token else [_PAGE_SIZE]
    no_choice = [None] * 9  # of stars, device and the like
    arguments = [None, [2, _NEWEST_FIRST, size, None, no_choice], [app_id, 7]]
    return _compact([[[_CALL, _compact(arguments), None, "generic"]]])


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _payload(text: str) -> list[Any]:
    """What the call gave: ``[reviews, [..., token], ...]``. Raises BusyError for the gateway's refusal."""
    try:
        rows = json.loads(text.strip().removeprefix(_GUARD))
        inner = next(row[2] for row in rows if row[0] == "wrb.fr" and row[1] == _CALL)
        payload = json.loads(inner) if inner else None
    except (ValueError, TypeError, LookupError, StopIteration):
        raise GarbledError("google_play: the answer is not in the known shape; the endpoint may have changed") from None
    if payload is None and _GATEWAY_FAULT in text:
        raise BusyError("google_play: Google's gateway refused the call; ask later, and check app_id if it stays so")
    if not isinstance(payload, list):
        raise GarbledError("google_play: the call gave no list")
    return payload


def _next_token(payload: Sequence[Any]) -> str | None:
    tail = payload[1] if len(payload) > 1 else None
    token = tail[-1] if isinstance(tail, list) and tail else None
    return token if isinstance(token, str) and token else None


def _times(data: Mapping[str, Any]) -> list[datetime]:
    """When the reviews were written, without those that cannot be read: parsing reports them."""
    times = []
    for raw in split(data):
        with suppress(LookupError, TypeError, ValueError):
            times.append(from_epoch(raw["review"][5][0]))
    return times
