"""A collector whose passes are written down in the test: pages, shortfalls and errors, one after the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Page,
    Shortfall,
    SourceOptions,
    Standing,
    ThreadRef,
    Window,
)
from models.postdata import PostData
from models.words import ReplyVisibility

Step = Page | Shortfall | Exception


class Scripted:
    """``fetch`` plays the next of the passes, and nothing once they are used up. ``windows``: what was asked for.

    A page's data are posts as ``raw`` makes them; an exception among them is raised by ``parse``.
    """

    Options = SourceOptions

    def __init__(self, *passes: Sequence[Step], replies: ReplyVisibility = ReplyVisibility.IN_THREAD) -> None:
        self.DECLARATION = Declaration(
            name="scripted",
            title="A script",
            covers="what it says",
            replies=replies,
            standing=Standing.WORKS,
            history="none",
            terms="none",
            is_own_place=True,
        )
        self.passes = list(passes)
        self.windows: list[Window] = []

    def fetch(self, client: Client, options: SourceOptions, window: Window) -> Iterator[Page | Shortfall]:  # noqa: ARG002
        self.windows.append(window)
        for step in self.passes.pop(0) if self.passes else ():
            if isinstance(step, Exception):
                raise step
            yield step

    def split(self, data: Any) -> Iterable[Any]:
        return list(data)

    def parse(self, raw: Any, options: SourceOptions) -> PostData | Gone | None:  # noqa: ARG002
        if isinstance(raw, Exception):
            raise raw
        return raw if isinstance(raw, Gone) else PostData.model_validate(raw)


class ScriptedThreads(Scripted):
    """One that reads threads too, as often as asked: ``threads`` says of each root what comes."""

    def __init__(self, *passes: Sequence[Step], threads: Mapping[str, Sequence[Step]]) -> None:
        super().__init__(*passes)
        self.threads: Mapping[str, Sequence[Step]] = threads
        self.looked_at: list[str] = []

    def fetch_thread(self, client: Client, options: SourceOptions, thread: ThreadRef) -> Iterator[Page]:  # noqa: ARG002
        self.looked_at.append(thread.root_source_id)
        for step in self.threads[thread.root_source_id]:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Page):
                yield step


def raw(source_id: str, at: datetime, text: str = "", **keys: Any) -> dict[str, Any]:
    """A post of the script."""
    said = {
        "source": "scripted",
        "source_id": source_id,
        "text": text or f"Amber Roast, parcel {source_id * 3} is not here yet.",
        "published_at": at,
        "author": {"source_id": f"writer-of-{source_id}"},
    }
    return said | keys
