"""A small forum that speaks the WordPress comments API and Discourse's, over comments that tests change as they like.

It answers as a function (for ``httpx.MockTransport``) and, with ``serving``, over HTTP on the loopback address.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

BRAND = "amberroast"
BRAND_NUMBER = 7


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. ``topic``: the article or topic that it stands under; ``place``: which one it is there, from 1.

    ``parent``: the number of what it answers, ``above``: the place of that; 0 for neither.
    """

    number: int
    topic: int
    place: int
    author: str
    user: int
    text: str
    at: datetime
    parent: int = 0
    above: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answers. ``cut``: after how many bytes of the body it hangs up."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None


Answer = Callable[[str], Reply]
"""A server as a function of path and query."""


class Forum:
    """Thread-safe. ``page_size``: the most that a page holds. ``requests``: (time, path) of all that was asked.

    ``trouble`` may answer in the forum's place: it is given the path, and None is as if it were not there.
    """

    def __init__(self, page_size: int = 5, clock: Callable[[], float] = time.monotonic) -> None:
        self.page_size = page_size
        self.requests: list[tuple[float, str]] = []
        self.trouble: Callable[[str], Reply | None] = lambda _path: None
        self._clock = clock
        self._lock = threading.Lock()
        self._comments: dict[int, Comment] = {}
        self._users = {BRAND: BRAND_NUMBER}
        self._last = 0

    def add(self, text: str, at: datetime, author: str = BRAND, *, parent: int = 0, is_guest: bool = False) -> int:
        """Write a comment: a new topic, or a reply to ``parent``; return its number."""
        with self._lock:
            self._last += 1
            user = 0 if is_guest else self._users.setdefault(author, 100 + len(self._users))
            answered = self._comments.get(parent)
            topic, above = (answered.topic, answered.place) if answered else (self._last, 0)
            place = 1 + max((known.place for known in self._comments.values() if known.topic == topic), default=0)
            self._comments[self._last] = Comment(self._last, topic, place, author, user, text, at, parent, above)
            return self._last

    def edit(self, number: int, text: str) -> None:
        with self._lock:
            self._comments[number] = replace(self._comments[number], text=text)

    def delete(self, number: int) -> Comment:
        """Return what is gone, for ``restore``."""
        with self._lock:
            return self._comments.pop(number)

    def restore(self, comment: Comment) -> None:
        with self._lock:
            self._comments[comment.number] = comment

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        with self._lock:
            return [path for _, path in self.requests]

    def answer(self, path: str) -> Reply:
        """What the forum says to a path with its query."""
        with self._lock:
            self.requests.append((self._clock(), path))
            comments = sorted(self._comments.values(), key=lambda comment: (comment.at, comment.number))
        trouble = self.trouble(path)
        if trouble is not None:
            return trouble
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        if parts.path == "/wp-json/wp/v2/comments":
            return _wordpress(comments, query, self.page_size)
        return _discourse(comments, parts.path, query, self.page_size)

    def respond(self, request: httpx.Request) -> httpx.Response:
        """For ``httpx.MockTransport``."""
        said = self.answer(request.url.raw_path.decode())
        return httpx.Response(said.status, headers=dict(said.headers), content=said.body)


def _wordpress(comments: list[Comment], query: dict[str, list[str]], most: int) -> Reply:
    """GET /wp-json/wp/v2/comments: filters, then a page; how many pages there are stands in a header."""
    given = {name: values[0] for name, values in query.items()}
    if "include" in given:
        comments = [comment for comment in comments if comment.number in _numbers(given["include"])]
    if "parent" in given:
        comments = [comment for comment in comments if comment.parent in _numbers(given["parent"])]
    if "after" in given:
        comments = [comment for comment in comments if comment.at > datetime.fromisoformat(given["after"])]
    if "before" in given:
        comments = [comment for comment in comments if comment.at < datetime.fromisoformat(given["before"])]
    size = min(most, int(given["per_page"]))
    page = int(given["page"])
    shown = [_as_wordpress(comment) for comment in comments[(page - 1) * size : page * size]]
    return _json(shown, {"X-WP-Total": str(len(comments)), "X-WP-TotalPages": str(-(-len(comments) // size))})


def _numbers(written: str) -> set[int]:
    return set(map(int, written.split(",")))


def _as_wordpress(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.number,
        "post": comment.topic,
        "parent": comment.parent,
        "author": comment.user,
        "author_name": comment.author,
        "date_gmt": f"{comment.at:%Y-%m-%dT%H:%M:%S}",
        "content": {"rendered": f"<p>{comment.text}</p>\n"},
        "link": f"https://blog.example/articles/{comment.topic}#comment-{comment.number}",
        "type": "comment",
        "_embedded": {"author": [{"slug": comment.author}], "up": [{"title": {"rendered": "On &amp; off"}}]},
    }


def _discourse(comments: list[Comment], path: str, query: dict[str, list[str]], most: int) -> Reply:
    """GET /posts.json, /t/<topic>.json and /t/<topic>/posts.json."""
    if path == "/posts.json":
        before = int(query["before"][0]) if "before" in query else None
        numbers = sorted((comment.number for comment in comments), reverse=True)
        shown = set([number for number in numbers if before is None or number < before][:most])
        newest_first = sorted(comments, key=lambda comment: -comment.number)
        return _json({"latest_posts": [_as_discourse(post) for post in newest_first if post.number in shown]})
    topic = int(path.removesuffix("/posts.json").removesuffix(".json").rsplit("/", 1)[-1])
    posts = [comment for comment in comments if comment.topic == topic]
    if not any(post.place == 1 for post in posts):
        return _json({"errors": ["The requested URL or resource could not be found."]}, status=404)
    if path.endswith("/posts.json"):
        wanted = set(map(int, query["post_ids[]"]))
        return _json({"post_stream": {"posts": [_as_discourse(post) for post in posts if post.number in wanted]}})
    opening = [_as_discourse(post) for post in posts[:most]]
    stream = [post.number for post in posts]
    return _json({"id": topic, "title": f"Topic {topic}", "post_stream": {"posts": opening, "stream": stream}})


def _as_discourse(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.number,
        "topic_id": comment.topic,
        "topic_title": f"Topic {comment.topic}",
        "post_number": comment.place,
        "post_type": 1,
        "reply_to_post_number": comment.above or None,
        "user_id": comment.user,
        "username": comment.author,
        "created_at": f"{comment.at:%Y-%m-%dT%H:%M:%S}.000Z",
        "cooked": f"<p>{comment.text}</p>",
        "actions_summary": [],
    }


def _json(data: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> Reply:
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return Reply(json.dumps(data).encode(), status, {**kind, **(headers or {})})


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A running server with one thread a connection; yields its address."""

    class Visit(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else head and body of an answer come 40 ms apart

        def do_GET(self) -> None:
            said = answer(self.path)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body[: said.cut])
            self.close_connection = self.close_connection or said.cut is not None

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = _Server(("127.0.0.1", 0), Visit)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed or hung up is what some tests are about."""
