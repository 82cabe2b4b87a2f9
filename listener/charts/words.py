"""Figures, times and names as charts write them, in the reader's language and direction; measures nothing."""

import re
from collections.abc import Mapping
from datetime import datetime

from listener.charts.days import stamp
from listener.charts.look import Look, Say
from listener.reports.figures import Figure
from models.words import ResponseState, Sentiment, Stage

_NOT_SHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)
_LEFT, _RIGHT, _FIRST, _END = "\u2066", "\u2067", "\u2068", "\u2069"
"""Marks that keep a piece of text in its own direction, and end it."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_EQUATION = re.compile(r"([a-z] = %\(\w+\)s)")
"""``n = 131`` stays so in a line from right to left."""
_LONGEST = 48
_NUMBER_GAP = "\N{NO-BREAK SPACE}"


def foreign(text: str, longest: int = _LONGEST) -> str:
    """A text of somebody else's (a theme, a brand): on one line, cut, without marks that would turn what follows."""
    flat = " ".join(_NOT_SHOWN.sub(" ", text).split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def line(look: Look, text: str, /, **parts: object) -> str:
    """A said text with its ``%(name)s`` filled in and ``%%`` made ``%``.

    Parts that run in the other direction keep it, and turn nothing around them.
    """
    kept = {name: f"{_FIRST}{part}{_END}" if _turns(look, str(part)) else part for name, part in parts.items()}
    said = (_EQUATION.sub(f"{_LEFT}\\1{_END}", text) if look.is_rtl else text) % kept
    return f"{_RIGHT}{said}{_END}" if look.is_rtl else said


def number(look: Look, text: str) -> str:
    """Digits and signs from left to right in any line."""
    return f"{_LEFT}{text}{_END}" if look.is_rtl else text


def count(n: int) -> str:
    """Thousands apart by a space, which no language takes for a decimal sign."""
    return f"{n:,}".replace(",", _NUMBER_GAP)


def percent(value: float) -> str:
    """``41 %``; with a decimal below ten."""
    return f"{_percent(value)}{_NUMBER_GAP}%"


def interval(look: Look, figure: Figure) -> str:
    """``41 % (36–47)``; empty where nothing can be said. Figures in seconds, ranks and counts keep their unit."""
    if figure.value is None:
        return ""
    is_share = figure.unit in ("share", "difference", "difference of shares")
    said = percent(figure.value) if is_share else _plain(figure.value)
    if figure.interval is None:
        return number(look, said)
    low, high = ("…" if end is None else _percent(end) if is_share else _plain(end) for end in figure.interval)
    return number(look, f"{said} ({low}{' … ' if '−' in low + high else '–'}{high})")


def told(look: Look, label: str, figure: Figure) -> str:
    """A figure in a line: what it is of, its value with the interval, and n."""
    say, value = look.say, interval(look, figure)
    if not value:
        return line(look, say("%(label)s: nothing can be said (n = %(n)s)"), label=label, n=count(figure.n))
    return line(look, say("%(label)s: %(value)s, n = %(n)s"), label=label, value=value, n=count(figure.n))


def held(look: Look, since: datetime | None, until: datetime | None, as_of: datetime) -> str:
    """Of which period a chart is, and as of when."""
    say, to = look.say, until or as_of
    if since is None:
        text = say("Posts until %(until)s, as of %(as_of)s")
        return line(look, text, until=stamp(look, to), as_of=stamp(look, as_of))
    text = say("Posts from %(since)s to %(until)s, as of %(as_of)s")
    return line(look, text, since=stamp(look, since), until=stamp(look, to), as_of=stamp(look, as_of))


def duration(say: Say, seconds: float) -> str:
    """Two units at most, in the reader's words: ``45 min``, ``3 h 20 min``, ``2 d 4 h``."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return say("%(minutes)s min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return say("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    days, hours = divmod(round(seconds / 3600), 24)
    return say("%(days)s d %(hours)s h") % {"days": days, "hours": hours}


def wait(look: Look, figure: Figure) -> str:
    """A median wait with the ends of its interval; an end that nobody reached is an ellipsis."""
    say = look.say
    if figure.n == 0:
        return say("unknown")
    value = say("not reached: more than half still wait") if figure.value is None else duration(say, figure.value)
    ends = ["…" if end is None else duration(say, end) for end in figure.interval or (None, None)]
    return f"{value} ({'–'.join(ends)})" if figure.interval else value


def stage_names(look: Look) -> Mapping[str, str]:
    """The moments by code."""
    say = look.say
    names = {
        Stage.ZMOT: say("ZMOT · before buying"),
        Stage.FMOT: say("FMOT · buying"),
        Stage.SMOT: say("SMOT · using"),
        Stage.UMOT: say("UMOT · sharing"),
        Stage.NONE: say("no customer's voice"),
    }
    return {code: line(look, name) for code, name in names.items()}


def sentiment_names(look: Look) -> Mapping[str, str]:
    """The sentiments by code."""
    say = look.say
    names = {
        Sentiment.NEGATIVE: say("negative"),
        Sentiment.NEUTRAL: say("neutral"),
        Sentiment.POSITIVE: say("positive"),
    }
    return {code: line(look, name) for code, name in names.items()}


def state_names(look: Look) -> Mapping[ResponseState, str]:
    """The response states by code."""
    say = look.say
    names = {
        ResponseState.ANSWERED: say("answered"),
        ResponseState.REDIRECTED: say("only redirected"),
        ResponseState.UNANSWERED: say("unanswered"),
        ResponseState.TOO_EARLY: say("too early to say"),
        ResponseState.UNKNOWN: say("unknown"),
        ResponseState.NOT_NEEDED: say("no response needed"),
    }
    return {code: line(look, name) for code, name in names.items()}


def _turns(look: Look, part: str) -> bool:
    return look.is_rtl or _RIGHT_TO_LEFT.search(part) is not None


def _percent(value: float) -> str:
    shown = 100 * value
    return (f"{shown:.0f}" if abs(shown) >= 9.95 or shown == 0 else f"{shown:.1f}").replace("-", "−")


def _plain(value: float) -> str:
    return f"{value:.2g}".replace("-", "−")
