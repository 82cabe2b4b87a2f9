"""A Mastodon post deep in a conversation whose top concerns nobody: what became of it can be known all the same."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import label_all
from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.listening import listening, settings_for

HOST = "https://social.example"


def _status(id: int, who: str, days_ago: float, text: str, to: int | None = None) -> dict[str, Any]:
    return {
        "id": str(id),
        "created_at": (START - timedelta(days=days_ago)).isoformat(),
        "in_reply_to_id": str(to) if to else None,
        "visibility": "public",
        "content": f"<p>{text}</p>",
        "account": {"acct": who, "url": f"{HOST}/@{who}", "display_name": who},
    }


class Server:
    """One conversation; the tag's timeline shows the mention alone."""

    def __init__(self, *statuses: dict[str, Any]) -> None:
        self.statuses = {status["id"]: status for status in statuses}

    def respond(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1/")
        if path.startswith("timelines/"):
            shown = [] if request.url.params.get("max_id") else [self.statuses["3"]]
            return httpx.Response(200, json=shown)
        if path == "instance":
            return httpx.Response(200, json={"version": "4.2.0"})
        _, id, *rest = path.split("/")
        if rest:
            return httpx.Response(200, json={"ancestors": self._above(id), "descendants": self._below(id)})
        return httpx.Response(200, json=self.statuses[id])

    def _above(self, id: str) -> list[dict[str, Any]]:
        parent = self.statuses[id]["in_reply_to_id"]
        return [*self._above(parent), self.statuses[parent]] if parent else []

    def _below(self, id: str) -> list[dict[str, Any]]:
        children = [status for status in self.statuses.values() if status["in_reply_to_id"] == id]
        return [found for child in children for found in (child, *self._below(child["id"]))]


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_reply_below_strangers_is_known_to_be_answered_or_not(tmp_path: Path, is_answered: bool) -> None:
    server = Server(
        _status(1, "mei", 9, "今天要喝什麼？"),
        _status(2, "noa", 8.5, "אולי קפה?", to=1),
        _status(3, "jonas", 8, "Tik ne Amber Roast: mano siunta dingo.", to=2),
        _status(4, "ola", 7.9, "Herbata!", to=1),
    )
    if is_answered:
        server.statuses["5"] = _status(5, "amberroast", 7, "Atsiprašome, nauja jau kelyje.", to=3)
    settings = settings_for(tmp_path / "posts.db", {"name": "mastodon", "base_url": HOST, "tags": ["amberroast"]})
    settings.brand[0].owned["mastodon"] = ["amberroast"]
    with listening(settings, SimulatedNetwork(SimulatedClock(), server.respond), START) as found:
        (summary,) = found.collect()
        assert (summary.failure, summary.faults) == (None, [])
        label_all(found.engine)
        assert found.views()["3"].state == ("answered" if is_answered else "unanswered")
