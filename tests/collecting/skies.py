"""A small Bluesky: a Jetstream on a real loopback socket that plays scripted events, and an AppView that shows them."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from listener.collectors.jetstream import COLLECTION, micros
from tests.collecting.clock import START

HOST = "https://appview.example"
HANDLES = {"did:plc:amber": "amberroast.example", "did:plc:ola": "ola.example", "did:plc:noa": "noa.example"}


@dataclass
class Skies:
    """``events``: what was sent so far or will be, in order: events, or frames as they are. ``posts``: what stands.

    ``now`` is when the network is, ``window`` how far back it replays, ``cut_after`` after how many frames a
    connection is torn down. ``asked`` are the queries of connections. ``unindexed`` are what the AppView lacks.
    """

    url: str = ""
    now: datetime = START
    window: timedelta = timedelta(hours=36)
    cut_after: int | None = None
    events: list[dict[str, Any] | str | bytes] = field(default_factory=list)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    unindexed: set[str] = field(default_factory=set)
    appview_status: int = 200

    def write(self, who: str, key: str, text: str, minutes: float, to: str | None = None, **more: Any) -> str:
        """A post so many minutes after START; its address. ``operation="update"`` for an edit."""
        did, operation = f"did:plc:{who}", more.pop("operation", "create")
        at = START + timedelta(minutes=minutes)
        record = {"$type": COLLECTION, "text": text, "createdAt": at.isoformat(), **more}
        uri = f"at://{did}/{COLLECTION}/{key}"
        if to:
            root = self.posts[to]["record"].get("reply", {}).get("root", {}).get("uri", to)
            record["reply"] = {"root": {"uri": root}, "parent": {"uri": to}}
        handle = HANDLES.get(did, f"{who}.example")
        author = {"did": did, "handle": handle, "labels": []}
        self.posts[uri] = {"uri": uri, "author": author, "record": record, "indexedAt": at.isoformat(), "likeCount": 2}
        commit = {"operation": operation, "collection": COLLECTION, "rkey": key, "record": record, "cid": "bafy"}
        self.events.append({"did": did, "time_us": micros(at), "kind": "commit", "commit": commit})
        return uri

    def delete(self, uri: str, minutes: float) -> None:
        """Its author takes a post away."""
        did, _, key = uri.removeprefix("at://").split("/")
        self.posts.pop(uri)
        commit = {"operation": "delete", "collection": COLLECTION, "rkey": key}
        at = START + timedelta(minutes=minutes)
        self.events.append({"did": did, "time_us": micros(at), "kind": "commit", "commit": commit})

    def close_account(self, who: str, minutes: float, status: str = "deleted") -> None:
        """An account goes, and its posts with it."""
        did, at = f"did:plc:{who}", START + timedelta(minutes=minutes)
        self.posts = {uri: post for uri, post in self.posts.items() if not uri.startswith(f"at://{did}/")}
        account = {"active": False, "did": did, "seq": 1, "status": status}
        self.events.append({"did": did, "time_us": micros(at), "kind": "account", "account": account})

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The AppView."""
        if self.appview_status != 200:
            return httpx.Response(self.appview_status)
        shown = {uri: post for uri, post in self.posts.items() if uri not in self.unindexed}
        if request.url.path.endswith("getPosts"):
            found = [self._tree(uri, shown)["post"] for uri in request.url.params.get_list("uris") if uri in shown]
            return httpx.Response(200, json={"posts": found})
        return httpx.Response(200, json={"thread": self._tree(request.url.params["uri"], shown)})

    def _tree(self, uri: str, shown: dict[str, dict[str, Any]]) -> dict[str, Any]:
        answers = [one for one, post in shown.items() if self._parent(post) == uri]
        replies = [self._tree(answer, shown) for answer in answers]
        return {"post": {**shown[uri], "replyCount": len(replies)}, "replies": replies}

    @staticmethod
    def _parent(post: dict[str, Any]) -> str | None:
        parent: str | None = post["record"].get("reply", {}).get("parent", {}).get("uri")
        return parent

    def play(self, connection: ServerConnection) -> None:
        """The stream from the cursor asked for, then one event of now: that ends a pass at once."""
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        self.asked.append(query)
        self.agents.append(connection.request.headers["User-Agent"])
        begin = max(int(query["cursor"][0]), micros(self.now - self.window))
        late = {"did": "did:plc:late", "time_us": micros(self.now) + 6_000_000, "kind": "identity", "identity": {}}
        due = [one for one in self.events if not isinstance(one, dict) or begin <= one["time_us"] <= micros(self.now)]
        with suppress(ConnectionClosed):
            for count, event in enumerate([*due, late]):
                if count == self.cut_after:
                    _tear(connection)
                    return
                connection.send(json.dumps(event) if isinstance(event, dict) else event)
            connection.recv()


def _tear(connection: ServerConnection) -> None:
    """Hang up without a word."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    threading.Event().wait(0.2)  # so that what was sent so far arrives
    connection.socket.close()


@contextmanager
def open_skies() -> Iterator[Skies]:
    """A running one."""
    skies = Skies()
    with serve(lambda connection: skies.play(connection), "127.0.0.1", 0) as server:
        skies.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield skies
        finally:
            server.shutdown()
            thread.join()
