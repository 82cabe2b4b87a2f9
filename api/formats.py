"""The formats that routes write reports in, and the endings of report files."""

from enum import StrEnum


class Format(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    MD = "md"


class Ending(StrEnum):
    """What a report's file is."""

    SVG = "svg"
    PNG = "png"
    XLSX = "xlsx"
    CSV = "csv"
