"""Turns the shipped sample posts into rows as an import reads them; their dates move with today."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from listener.formats import ReadPost
from models.postdata import PostData
from models.store.brands import BrandData

DAYS = 56
_DATA = Path(__file__).parent / "data"
_SOCIAL = ("mastodon", "bluesky", "discourse", "google_play", "app_store", "wordpress", "youtube")


def _brand(slug: str, name: str, timezone: str, account: str, rivals: tuple[str, ...]) -> BrandData:
    owned: dict[str, tuple[str, ...]] = dict.fromkeys(_SOCIAL, (account,))
    return BrandData(slug, name, timezone, promised_first_response_seconds=86400, rivals=rivals, owned=owned)


BRANDS = (
    _brand("amber-roast", "Amber Roast", "Europe/Vilnius", "amberroast", ("north-beans", "kettle-and-crow")),
    _brand("north-beans", "North Beans", "Europe/London", "northbeans", ("amber-roast", "kettle-and-crow")),
    _brand("kettle-and-crow", "Kettle & Crow", "Europe/Berlin", "kettleandcrow", ("amber-roast", "north-beans")),
)
"""The fictional brands, each with the same account name at every source."""


def demo_rows(now: datetime) -> Iterator[ReadPost]:
    """The sample posts, the oldest first; the last of the 56 days is yesterday (UTC).

    ``accounts`` of a row is the slug of its brand.
    """
    first_day = now.astimezone(UTC).date() - timedelta(days=DAYS)
    lines = [
        json.loads(line)
        for file in sorted(_DATA.glob("*.jsonl"))
        for line in file.read_text("utf-8").split("\n")
        if line
    ]
    accounts = {brand.owned["mastodon"][0]: brand.slug for brand in BRANDS}
    for number, line in enumerate(sorted(lines, key=lambda line: (line["day"], line["time"], line["id"])), 1):
        post = PostData.model_validate(_post(line, first_day, accounts))
        yield ReadPost(number, post, (line["brand"],))


def _post(line: dict[str, Any], first_day: Any, accounts: dict[str, str]) -> dict[str, Any]:
    account = line["author"]
    data: dict[str, Any] = {
        "source": line["source"],
        "source_id": line["id"],
        "text": line["text"],
        "published_at": _at(line, first_day),
        "kind": line["kind"],
        "author": {
            "source_id": account,
            "handle": account,
            "followers": line.get("followers"),
            "is_bot": line.get("bot", False),
            "is_owned": account in accounts,
        },
        "title": line.get("title"),
        "rating": line.get("rating"),
        "parent_source_id": line.get("parent"),
        "engagement": {"likes": line.get("likes")},
    }
    if "reply" in line:
        owner = next(name for name, slug in accounts.items() if slug == line["brand"])
        data["reply"] = {
            "text": line["reply"]["text"],
            "published_at": _at(line["reply"], first_day),
            "author": {"source_id": owner, "handle": owner, "is_owned": True},
        }
    return data


def _at(line: dict[str, Any], first_day: Any) -> datetime:
    return datetime.combine(first_day + timedelta(days=line["day"]), time.fromisoformat(line["time"]), UTC)
