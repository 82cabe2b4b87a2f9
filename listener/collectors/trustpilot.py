"""A business's own reviews on Trustpilot with its answers, by the Business API; reads no public pages."""

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
    WebAddress,
    Window,
)
from listener.collectors.reading import from_iso, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

# Built from the documentation; not seen live. 833 calls in 5 minutes are the documented advice. The documentation's
# times have no zone, and are taken as UTC. There is no fetch_thread on purpose: calls are rationed by the year, and a
# page of a look back into the past shows a hundred reviews with their answers for one.
DECLARATION = Declaration(
    name="trustpilot",
    title="Trustpilot reviews",
    covers="the service reviews of one business unit of your own, with the answers to them; no product reviews",
    replies=ReplyVisibility.ON_POST,
    standing=Standing.NEEDS_APPROVAL,
    history="every review still shown; a review that vanishes without being reported is not noticed",
    terms="https://legal.trustpilot.com/for-businesses/terms-of-use-and-sale-for-businesses",
    pace=Pace(requests=120, seconds=60, burst=5),
    secrets=(Secret("token", "an OAuth access token of a Trustpilot Business user; it lasts some days only"),),
    is_own_place=True,
    is_on_by_default=False,
    overlap=timedelta(days=1),
)
_WHERE = DECLARATION.name


class Options(SourceOptions):
    """``business_unit``: the id of the brand's business unit."""

    business_unit: str
    base_url: WebAddress = "https://api.trustpilot.com"

    @field_validator("business_unit")
    @classmethod
    def _is_id(cls, id: str) -> str:
        if len(id) != 24 or not set(id) <= set("0123456789abcdef"):
            raise ValueError("is to be an id of 24 digits and letters a to f, not a name or domain")
        return id


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Reviews, the newest first. The cursor is the number of the next page.

    The window is kept by the reviews' own times: in which zone ``startDateTime`` is read is not documented.
    """
    page, before = int(window.cursor or 1), None
    while True:
        query = {"page": page, "perPage": 100, "orderBy": "createdat.desc"}
        data = _asked(client, options, f"business-units/{options.business_unit}/reviews", query)
        times = [_time(review) for review in split(data)]
        if not times or data == before:
            return
        page, before = page + 1, data
        if window.until is None or any(at is None or at <= window.until for at in times):
            yield Page(data, str(page))
        known = [at for at in times if at is not None]
        if window.since is not None and known and max(known) < window.since:
            return


def split(data: Any) -> Iterable[Any]:
    """The reviews of a page."""
    if not isinstance(data, Mapping) or "reviews" not in data:
        raise GarbledError(f"{_WHERE}: the answer is no list of reviews")
    return list_at(data, "reviews", where=_WHERE)


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001
    """One review. A review that is hidden after a report counts as deleted."""
    if (raw.get("reportData") or {}).get("reviewVisibility") == "hidden":
        return Gone(str(raw["id"]))
    reply, consumer = raw.get("companyReply"), raw.get("consumer") or {}
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": raw["id"],
            "title": raw.get("title"),
            "text": raw.get("text") or "",
            "published_at": from_iso(raw["createdAt"], is_utc=True),
            "author": {"source_id": consumer.get("id"), "name": consumer.get("displayName")},
            "kind": PostKind.REVIEW,
            "url": f"https://www.trustpilot.com/reviews/{raw['id']}",
            "rating": raw["stars"],
            "language": raw.get("language"),
            "engagement": {"likes": raw.get("numberOfLikes")},
            "reply": reply and {"text": reply["text"], "published_at": from_iso(reply["createdAt"], is_utc=True)},
        }
    )


def _asked(client: Client, options: Options, what: str, query: Mapping[str, Any]) -> Any:
    token = client.secrets.get("token")  # without one the server refuses, and the client says which is missing
    headers = {"Authorization": f"Bearer {token}"} if token else None
    return client.get_json(f"{options.base_url}/v1/private/{what}", query, headers).data


def _time(review: Any) -> datetime | None:
    try:
        return from_iso(review["createdAt"], is_utc=True)
    except (KeyError, TypeError, ValueError):
        return None
