"""Says figures, times and labels in the reader's words for the pages; every share carries its interval and n."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from api.change_texts import brackets, plain, plain_range, points, points_range, share_bracket
from api.harmless import excerpt, head_of, visible
from api.viewer import reader
from listener.reports.figures import Figure
from listener.reports.retention import removed_until
from listener.reports.word_cloud import WordCloudData
from listener.sources import title_of
from listener.wording import terms
from listener.wording.formats import GAP

_CODE = re.compile("`([^`]+)`")
_LEVEL = 0.95


def number(value: float) -> str:
    """``1,234``, as the reader writes it."""
    return reader().number(value)


def percent(value: float | None) -> str:
    """``57%``; below one in ten with a decimal, so that 0.4% is not nothing."""
    return reader()._("unknown") if value is None else reader().percent(value)


def share_range(figure: Figure) -> str:
    """The interval and n of a share."""
    say = reader()
    if figure.value is None or figure.interval is None:
        return say._("no post to measure it on")
    low, high = (say.percent(end or 0.0) for end in figure.interval)
    return say._(
        "%(level)s interval %(low)s to %(high)s, %(counted)s",
        level=say.percent(_LEVEL),
        low=low,
        high=high,
        counted=sample_size(figure.n),
    )


def sample_size(n: int) -> str:
    """``n = 1,234``."""
    return reader()._("n = %(count)s", count=n).replace(" ", GAP)


def wait(figure: Figure) -> str:
    """A wait in human words."""
    say = reader()
    if figure.n == 0:
        return say._("unknown")
    return say.duration(figure.value) if figure.value is not None else say._("not reached")


def wait_range(figure: Figure) -> str:
    """The interval and n of a wait; an end that nobody reached is open."""
    say = reader()
    if figure.n == 0:
        return say._("no post to measure it on")
    low, high = figure.interval or (None, None)
    if low is None and high is None:
        return sample_size(figure.n)
    return say._(
        "%(level)s interval %(low)s to %(high)s, %(counted)s",
        level=say.percent(_LEVEL),
        low=say.duration(low) if low is not None else "?",
        high=say.duration(high) if high is not None else say._("longer than can be said yet"),
        counted=sample_size(figure.n),
    )


def age(since: datetime, until: datetime) -> str:
    """How long ago, in human words."""
    return reader().duration(max(0.0, (until - since).total_seconds()))


def state_text(state: str | None) -> str:
    """A response state in words."""
    return terms.state(reader(), state) if state else reader()._("not labelled yet")


def stage_text(stage: str | None) -> str:
    """A stage in words."""
    return terms.stage(reader(), stage) if stage else reader()._("not labelled yet")


def sentiment_text(sentiment: str | None) -> str:
    """A sentiment in words."""
    return terms.sentiment(reader(), sentiment) if sentiment else reader()._("no sentiment")


def cloud_basis(cloud: WordCloudData) -> str:
    """On which posts a word cloud rests, in a few sentences."""
    say, sampled = reader(), cloud.sampled
    if sampled.of > sampled.posts + sampled.without_terms:
        said = [say._("%(count)s posts, a sample of %(all)s.", count=cloud.post_count, all=sampled.of)]
    else:
        said = [say.ngettext("%(num)s post.", "%(num)s posts.", cloud.post_count)]
    if not cloud.is_compared:
        said.append(say._("The words stand by count: there is nothing to compare with."))
    elif sampled.background_of > sampled.background:
        counts = {"count": cloud.background_count, "all": sampled.background_of}
        said.append(say._("Compared with %(count)s others of about %(all)s.", **counts))
    else:
        said.append(
            say.ngettext("Compared with %(num)s other.", "Compared with %(num)s others.", cloud.background_count)
        )
    if sampled.without_terms:
        said.append(
            say.ngettext(
                "The words of %(num)s more are not found yet: run %(command)s.",
                "The words of %(num)s more are not found yet: run %(command)s.",
                sampled.without_terms,
                command="listener classify",
            )
        )
    return " ".join(said)


def source_text(source: str) -> str:
    """``google_play`` as ``Google Play``; names that hold capitals or dots stay as they are."""
    return title_of(source)


def shipped_text(text: str) -> str:
    """A text of data that come with the package, such as journeys; what somebody wrote themselves stays as it is."""
    return reader()._(text) if text else ""


def language_text(code: str) -> str:
    """What the reader calls a language, else its code."""
    if code == "und":
        return reader()._("unknown language")
    return reader().language_name(code) or code


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


def note_text(note: str) -> str:
    """A report's note; the one that holds a time is said with the reader's."""
    until = removed_until(note)
    if until is None:
        return reader()._(note)
    return reader()._(
        "Posts up to %(time)s were removed for their age: of that time only what is left is counted.",
        time=reader().time(until),
    )


def iso(at: datetime) -> str:
    """A time as a parameter or a ``datetime`` attribute."""
    return at.isoformat().replace("+00:00", "Z")


FILTERS = {
    "number": number,
    "percent": percent,
    "share_range": share_range,
    "sample_size": sample_size,
    "cloud_basis": cloud_basis,
    "zipped": zip,
    "share_bracket": share_bracket,
    "brackets": brackets,
    "points": points,
    "points_range": points_range,
    "plain": plain,
    "plain_range": plain_range,
    "wait": wait,
    "wait_range": wait_range,
    "duration": lambda seconds: reader().duration(seconds),
    "stamp": lambda at: reader().time(at),
    "day": lambda on: reader().day(on),
    "shipped_text": shipped_text,
    "listed": lambda parts: reader().listed(parts),
    "state_text": state_text,
    "stage_text": stage_text,
    "sentiment_text": sentiment_text,
    "source_text": source_text,
    "language_text": language_text,
    "own_name": lambda language: reader().own_name(language),
    "visibility_text": lambda value: terms.visibility(reader(), value),
    "label_text": lambda text: terms.label(reader(), text),
    "reply_text": lambda value: terms.reply(reader(), value),
    "problem_text": lambda problem: terms.problem(reader(), problem.status, problem.title),
    "visible": visible,
    "head_of": head_of,
    "excerpt": excerpt,
    "lang": lang,
    "web_url": web_url,
    "note_text": note_text,
    "iso": iso,
    "codes": codes,
    "pretty": lambda value: json.dumps(value, ensure_ascii=False, indent=2),
}
