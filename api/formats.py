"""The formats that routes write reports in."""

from enum import StrEnum


class Format(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    MD = "md"
