"""No customer's account or name gets into the database's files or the logs, unless the settings ask for it."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from listener.collectors import names
from listener.collectors.contract import Client, Page, Shortfall, Window
from listener.pipeline.arriving import UNREADABLE
from listener.privacy import pseudonym
from models.postdata import PostData
from tests.collecting.clock import START
from tests.collecting.conftest import HOST, Listen
from tests.collecting.forum import BRAND, Forum
from tests.collecting.listening import KEY, Listening
from tests.collectors.harness import Case

CUSTOMERS = ("zygimantė_véjūnė", "qualmquelle", "曉青的帳號", "נועה_כהן")


def _everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def _mentions(found: bytes, name: str) -> bool:
    """In any of the ways that a database or a log may write it."""
    return any(written in found for written in (name.encode(), name.encode("unicode_escape"), name.encode("utf-16-le")))


def _talk(forum: Forum) -> None:
    for place, name in enumerate(CUSTOMERS):
        is_guest = place == 0
        root = forum.add(f"Paczka {place} przyszła otwarta.", START - timedelta(days=9), name, is_guest=is_guest)
        forum.add("Parašiau jums laišką.", START - timedelta(days=8), name, parent=root, is_guest=is_guest)
        forum.add("A new one left our roastery today.", START - timedelta(days=7), BRAND, parent=root)


@pytest.mark.parametrize("name", ["wordpress", "discourse"])
@pytest.mark.parametrize("is_kept", [False, True])
def test_accounts_are_kept_only_if_asked(
    forum: Forum,
    listen: Listen,
    name: str,
    is_kept: bool,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    _talk(forum)
    options: dict[str, Any] = {"name": name, "base_url": HOST, "filter": False, "keep_handles": is_kept}
    with listen(options) as listening, structlog.testing.capture_logs() as logs:
        listening.collect()
        forum.delete(4)
        listening.collect(minutes=10)
        found = _everything(tmp_path)
        assert listening.ask("SELECT count(*) FROM author") == [(5,)]
    said = f"{logs}{caplog.text}".encode()
    assert b"request" in said
    for customer in CUSTOMERS:
        assert _mentions(found, customer) is is_kept, customer
        assert not _mentions(said, customer), customer
    assert _mentions(found, BRAND), "the brand's own account is no personal data"


def test_one_person_is_one_author(forum: Forum, wordpress: Listening) -> None:
    _talk(forum)
    wordpress.collect()
    numbered = pseudonym(KEY, "wordpress", "forum.example/user:101")
    authors = dict(wordpress.ask("SELECT source_id, handle || name FROM author"))
    assert authors.pop("forum.example/user:7") is not None
    assert numbered in authors
    assert set(authors.values()) == {None}
    assert all(name.startswith("p-") for name in authors)


class _Mixed:
    """A collector whose server puts a customer's account into another field."""

    def __init__(self, original: Any, field: str) -> None:
        self.original, self.field = original, field

    def __getattr__(self, part: str) -> Any:
        return getattr(self.original, part)

    def parse(self, raw: Any, options: Any) -> Any:
        is_own = raw.get("author_name") == BRAND
        return self.original.parse(raw if is_own else {**raw, self.field: CUSTOMERS[1]}, options)


@pytest.mark.parametrize(
    "field",
    [
        *("author_name", "content", "_embedded"),
        *(field for field in ("author", "date_gmt", "id", "parent")),
    ],
)
def test_what_is_wrong_with_a_post_is_said_without_its_author(
    forum: Forum, wordpress: Listening, field: str, tmp_path: Path
) -> None:
    _talk(forum)
    wordpress.replace_stream(collector=_Mixed(wordpress.streams[0].collector, field))
    (summary,) = wordpress.collect()
    assert not any(CUSTOMERS[1] in fault for fault in summary.faults)
    assert not _mentions(_everything(tmp_path), CUSTOMERS[1])


OPEN = {"text", "raw_text", "title", "url", "source_id", "parent_source_id", "thread_source_id", "root_source_id"}
"""Columns of posts and threads that say what people wrote, who name one another, and where, so that one can answer."""

SETTINGS = {"brand", "query", "owned_author"}


class _Recorded:
    """A collector that has fetched what was recorded."""

    def __init__(self, case: Case) -> None:
        self.pages = case.run().pages
        self.DECLARATION, self.Options = case.collector.DECLARATION, case.collector.Options
        self.split, self.parse = case.collector.split, case.collector.parse

    def fetch(self, client: Client, options: Any, window: Window) -> Iterator[Page | Shortfall]:  # noqa: ARG002
        yield from self.pages

    def customers(self, options: Any) -> set[str]:
        """Handles and names of all who wrote and are not the brand."""
        found: set[str | None] = set()
        for raw in (raw for page in self.pages for raw in self.split(page.data)):
            try:
                post = self.parse(raw, options)
            except UNREADABLE:
                continue
            if isinstance(post, PostData) and not post.author.is_owned:
                found |= {post.author.handle, post.author.name}
        return {name for name in found if name}


@pytest.mark.parametrize("source", names())
def test_no_collector_gives_an_account_away(source: str, wordpress: Listening) -> None:
    case = Case(source, "full")
    recorded = _Recorded(case)
    options = case.options.model_copy(update={"filter": False})
    wordpress.replace_stream(collector=recorded, options=options, secrets=case.secrets)
    (summary,) = wordpress.collect()
    assert summary.counts["new"]
    cells = [str(cell).lower() for cell in _cells(wordpress)]
    for name in recorded.customers(options):
        known = re.compile(rf"(?<!\w){re.escape(name.lower())}(?!\w)")
        assert not [cell for cell in cells if known.search(cell)], name


def _cells(listening: Listening) -> Iterator[Any]:
    for (table,) in listening.ask("SELECT name FROM sqlite_master WHERE type = 'table'"):
        if table in SETTINGS:
            continue
        columns = [name for _, name, *_ in listening.ask(f"PRAGMA table_info({table})")]
        kept = [name for name in columns if table == "author" or name not in OPEN]
        for row in listening.ask(f"SELECT {', '.join(kept)} FROM {table}"):
            yield from row
