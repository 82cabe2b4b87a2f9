"""Says figures, times and labels in words for the pages; every share carries its interval and n."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from listener.reports.cloud_text import basis
from listener.reports.figures import Figure
from listener.reports.rendering import STATE_TEXTS, duration, stamp
from listener.sources import title_of
from models.words import ReplyVisibility, ResponseState, Stage

STAGE_TEXTS = {
    Stage.ZMOT: "ZMOT · before buying",
    Stage.FMOT: "FMOT · buying",
    Stage.SMOT: "SMOT · using",
    Stage.UMOT: "UMOT · sharing",
    Stage.NONE: "no customer's voice",
}
VISIBILITY_TEXTS = {
    ReplyVisibility.ON_POST: "shown on the post",
    ReplyVisibility.IN_THREAD: "shown in the thread",
    ReplyVisibility.NOT_EXPOSED: "not shown",
}
LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}

_GAP = "\N{NO-BREAK SPACE}"
"""Between a number and its unit, so that no line ends there."""
_CODE = re.compile("`([^`]+)`")


def percent(value: float | None) -> str:
    """``57 %`` with a space that does not break; below one in ten with a decimal, so that 0.4 % is not nothing."""
    if value is None:
        return "unknown"
    shown = 100 * value
    return f"{shown:.0f}{_GAP}%" if shown >= 9.95 or shown == 0 else f"{shown:.1f}{_GAP}%"


def share_range(figure: Figure) -> str:
    """The interval and n of a share."""
    if figure.value is None or figure.interval is None:
        return "no post to measure it on"
    low, high = figure.interval
    return f"95{_GAP}% interval {percent(low)} to {percent(high)}, n{_GAP}={_GAP}{figure.n:,}"


def wait(figure: Figure) -> str:
    """A wait in human words."""
    if figure.n == 0:
        return "unknown"
    return duration(figure.value) if figure.value is not None else "not reached"


def wait_range(figure: Figure) -> str:
    """The interval and n of a wait; an end that nobody reached is open."""
    if figure.n == 0:
        return "no post to measure it on"
    low, high = figure.interval or (None, None)
    start = duration(low) if low is not None else "?"
    end = duration(high) if high is not None else "longer than can be said yet"
    interval = f"95{_GAP}% interval {start} to {end}, " if low is not None or high is not None else ""
    return f"{interval}n{_GAP}={_GAP}{figure.n:,}"


def age(since: datetime, until: datetime) -> str:
    """How long ago, in human words."""
    return duration(max(0.0, (until - since).total_seconds()))


def state_text(state: str | None) -> str:
    """A response state in words."""
    return STATE_TEXTS[ResponseState(state)] if state else "not labelled yet"


def stage_text(stage: str | None) -> str:
    """A stage in words."""
    return STAGE_TEXTS[Stage(stage)] if stage else "not labelled yet"


def source_text(source: str) -> str:
    """``google_play`` as ``Google Play``; names that hold capitals or dots stay as they are."""
    return title_of(source)


def language_text(code: str) -> str:
    """The English name of a language, else its code."""
    return "unknown language" if code == "und" else LANGUAGES.get(code, code)


def lang(code: str) -> str:
    """The value of a ``lang`` attribute: empty says that the language is unknown."""
    return "" if code == "und" else code


def web_url(url: str | None) -> str | None:
    """The address if a browser may follow it: http or https with a host, nothing that runs or reads files."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in ("http", "https") and host else None


def codes(text: str) -> Markup:
    """Text with its `words in backticks` as code; all else is escaped."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def iso(at: datetime) -> str:
    """A time as a parameter or a ``datetime`` attribute."""
    return at.isoformat().replace("+00:00", "Z")


FILTERS = {
    "percent": percent,
    "share_range": share_range,
    "cloud_basis": basis,
    "wait": wait,
    "wait_range": wait_range,
    "duration": duration,
    "stamp": stamp,
    "state_text": state_text,
    "stage_text": stage_text,
    "source_text": source_text,
    "language_text": language_text,
    "visibility_text": lambda value: VISIBILITY_TEXTS[ReplyVisibility(value)],
    "lang": lang,
    "web_url": web_url,
    "iso": iso,
    "codes": codes,
    "pretty": lambda value: json.dumps(value, ensure_ascii=False, indent=2),
}
