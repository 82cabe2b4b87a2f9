"""Collects the user reviews of one Steam app, with the developer's responses, from Steam's public Web API.

It reads neither the comments that other people leave under a review nor the community hubs.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import field_validator

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
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

# The request and the envelope are those of public clients of IUserReviewsService, which replaced the store's own
# address on 22 October 2026. Not seen live: that ``timestamp_dev_responded`` still comes with a response.
DECLARATION = Declaration(
    name="steam",
    title="Steam reviews",
    covers="user reviews of one app or game on Steam in all languages, with the developer's responses; a thumb up "
    "counts as 5 stars, a thumb down as 1",
    replies=ReplyVisibility.ON_POST,
    standing=Standing.WORKS,
    history="every review that is still public, newest first; deleted ones are silently missing",
    terms="https://steamcommunity.com/dev/apiterms",
    pace=Pace(requests=30, seconds=60.0, burst=2),
    is_own_place=True,
    overlap=timedelta(days=1),
)

_PATH = "/IUserReviewsService/GetAppReviews/v1/"
_START = "*"
_NEWEST_FIRST, _BOTH_THUMBS, _HOWEVER_BOUGHT = 1, 0, 1  # the service's enums: filter, review_type, purchase_type
_PAGE_SIZE = 100
_LANGUAGES = {
    "arabic": "ar", "bulgarian": "bg", "schinese": "zh-CN", "tchinese": "zh-TW", "czech": "cs", "danish": "da",
    "dutch": "nl", "english": "en", "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hungarian": "hu",
    "indonesian": "id", "italian": "it", "japanese": "ja", "koreana": "ko", "norwegian": "no", "polish": "pl",
    "portuguese": "pt", "brazilian": "pt-BR", "romanian": "ro", "russian": "ru", "spanish": "es", "latam": "es-419",
    "swedish": "sv", "thai": "th", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip
_IMAGE = re.compile(r"\[img\b[^\]\n]*\][^\[]*\[/img\]", re.IGNORECASE)
_BREAK = re.compile(
    r"\[(?:/?(?:h[1-6]|list|olist|code|tr|td|th|hr)|/?(?:p|quote|table)(?:[= ][^\]\n]*)?)\]", re.IGNORECASE
)
_MARK = re.compile(r"\[/?(?:b|i|u|s|strike|spoiler|noparse|\*|url(?:=[^\]\n]*)?)\]", re.IGNORECASE)


class Options(SourceOptions):
    """``app_id`` is the number in the store's address, ``languages`` are Steam's names (``polish``) or ``all``."""

    app_id: int
    base_url: WebAddress = "https://api.steampowered.com"
    languages: tuple[str, ...] = ("all",)

    @field_validator("app_id", mode="before")
    @classmethod
    def _is_number(cls, app_id: Any) -> Any:
        if isinstance(app_id, bool) or not re.fullmatch(r"[1-9]\d{0,9}", str(app_id), re.ASCII):
            raise ValueError("is to be the number in the app's address, such as 730 in store.steampowered.com/app/730")
        return app_id

    @field_validator("languages")
    @classmethod
    def _are_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [language for language in languages if language not in ("all", *_LANGUAGES)]
        if unknown or not languages:
            raise ValueError('is to be ["all"] or Steam\'s names of languages, such as ["polish", "tchinese"]')
        return languages


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Yield pages from the newest review back; a short page is not the end, an empty one or an old cursor is."""
    cursor = window.cursor or _START
    used: set[str] = set()
    while cursor not in used:
        used.add(cursor)
        request = {"input_json": _request(options, cursor)}
        data = client.get_json(options.base_url + _PATH, request).data
        reviews = split(data)
        times = _times(reviews)
        if not reviews or (window.since and times and max(times) < window.since):
            return
        following = str(data["response"].get("cursor") or cursor)
        if not (window.until and times and min(times) > window.until):
            yield Page(data, None if following in used else following)
        cursor = following


def split(data: Any) -> list[Any]:
    """The reviews of a page; an empty answer may leave the list out."""
    return list_at(data, "response", "reviews", where=DECLARATION.name)


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """A review with the developer's response; one without its time raises KeyError, as that cannot be guessed."""
    author = str(raw["author"]["steamid"])
    response = raw.get("developer_response")
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": str(raw["recommendationid"]),  # up to 64 bits, so that no other program may round it
            "text": _plain(raw["review"]),
            "published_at": from_epoch(raw["timestamp_created"]),
            "author": {"source_id": author},
            "kind": PostKind.REVIEW,
            "url": f"https://steamcommunity.com/profiles/{author}/recommended/{options.app_id}/",
            "rating": 5.0 if _is_up(raw["voted_up"]) else 1.0,
            "language": _LANGUAGES.get(raw.get("language") or ""),
            "engagement": {"likes": raw.get("votes_up")},
            "reply": {"text": _plain(response), "published_at": from_epoch(raw["timestamp_dev_responded"])}
            if response
            else None,
        }
    )


def _request(options: Options, cursor: str) -> str:
    """What ``input_json`` takes. The service knows a range of dates too; the walk back from now does without."""
    asked = {
        "appid": options.app_id,
        "filter": _NEWEST_FIRST,
        "languages": options.languages,
        "review_type": _BOTH_THUMBS,
        "purchase_type": _HOWEVER_BOUGHT,
        "num_per_page": _PAGE_SIZE,
        "filter_offtopic_activity": False,  # a storm of angry reviews is what one listens for
        "cursor": cursor,
    }
    return json.dumps(asked, separators=(",", ":"))


def _times(reviews: list[Any]) -> list[datetime]:
    """When the reviews were written, without those that cannot be read: parsing reports them."""
    times = []
    for review in reviews:
        with suppress(KeyError, TypeError, ValueError):
            times.append(from_epoch(review["timestamp_created"]))
    return times


def _is_up(vote: Any) -> bool:
    if not isinstance(vote, bool):
        raise TypeError(f"voted_up is {vote!r}, neither true nor false")
    return vote


def _plain(text: str) -> str:
    """Steam's BBCode as plain text; brackets that are no markup stay."""
    text = re.sub(r"\[\*\]", "\n- ", _BREAK.sub("\n", _IMAGE.sub("", text)))
    text = _MARK.sub("", text).replace("\\[", "[")
    return re.sub(r"\n{3,}", "\n\n", text).strip()
