"""Says a validation failure in one line that a person can act on."""

from pydantic import ValidationError

_TEXTS = {
    "missing": "is missing",
    "timezone_aware": "has no time zone (write 2026-11-01T09:30:00+02:00 or ...Z)",
    "string_type": "is to be text",
    "too_short": "is empty",
    "too_long": "is too long",
    "extra_forbidden": "is not a known key",
}


def explain(error: ValidationError) -> str:
    """Return e.g. ``published_at has no time zone (...); text is missing``: every fault, the key first."""
    faults = []
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"])
        said = _TEXTS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        if fault["type"] == "model_type":
            said = "is to be a JSON object"
        faults.append(f"{where} {said}".strip().replace("\n", " "))
    return "; ".join(faults)
