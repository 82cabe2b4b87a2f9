"""Examples for the OpenAPI document: the influence loop of the shipped sample brand."""

from api.examples import figure

_AS_OF = "2026-11-21T12:00:00Z"
_FLOW = {
    "stage": "umot",
    "n": 12,
    "to": [{"to": "zmot", "count": 5, "share": figure(0.417, 12, [0.193, 0.681])}],
}
INFLUENCE_LOOP = {
    "report": "influence-loop",
    "brand": "amber-roast",
    "since": "2026-08-23T12:00:00Z",
    "until": None,
    "as_of": _AS_OF,
    "post_count": 292,
    "unlabelled_count": 0,
    "shared_count": 64,
    "too_early_count": 21,
    "choosing_count": 41,
    "links": [
        {
            "kind": "reply",
            "met_count": 9,
            "choosing_count": 11,
            "share_met": figure(0.14, 43, [0.066, 0.273]),
            "delay": figure(9300.0, 9, [3600.0, 40000.0], "seconds"),
            "evidence": [{"shared_id": 17, "choosing_id": 23, "delay_seconds": 9300}],
        }
    ],
    "sentiment": {
        "rows": [
            {
                "shared": "negative",
                "choosing": {"negative": 4, "neutral": 3, "positive": 0},
                "negative": figure(0.571, 7, [0.25, 0.842]),
            }
        ],
        "difference": figure(0.371, 12, [-0.174, 0.692]),
    },
    "echo": {
        "day_count": 84,
        "theme_count": 6,
        "tested_count": 2,
        "permutation_count": 2000,
        "themes": [
            {
                "theme_id": 12,
                "name": "steam wand, leaks",
                "shared_count": 18,
                "choosing_count": 14,
                "burst_count": 2,
                "lag_days": 3,
                "p": 0.0125,
                "q": 0.025,
                "is_echo": True,
                "excess": figure(0.42, 18, [0.1, 0.7], "posts"),
            }
        ],
    },
    "carriers": [
        {
            "author": "author 31",
            "shared_count": 3,
            "met_count": 2,
            "share_met": figure(0.5, 2, [0.095, 0.905]),
            "page_rank": figure(0.081, 37, None),
            "post_ids": [17, 9],
        }
    ],
    "communities": [
        {
            "community": "mastodon social.example",
            "author_count": 14,
            "shared_count": 19,
            "met_count": 6,
            "share_met": figure(0.316, 19, [0.154, 0.54]),
            "post_ids": [17, 9],
        }
    ],
    "flow_by_author": [_FLOW],
    "flow_by_thread": [_FLOW],
    "notes": ["Association, not cause."],
}
