"""Examples for the OpenAPI document: a journey map, and the eases that a team types in."""

from typing import Any

from api.examples import COVERAGE, MENTION, figure

_AS_OF = "2026-11-21T12:00:00Z"
EASE_IN = {"brand": "amber-roast", "opportunity": "smot/12", "design": 4, "engineering": 2}
EASE = EASE_IN | {"journey": "customer"}
_CELL: dict[str, Any] = {"n": 79, "post_ids": [471, 230, 353], "why_empty": None}
_FEELING = _CELL | {
    "shares": {"positive": figure(0.19, 79, [0.119, 0.29]), "negative": figure(0.684, 79, [0.57, 0.78])}
}
_HEARD = {
    "audience": _CELL
    | {"authors_count": 69, "unsigned_count": 0, "followers_sum": 9894, "views_sum": None, "likes_sum": 1006}
    | {"followers_known": figure(0.23, 69, [0.15, 0.35]), "views_known": figure(0.0, 79, [0.0, 0.046])}
    | {"likes_known": figure(0.66, 79, [0.55, 0.75])},
    "sentiment": _FEELING,
    "response": _CELL
    | {"needing_count": 60, "states": {"answered": 24, "unanswered": 31, "too_early": 5}}
    | {"unanswered": figure(0.564, 55, [0.433, 0.686])},
}
_POINT = {
    "theme_id": 12,
    "theme": "steam wand, leaks",
    "terms": ["steam wand", "leaks"],
    "share": figure(0.4, 57, [0.28, 0.53]),
    "quotes": [{"post_id": 471, "language": "en", "text": MENTION["text"]}],
}
_SATISFIED = {
    "stage": "smot",
    "positive": figure(0.19, 79, [0.119, 0.29]),
    "negative": figure(0.684, 79, [0.57, 0.78]),
    "rating": figure(1.8, 20, [1.3, 2.3], "stars"),
    "surveys": [],
}
JOURNEY = {
    "report": "journey",
    "brand": "amber-roast",
    "journey": "customer",
    "title": "Customer journey",
    "since": "2026-08-23T12:00:00Z",
    "until": _AS_OF,
    "as_of": _AS_OF,
    "post_count": 275,
    "unlabelled_count": 0,
    "off_journey_count": 17,
    "stages": [
        _CELL
        | _HEARD
        | {
            "code": "smot",
            "name": "Second moment: using and being served",
            "aliases": ["retention", "service"],
            "question": "Does it work as promised, and who helps if it does not?",
            "aim": "to keep the promise, and to help before it is shared",
            "success": "everyone who needs help has an answer in the promised time",
            "criticality": 5,
            "actions": _CELL | {"shares": {"complaint": figure(0.722, 79, [0.614, 0.808])}},
            "emotion": _CELL | {"shares": {"gratitude": figure(0.048, 63, [0.016, 0.131])}},
            "delights": _CELL | {"n": 15, "points": []},
            "pains": _CELL | {"n": 57, "points": [_CELL | _POINT]},
            "barriers": {"n": 0, "post_ids": [], "why_empty": "asked of stages before buying only", "points": []},
            "moves_on": _CELL
            | {"next_stage": "umot", "within_days": 60, "share": figure(0.056, 36, [0.015, 0.181]), "lifts": []},
            "satisfaction": _CELL | {"here": _SATISFIED, "after": None},
            "change": _CELL
            | {"since": "2026-05-25T12:00:00Z", "until": "2026-08-23T12:00:00Z"}
            | {"positive": figure(-0.04, 150, [-0.16, 0.09], "difference")}
            | {"negative": figure(0.1, 150, [-0.05, 0.25], "difference")},
            "touchpoints": [
                _CELL
                | _HEARD
                | {"source": "mastodon", "kind": "question", "host": "social.example"}
                | {"customer_wants": "to be helped", "brand_wants": "to help, so that the next one finds the answer"}
            ],
            "touchpoints_left_out": 4,
            "themes": [
                _CELL
                | _HEARD
                | {"theme_id": 12, "name": _POINT["theme"], "polarity": "complaint", "opportunity": "smot/12"}
            ],
            "themes_left_out": 0,
        }
    ],
    "opportunities": [
        _CELL
        | {"key": "smot/12", "stage": "smot", "theme_id": 12, "name": _POINT["theme"], "criticality": 5}
        | {"audience": figure(0.332, 208, [0.271, 0.398]), "unanswered": figure(0.564, 55, [0.433, 0.686])}
        | {"ease_design": None, "ease_engineering": None, "score_kind": "product"}
        | {"score": figure(0.94, 79, [0.69, 1.23], "score"), "rank": figure(1.0, 79, [1.0, 2.0], "rank"), "band": 1}
    ],
    "opportunities_left_out": 0,
    "segment": None,
    "segments": [],
    "coverage": [{name: value for name, value in COVERAGE[0].items() if name != "post_count"}],
    "notes": ["Only public replies are seen: a private answer is invisible here."],
}
