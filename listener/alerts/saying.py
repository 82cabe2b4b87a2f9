"""Says alerts in sentences, from their figures and in the reader's language; it sends nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.alert_tables import Alert
from models.words import AlertKind, Sentiment, Stage

if TYPE_CHECKING:
    from listener.wording import Wording


def subject_of(brand: str, alerts: Sequence[Alert], w: "Wording") -> str:
    """One line: the brand and what happened, kind by kind; no words of customers."""
    kinds = [kind for kind in AlertKind if any(alert.kind == kind for alert in alerts)]
    parts = [_counted(kind, sum(alert.kind == kind for alert in alerts), w) for kind in kinds]
    return w._("%(brand)s: %(what)s", brand=brand, what=w.listed(parts))


def sentence_of(alert: Alert, w: "Wording") -> str:
    """What an alert says, with its figures."""
    detail = alert.detail
    if alert.kind == AlertKind.LATE_COMPLAINT:
        return w._(
            "A complaint on %(source)s has waited for %(open)s; %(promised)s were promised.",
            source=detail["source"],
            open=w.duration(detail["open_seconds"]),
            promised=w.duration(detail["promised_seconds"]),
        )
    if alert.kind == AlertKind.BURST:
        return _burst(detail, w)
    if alert.kind == AlertKind.SPREAD:
        return w.ngettext(
            "A shared experience spreads: %(num)s person took it up within a day, %(before)s on the day before.",
            "A shared experience spreads: %(num)s people took it up within a day, %(before)s on the day before.",
            detail["people_count"],
            before=detail["people_count_before"],
        )
    if alert.kind == AlertKind.SILENCE:
        return _silence(detail, w)
    return _shift(detail, w)


def _counted(kind: AlertKind, count: int, w: "Wording") -> str:
    if kind is AlertKind.LATE_COMPLAINT:
        return w.ngettext(
            "%(num)s complaint past its promised time", "%(num)s complaints past their promised time", count
        )
    if kind is AlertKind.BURST:
        return w._("far more people than usual speak up")
    if kind is AlertKind.SPREAD:
        return w.ngettext("%(num)s shared experience spreads", "%(num)s shared experiences spread", count)
    if kind is AlertKind.SILENCE:
        return w.ngettext("%(num)s source has gone silent", "%(num)s sources have gone silent", count)
    return w.ngettext("%(num)s share has moved", "%(num)s shares have moved", count)


def _burst(detail: dict[str, Any], w: "Wording") -> str:
    parts = [
        w._(
            "%(name)s: %(count)s instead of %(expected)s",
            name=_stage(one["name"], w),
            count=one["count"],
            expected=round(one["expected"], 1),
        )
        for one in detail["series"]
    ]
    return w._(
        "Far more people than usual spoke up in the hour to %(until)s (%(figures)s).",
        until=w.time(datetime.fromisoformat(detail["until"])),
        figures=w.listed(parts),
    )


def _silence(detail: dict[str, Any], w: "Wording") -> str:
    since = w.time(datetime.fromisoformat(detail["since"]))
    if detail["reason"]:
        text = w._("The source %(source)s could not be asked since %(since)s: %(reason)s")
        return w.filled(text, {"source": detail["source"], "since": since, "reason": detail["reason"]})
    return w._(
        "The source %(source)s has given nothing since %(since)s; %(expected)s posts would have been usual.",
        source=detail["source"],
        since=since,
        expected=round(detail["expected"]),
    )


def _shift(detail: dict[str, Any], w: "Wording") -> str:
    values = {
        "name": _share(detail, w),
        "share": w.percent(detail["share"]),
        "moved": w.number(round(100 * abs(detail["moved"]), 1)),
        "posts": detail["n"],
    }
    if detail["verdict"] == "rise":
        text = w._(
            "A share rose beyond noise in the last week: %(name)s, to %(share)s, by %(moved)s points (%(posts)s posts)."
        )
    else:
        text = w._(
            "A share fell beyond noise in the last week: %(name)s, to %(share)s, by %(moved)s points (%(posts)s posts)."
        )
    return w.filled(text, values)


def _share(detail: dict[str, Any], w: "Wording") -> str:
    from listener.wording.terms import SENTIMENTS

    if detail["section"] == "sentiment":
        return w._(SENTIMENTS[Sentiment(detail["name"])])
    if detail["section"] == "negative_in_stage":
        return w._("negative posts within %(stage)s", stage=_stage(detail["name"], w))
    return _stage(detail["name"], w)


def _stage(name: str, w: "Wording") -> str:
    from listener.wording.terms import STAGES

    return w._("everybody") if name == "all" else w._(STAGES[Stage(name)])
