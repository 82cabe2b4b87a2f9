"""Examples for the OpenAPI document: the themes of the shipped sample brand."""

from api.examples import figure

AS_OF = "2026-11-21T12:00:00Z"
THEME = {
    "id": 3,
    "name": "parcel, tracking, courier",
    "polarity": "complaint",
    "terms": ["parcel", "tracking", "courier"],
}
THEMES = {
    "report": "themes",
    "brand": "amber-roast",
    "since": None,
    "until": None,
    "as_of": AS_OF,
    "fitted_at": AS_OF,
    "encoder": "moments-e5 0.4.0",
    "polarities": [{"polarity": "complaint", "count": 160, "in_theme": figure(0.875, 160, [0.815, 0.918])}],
    "themes": [
        THEME
        | {
            "is_retired": False,
            "count": 35,
            "share": figure(0.25, 140, [0.186, 0.328]),
            "sentiment": {"negative": 33, "neutral": 2},
            "stage": {"smot": 35},
            "languages": {"en": 20, "pl": 15},
            "unanswered": figure(0.4, 30, [0.246, 0.577]),
            "change": figure(1.4, 60, [0.817, 2.44]) | {"unit": "ratio"},
            "previous_count": 25,
            "first_at": "2026-11-01T09:00:00Z",
            "last_at": AS_OF,
            "quotes": [
                {
                    "post_id": 17,
                    "text": "The parcel has not moved for a week, what does your courier do all day?",
                    "language": "en",
                    "published_at": "2026-11-12T08:15:00Z",
                }
            ],
        }
    ],
    "left_out": 0,
    "notes": [],
}
