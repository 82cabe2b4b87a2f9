"""A service over an SQLite database in memory, with posts imported and labelled as users do it; and a client for it."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import httpx
from sqlalchemy import Engine
from sqlmodel import Session, select

from api.app import create_app
from listener.access import Access
from listener.formats import read_jsonl
from listener.pipeline.brands import chooser, the_brand
from listener.pipeline.importing import import_rows
from listener.pipeline.linking import link
from models.database import open_database, session_of
from models.store.labels import LabelData, save_labels
from models.tables import Mention, Post
from models.words import Addressee, Relation, Sentiment, Stage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MODEL = "by hand 1"
HOSTILE = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on"  # cleaning makes a script tag of it


def clock() -> datetime:
    """Time stands still."""
    return NOW


def post(id: str, text: str, at: str, **more: Any) -> dict[str, Any]:
    """A line of posts.jsonl; ``at`` is ``MM-DD HH:MM`` of 2026, UTC."""
    day, hour = at.split()
    author = more.pop("author", f"writer{id}")
    return {
        "source": more.pop("source", "mastodon"),
        "source_id": id,
        "text": text,
        "published_at": f"2026-{day}T{hour}:00Z",
        "author": {"source_id": author, "handle": author, "is_owned": author == "amberroast"},
        **more,
    }


POSTS = [
    post("1", "@amberroast my machine leaks, please help", "11-01 10:00", url="https://social.example/1"),
    post("2", "Hello, we will send a new gasket today, sorry for the trouble it caused.", "11-01 13:00")
    | {"author": {"handle": "amberroast", "is_owned": True}, "parent_source_id": "1", "kind": "reply"},
    post("3", f"the voucher fails, help! {HOSTILE}", "11-02 10:00", url="javascript:alert(1)", title="<b>Voucher</b>"),
    post("4", "איפה המשלוח שלי? כבר שבועיים אני מחכה", "11-03 10:00"),
    post("5", "不錯喝，下次再買", "11-04 10:00", source="bluesky"),
    post("6", "Lovely app, one star off for the font", "11-05 10:00", source="app_store", kind="review", rating=4),
    post("7", "the parcel is late again, where is it?", "11-20 10:00"),
    post(
        "8",
        "the app shows nothing at all, please repair it",
        "11-06 10:00",
        source="app_store",
        kind="review",
        rating=1,
    ),
]
NEEDING = ("1", "3", "4", "7", "8")


def lines(posts: Iterable[Mapping[str, Any]]) -> bytes:
    """posts.jsonl."""
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in posts)


def filled(posts: Iterable[Mapping[str, Any]] = POSTS) -> Engine:
    """A database with the posts of Amber Roast, labelled by hand."""
    engine = open_database("sqlite://")
    add(engine, posts)
    return engine


def add(
    engine: Engine, posts: Iterable[Mapping[str, Any]], slug: str = "amber-roast", *, labelled: bool = True
) -> None:
    """Import, link and, unless told otherwise, label more posts."""
    brand, _ = the_brand(engine, slug, {"mastodon": ["amberroast"]} if slug == "amber-roast" else None)
    rows = read_jsonl(BytesIO(lines(posts)))
    import_rows(engine, rows, chooser(brand, {}), clock, report_bad=_refuse, complete_until=NOW)
    link(engine)
    if not labelled:
        return
    with session_of(engine) as session:
        save_labels(session, _labels(session), MODEL, NOW, 0.5)


def _refuse(bad: object) -> None:
    raise AssertionError(bad)


def _labels(session: Session) -> list[LabelData]:
    query = select(Mention.id, Post.source_id).join(Post, Post.id == Mention.post_id)  # type: ignore[arg-type]
    rows = session.exec(query.where(Mention.relation != Relation.OWN.value)).all()
    return [_label(id or 0, source_id in NEEDING) for id, source_id in rows]


def _label(mention_id: int, needs: bool) -> LabelData:
    stage, sentiment = (Stage.SMOT, Sentiment.NEGATIVE) if needs else (Stage.UMOT, Sentiment.POSITIVE)
    return LabelData(
        mention_id=mention_id,
        stage=stage,
        stage_probabilities={name.value: 0.8 if name is stage else 0.05 for name in Stage},
        sentiment=sentiment,
        sentiment_probabilities={name.value: 0.8 if name is sentiment else 0.1 for name in Sentiment},
        complaint=0.9 if needs else 0.1,
        needs_response=0.9 if needs else 0.1,
        addressed_to=Addressee.BRAND,
        is_confident=True,
    )


class Client:
    """Calls the application in this process, without a socket; each call waits for its background work too."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.app = create_app(engine, clock, access=Access(hosts=frozenset({"testserver"})))

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request. An unexpected failure comes back as an answer, as it would from a server."""

        async def called() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return await client.request(method, path, **more)

        return asyncio.run(called())

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        """A GET with parameters; ``from_`` is ``from``."""
        return self.call("GET", path, params={name.rstrip("_"): value for name, value in parameters.items()} or None)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """A POST."""
        return self.call("POST", path, **more)

    def page(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.call("GET", path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        return answer.text

    def posts(self, **parameters: Any) -> list[dict[str, Any]]:
        """The posts of one page."""
        answer = self.get("/api/v1/posts", brand="amber-roast", **parameters)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["posts"]
        return found


def check_problem(answer: httpx.Response, status: int, *words: str) -> dict[str, Any]:
    """Assert that an answer is a problem document of that status which holds the words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= problem.keys()
    assert problem["status"] == status
    assert all(word in problem["detail"] for word in words), problem
    return problem
