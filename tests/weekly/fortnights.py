"""Six weeks of invented posts about a brand in five languages, a rival, hostile texts; stored, linked and labelled."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, select

from listener.pipeline.terming import term_posts
from models.database import session_of
from models.store.labels import save_labels
from models.store.themes import ThemeData, save_themes
from models.tables import Mention, Post, Theme
from models.words import Sentiment, Stage
from tests.builders import a_brand, bring, label, memory, post, reply

SLUG, WEEK = "amber-roast", "2026-W45"
ZONE = "Europe/Vilnius"
END = datetime(2026, 11, 8, 22, tzinfo=UTC)
"""When the week is over in Vilnius."""
LATER = END + timedelta(days=2)
HOSTILE = (
    '<script>alert("x")</script><img src=x onerror=alert(1)> broken again',
    '#emph[gone] #read("/etc/passwd") $x^2$ *bold* `code` @label <label> \\ // comment /* more',
    "[free beans](https://bad.example/now) ![](https://bad.example/p.png) | cell | **bold** # head",
    "z\u0351\u0357\u0310\u0348\u0351\u0357\u0310a\u0310\u0351\u0357\u0348lgo the grinder screams",
    "kawa \u202eexe.tsop\u202c żąsą \u2066never closed, where is my refund",
    "😀 🧿 \U0001fae8 \U000e0041 the pump died, three times now",
    "長" * 100_000,
    "x" * 5_000 + " my order never came",
)
VOICES = (
    ("en", "My grinder rattles since Tuesday, who can repair it for me"),
    ("pl", "Paczka z kawą nie dotarła, a minęło już dziewięć dni, co teraz"),
    ("lt", "Malūnėlis užstrigo po savaitės, ar kas nors atsakys į laišką"),
    ("he", "המשלוח לא הגיע כבר שבועיים, מישהו יכול לעזור לי"),
    ("zh", "咖啡機漏水了，客服一直沒有回覆，怎麼辦"),
)


def said(id: str, text: str, days: float, **more: Any) -> dict[str, Any]:
    """A post so many days before the end of the week."""
    return post(id, text, **more) | {"published_at": (END - timedelta(days=days)).isoformat()}


def six_weeks(per_week: int = 40, shift: float = 0.0) -> list[dict[str, Any]]:
    """Posts of six weeks. Of the last week's, a share ``shift`` is negative beyond the usual fifth."""
    posts = []
    for week in range(6):
        for at in range(per_week):
            language, text = VOICES[at % len(VOICES)]
            days = 7 * week + 7 * (at + 0.5) / per_week
            id = f"w{week}n{at}"
            needs = at % 4 == 0
            negative = at % 5 == 0 or (week == 0 and at < shift * per_week)
            one = said(id, f"{text}: {id} {'ny' * (at % 7)}", days, author=f"{id}writer", language=language)
            posts.append(one | {"_needs": needs, "_sentiment": Sentiment.NEGATIVE if negative else Sentiment.NEUTRAL})
    return posts


def hostile() -> list[dict[str, Any]]:
    """Texts that would break a page, old enough to be unanswered, from authors that many follow."""
    return [
        said(f"h{at}", text, 6.5, author=f"bad{at}")
        | {"author": {"source_id": f"bad{at}", "handle": f"bad<{at}>*", "followers": 10**6}, "_needs": True}
        for at, text in enumerate(HOSTILE)
    ]


def filled(posts: Iterable[dict[str, Any]], answered: Iterable[str] = ()) -> Engine:
    """A database of them: replies to those named, stages in turns, labels as the posts say, one theme."""
    engine = memory()
    brand = a_brand(engine, SLUG, timezone=ZONE, rivals=("north-beans",))
    rival = a_brand(engine, "north-beans", "northbeans", timezone=ZONE)
    told = list(posts)
    plain = [{key: value for key, value in one.items() if not key.startswith("_")} for one in told]
    at_of = {one["source_id"]: datetime.fromisoformat(one["published_at"]) for one in plain}
    replies = [
        reply(f"r{id}", id, hours=0) | {"published_at": (at_of[id] + timedelta(hours=5)).isoformat()} for id in answered
    ]
    long = [one for one in plain if len(one["text"]) > 2000]  # to find the terms of long ones takes long
    bring(engine, brand, [*(one for one in plain if one not in long), *replies], complete_until=LATER)
    bring(engine, rival, [said("n1", "North Beans, where is my parcel?", 5, author="nora")], complete_until=LATER)
    term_posts(engine)
    bring(engine, brand, long, complete_until=LATER)
    _label(engine, {one["source_id"]: one for one in told})
    return engine


def _label(engine: Engine, told: dict[str, dict[str, Any]]) -> None:
    with session_of(engine) as session:
        rows = session.exec(select(Mention.id, Post.source_id).join(Post, Post.id == Mention.post_id)).all()  # type: ignore[arg-type]
        labels = []
        for at, (id, source_id) in enumerate(rows):
            one = told.get(source_id, {"_needs": True})
            negative = one.get("_sentiment", Sentiment.NEGATIVE)
            needs = 0.9 if one.get("_needs") else 0.1
            stage = list(Stage)[at % len(Stage)]
            labels.append(label(id or 0, needs_response=needs, complaint=needs, stage=stage, sentiment=negative))
        save_labels(session, labels, "test 1", END, 0.5)
    with session_of(engine) as session:
        brand_id = session.exec(select(Mention.brand_id).order_by(Mention.brand_id)).first() or 0  # type: ignore[arg-type]
        data = ThemeData(None, "complaint", ("[grinder](x)", "<b>late</b>", "#pump"), b"", 0.5)
        theme = save_themes(session, brand_id, "test", [data], END)[0]
        for mention in session.exec(
            select(Mention).where(col(Mention.needs_response).is_(True), Mention.brand_id == brand_id)
        ):
            mention.theme_id = theme.id
            session.add(mention)
        assert isinstance(theme, Theme)
