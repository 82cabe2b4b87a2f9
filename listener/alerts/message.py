"""Makes one message of several alerts on a brand: subject, plain text, HTML and data. Texts of posts are cut short."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from listener.alerts.saying import sentence_of, subject_of
from models.alert_tables import Alert
from models.store.deliveries import MessageData
from models.tables import Brand

if TYPE_CHECKING:
    from listener.wording import Wording

TEMPLATE = Path(__file__).parent / "message.html"
LONGEST = 280
"""Characters of a post that are quoted."""
MOST_ALERTS, MOST_POSTS = 20, 5
"""Alerts of a message that are written out, and posts of each of them."""

Post = Mapping[str, Any]
"""``id``, ``source``, ``text``, ``url``."""


def message_of(
    brand: Brand, alerts: Sequence[Alert], posts: Mapping[int, Post], w: "Wording", public_url: str | None
) -> MessageData:
    """The message. Its key is the same for the same alerts, told for the same reason."""
    subject = subject_of(brand.name, alerts, w)
    shown = [_shown(alert, posts, w, public_url) for alert in alerts[:MOST_ALERTS]]
    rest = len(alerts) - len(shown)
    if rest:
        more = w.ngettext("And %(num)s more: listener alerts list", "And %(num)s more: listener alerts list", rest)
        shown.append({"sentence": more, "posts": []})
    return MessageData(
        key=_key(brand, alerts, w),
        kind="alerts",
        subject=subject,
        text=_text(subject, shown),
        html=_html(subject, shown, w),
        data=_data(brand, alerts, shown),
        brand_id=brand.id,
    )


def _key(brand: Brand, alerts: Sequence[Alert], w: "Wording") -> str:
    """An alert is told of anew once it was snoozed and still goes on."""
    told = sorted((alert.subject, alert.episode, str(alert.snoozed_until)) for alert in alerts)
    return "alerts-" + hashlib.sha256(repr((brand.slug, w.language, told)).encode()).hexdigest()[:32]


def _shown(alert: Alert, posts: Mapping[int, Post], w: "Wording", public_url: str | None) -> dict[str, Any]:
    quoted = [posts[id] for id in alert.post_ids[:MOST_POSTS] if id in posts]
    return {
        "sentence": sentence_of(alert, w),
        "posts": [
            {
                "id": post["id"],
                "source": post["source"],
                "text": _short(post["text"]),
                "url": post["url"] if str(post["url"]).startswith(("https://", "http://")) else None,
                "page": f"{public_url}/posts/{post['id']}" if public_url else None,
            }
            for post in quoted
        ],
    }


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1].rstrip()}…"


def _text(subject: str, shown: Sequence[Mapping[str, Any]]) -> str:
    lines = [subject]
    for alert in shown:
        lines += ["", alert["sentence"]]
        for post in alert["posts"]:
            lines.append(f"- {post['text']}")
            lines += [f"  {address}" for address in (post["url"], post["page"]) if address]
    return "\n".join(lines) + "\n"


def _html(subject: str, shown: Sequence[Mapping[str, Any]], w: "Wording") -> str:
    from jinja2 import Environment

    template = Environment(autoescape=True, trim_blocks=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(subject=subject, alerts=shown, lang=w.tag, dir=w.direction, thread=w._("thread"))


def _data(brand: Brand, alerts: Sequence[Alert], shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a webhook gets, as JSON."""
    return {
        "brand": brand.slug,
        "alerts": [
            {
                "id": alert.id,
                "kind": alert.kind,
                "subject": alert.subject,
                "episode": alert.episode,
                "opened_at": alert.opened_at.isoformat(),
                "detail": alert.detail,
                "post_ids": alert.post_ids,
            }
            for alert in alerts
        ],
        "sentences": [one["sentence"] for one in shown],
        "posts": list({post["id"]: post for one in shown for post in one["posts"]}.values()),
    }
