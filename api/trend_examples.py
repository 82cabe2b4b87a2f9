"""Examples for the OpenAPI document: trends of the shipped sample brand."""

from api.examples import figure

_AS_OF = "2026-11-21T12:00:00Z"
_STRETCH = {
    "start": "2026-11-09",
    "since": "2026-11-08T22:00:00Z",
    "until": "2026-11-15T22:00:00Z",
    "is_partial": False,
    "is_gap": False,
    "time_covered": 1.0,
    "post_count": 292,
    "labelled_count": 292,
    "author_count": 214,
    "counts": {"smot": {"negative": 61, "neutral": 20, "positive": 15}},
    "stage": [
        {
            "name": "smot",
            "count": 96,
            "counted": figure(0.329, 292, [0.277, 0.385]),
            "corrected": figure(0.313, 292, [0.257, 0.371]),
            "change": {
                "counted": figure(0.112, 571, [0.04, 0.184], "difference of shares"),
                "corrected": figure(0.121, 571, [0.047, 0.195], "difference of shares"),
                "p_value": 0.0026,
                "adjusted_p_value": 0.0169,
                "verdict": "rise",
            },
        }
    ],
    "sentiment": [],
    "negative_in_stage": [],
}
TRENDS = {
    "report": "trends",
    "brand": "amber-roast",
    "by": "week",
    "timezone": "Europe/Vilnius",
    "since": "2026-11-08T22:00:00Z",
    "until": "2026-11-15T22:00:00Z",
    "as_of": _AS_OF,
    "comparison_count": 13,
    "buckets": [_STRETCH],
    "period": _STRETCH,
    "previous": _STRETCH | {"start": "2026-11-02", "since": "2026-11-01T22:00:00Z", "until": "2026-11-08T22:00:00Z"},
    "notes": ["The counted share holds the model's mistakes."],
}
