"""Which kinds of alert are looked for, brand by brand, and when each has ended."""

from collections.abc import Sequence
from datetime import timedelta

from listener.alerts.settings import AlertSettings
from models.words import AlertKind

CALM = {
    AlertKind.LATE_COMPLAINT: timedelta(0),
    AlertKind.BURST: timedelta(hours=2),
    AlertKind.SPREAD: timedelta(days=2),
    AlertKind.SILENCE: timedelta(0),
    AlertKind.SHIFT: timedelta(0),
}
"""For how long each is to be gone before it has ended, so that what wavers is one alert and not many."""
EACH_PASS = (AlertKind.LATE_COMPLAINT, AlertKind.BURST, AlertKind.SPREAD, AlertKind.SILENCE)
"""What every pass looks for; a share is looked at once a week has ended."""


def is_on(rules: Sequence[AlertSettings], brand: str, kind: AlertKind) -> bool:
    """Whether a kind is looked for: everything is, unless the last ``[[alert]]`` that speaks of it says no."""
    spoken = [rule for rule in rules if rule.kind in (None, kind) and rule.brand in (None, brand)]
    return spoken[-1].enabled if spoken else True
