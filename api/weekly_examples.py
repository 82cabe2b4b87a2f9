"""The example of the weekly report in the API's own description; shortened, as the whole one is long."""

from typing import Any

_AS_OF = "2026-11-15T22:00:00Z"


def _share(value: float, low: float, high: float, n: int) -> dict[str, Any]:
    return {"value": value, "unit": "share", "n": n, "interval": [low, high], "as_of": _AS_OF, "coverage": 1.0}


WEEKLY = {
    "report": "weekly",
    "version": 1,
    "brand": "amber-roast",
    "name": "Amber Roast",
    "timezone": "Europe/Vilnius",
    "week": "2026-W46",
    "since": "2026-11-08T22:00:00Z",
    "until": _AS_OF,
    "as_of": _AS_OF,
    "made_at": "2026-11-16T06:00:00Z",
    "response": {"now": {"response_rate": _share(0.67, 0.21, 0.94, 3)}, "waiting_count": 48},
    "sentiments": [{"name": "negative", "count": 6, "now": _share(0.3, 0.15, 0.52, 20)}],
}
