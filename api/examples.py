"""Examples for the OpenAPI document: one answer a route, from the shipped sample brand."""

from typing import Any

_AS_OF = "2026-11-21T12:00:00Z"
COVERAGE = [
    {
        "source": "mastodon",
        "reply_visibility": "in_thread",
        "covers_until": _AS_OF,
        "checked_at": _AS_OF,
        "post_count": 126,
    }
]
MENTION: dict[str, Any] = {
    "id": 17,
    "source": "mastodon",
    "source_id": "en-014",
    "kind": "post",
    "title": None,
    "text": "@amberroast the steam wand of my Ember One leaks, who do I talk to?",
    "url": "https://social.example/@tamsin/14",
    "rating": None,
    "language": "en",
    "published_at": "2026-11-12T08:15:00Z",
    "author": "tamsin_brews",
    "followers": 212,
    "relation": "direct",
    "stage": "smot",
    "sentiment": "negative",
    "is_complaint": True,
    "needs_response": True,
    "is_confident": True,
    "model": "moments-e5 0.4.0",
    "state": "unanswered",
    "answered_at": None,
    "redirected_at": None,
    "duplicate_of_id": None,
}
POST_PAGE = {"posts": [MENTION], "next_cursor": "WyIyMDI2Il0", "as_of": _AS_OF, "coverage": COVERAGE}
_THREAD_POST = {
    "id": 17,
    "parent_id": None,
    "kind": "post",
    "author": {"handle": "tamsin_brews", "name": None, "followers": 212, "is_bot": False, "owned_by": None},
    "is_own": False,
    "reply_kind": None,
    "title": None,
    "text": MENTION["text"],
    "language": "en",
    "url": MENTION["url"],
    "rating": None,
    "published_at": "2026-11-12T08:15:00Z",
}
POST_DETAIL = _THREAD_POST | {
    "source": "mastodon",
    "source_id": "en-014",
    "collected_at": _AS_OF,
    "likes_count": 3,
    "replies_count": None,
    "reposts_count": None,
    "views_count": None,
    "duplicate_of_id": None,
    "brands": [
        {
            "brand": "amber-roast",
            "relation": "direct",
            "stage": "smot",
            "sentiment": "negative",
            "is_complaint": True,
            "needs_response": True,
            "addressed_to": "brand",
            "state": "unanswered",
            "answered_at": None,
            "redirected_at": None,
            "acknowledged_at": None,
            "label": {
                "model": "moments-e5 0.4.0",
                "created_at": _AS_OF,
                "stage_probabilities": {"zmot": 0.02, "fmot": 0.03, "smot": 0.83, "umot": 0.1, "none": 0.02},
                "sentiment_probabilities": {"negative": 0.81, "neutral": 0.17, "positive": 0.02},
                "complaint": 0.88,
                "needs_response": 0.93,
                "addressed_to": "brand",
                "is_confident": True,
            },
        }
    ],
    "thread": [_THREAD_POST],
    "is_whole_thread": True,
    "reply_visibility": "in_thread",
    "as_of": _AS_OF,
}
CORRECTION = {"brand": "amber-roast", "field": "needs_response", "value": "false", "author": "rasa"}


def figure(value: float | None, n: int, interval: list[float | None] | None, unit: str = "share") -> dict[str, Any]:
    """A measured figure."""
    return {"value": value, "unit": unit, "n": n, "interval": interval, "as_of": _AS_OF, "coverage": 0.95}


_RATE = figure(0.57, 86, [0.464, 0.669])
_CALENDAR = {
    "median": figure(230400, 89, [157500, None], "seconds"),
    "answered_median": figure(95880, 49, [73440, 147000], "seconds"),
    "answered_p90": figure(230400, 49, [187200, 331200], "seconds"),
    "within_hours": {"24": figure(0.225, 89, [0.15, 0.322])},
}
_BUSINESS = {
    "median": figure(57600, 89, [43200, None], "seconds"),
    "answered_median": figure(25200, 49, [18000, 36000], "seconds"),
    "answered_p90": figure(64800, 49, [50400, 93600], "seconds"),
    "within_hours": {"24": figure(0.528, 89, [0.425, 0.628])},
}
RESPONSE_GAP = {
    "report": "response-gap",
    "brand": "amber-roast",
    "since": None,
    "until": None,
    "as_of": _AS_OF,
    "horizon_seconds": {"post": 259200, "review": 604800},
    "business_hours": "Mon-Fri 09:00-17:00, LT, Europe/Vilnius",
    "states": {"answered": 40, "redirected": 9, "unanswered": 37, "too_early": 3, "unknown": 4, "not_needed": 199},
    "unlabelled_count": 0,
    "duplicate_count": 3,
    "implausible_count": 1,
    "response_rate": _RATE,
    "answered_share": figure(0.465, 86, [0.363, 0.57]),
    "time_to_first_response": {**_CALENDAR, "business": _BUSINESS},
    "next_replies": {
        "turn_count": 11,
        "response_rate": figure(0.4, 10, [0.168, 0.687]),
        "time_to_next_response": {**_CALENDAR, "business": _BUSINESS},
        "conversation_count": 9,
        "waiting_count": 5,
        "waiting_share": figure(0.625, 8, [0.306, 0.863]),
    },
    "visible_neglect": {
        "unweighted": figure(0.43, 86, [0.331, 0.536]),
        "by_audience": figure(0.512, 86, [0.383, 0.64]),
        "by_audience_and_time": figure(0.547, 86, [0.412, 0.675]),
        "audience_known": figure(0.93, 86, [0.856, 0.968]),
    },
    "reply_effect": [
        {
            "outcome": "sentiment",
            "answered": figure(0.61, 18, [0.28, 0.89], "points of sentiment"),
            "unanswered": figure(0.17, 12, [-0.08, 0.42], "points of sentiment"),
            "difference": figure(0.44, 30, [0.05, 0.81], "points of sentiment"),
            "unmatched_count": 4,
        }
    ],
    "groups": {
        "source": [
            {
                "group": "mastodon",
                "name": None,
                "states": {"answered": 40, "redirected": 9, "unanswered": 37, "too_early": 3, "unknown": 4},
                "response_rate": _RATE,
            }
        ]
    },
    "rivals": [],
    "unanswered_count": 37,
    "unanswered": [],
    "coverage": COVERAGE,
    "notes": ["Only public replies are seen: a private answer is invisible here."],
}
SHARES = {
    "report": "shares",
    "brand": "amber-roast",
    "since": None,
    "until": None,
    "as_of": _AS_OF,
    "labelled_count": 292,
    "unlabelled_count": 0,
    "corrected_by_people": 3,
    "stage": [
        {
            "name": "smot",
            "count": 96,
            "counted": figure(0.329, 292, [0.277, 0.385]),
            "corrected": figure(0.313, 292, [0.257, 0.371]),
        }
    ],
    "sentiment": [
        {
            "name": "negative",
            "count": 117,
            "counted": figure(0.401, 292, [0.346, 0.458]),
            "corrected": figure(0.418, 292, [0.356, 0.479]),
        }
    ],
    "notes": ["The counted share holds the model's mistakes."],
}
COVERAGE_REPORT = {
    "report": "coverage",
    "brand": "amber-roast",
    "as_of": _AS_OF,
    "removed_until": None,
    "sources": [
        {
            "source": "mastodon",
            "reply_visibility": "in_thread",
            "covers_from": "2026-08-22T09:00:00Z",
            "covers_until": _AS_OF,
            "checked_at": _AS_OF,
            "post_count": 292,
            "expected_a_day": figure(3.5, 98, [2.84, 4.27]) | {"unit": "posts a day"},
            "seen_a_day": figure(3.86, 27, [2.54, 5.61]) | {"unit": "posts a day"},
            "is_quiet": False,
            "failed_runs": 0,
            "failures": [],
            "gaps": [],
        }
    ],
    "notes": ["Where a source was not seen, nothing is known."],
}
WORD_CLOUD = {
    "report": "word-cloud",
    "brand": "amber-roast",
    "since": None,
    "until": None,
    "as_of": _AS_OF,
    "post_count": 292,
    "background_count": 196,
    "sampled": {"posts": 292, "of": 292, "without_terms": 0, "background": 196, "background_of": 196},
    "is_compared": True,
    "excluded": {"rare": 2742},
    "terms": [
        {
            "term": "steam wand",
            "key": "steam wand",
            "count": 12,
            "share": figure(0.041, 292, [0.024, 0.07]),
            "score": 2.31,
            "script": "Latin",
            "languages": ["en"],
            "sentiment": {"negative": 10, "neutral": 2, "positive": 0},
            "post_ids": [17, 21],
        }
    ],
    "coverage": COVERAGE,
}
IMPORT_RESULT = {
    "brand": "amber-roast",
    "format": "posts",
    "new_count": 120,
    "changed_count": 0,
    "unchanged_count": 3,
    "bad_count": 1,
    "bad_lines": [{"line": 7, "reason": "text is missing"}],
    "ignored_keys": {"mood": 2},
    "sources_without_replies": [],
    "is_brand_new": False,
    "is_classifying": True,
}
BRANDS = [
    {
        "slug": "amber-roast",
        "name": "Amber Roast",
        "timezone": "Europe/Vilnius",
        "rivals": ["north-beans"],
        "post_count": 399,
    }
]
HEALTH = {
    "status": "ok",
    "version": "0.1.0",
    "migration": "0001",
    "migration_head": "0001",
    "post_count": 399,
    "unlabelled_count": 0,
    "model": "moments-e5 0.4.0",
    "as_of": _AS_OF,
}


def answer(example: object, description: str = "The answer.", media_type: str = "application/json") -> dict[str, Any]:
    """An OpenAPI response entry."""
    return {"description": description, "content": {media_type: {"example": example}}}
