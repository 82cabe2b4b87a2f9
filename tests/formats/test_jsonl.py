"""posts.jsonl: what is good comes as a post, what is bad as its line's number and what to do."""

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.formats import BadLine, ReadPost, Row, read_jsonl
from models.errors import InputError
from tests.builders import lines, post


def read(data: bytes) -> list[Row]:
    return list(read_jsonl(io.BytesIO(data)))


def said(data: bytes) -> list[str]:
    """One line of outcome a row: the post's id, or the bad line as people read it."""
    return [row.post.source_id if isinstance(row, ReadPost) else str(row) for row in read(data)]


def line(**keys: Any) -> bytes:
    return lines([post("1") | keys])


GOOD = line(source_id="good")


def test_every_key_of_the_contract_is_read() -> None:
    whole = {
        "source": "google_play",
        "source_id": 77,
        "text": "Nice",
        "published_at": "2026-11-01T09:30:00+02:00",
        "author": {"source_id": "a", "handle": "Ann", "name": "Ann B", "followers": 3, "is_bot": True},
        "kind": "review",
        "title": "T",
        "url": "https://x.example/1",
        "rating": 4.5,
        "language": "en",
        "parent_source_id": "p",
        "thread_source_id": "t",
        "engagement": {"likes": 1, "replies": 2, "reposts": 3, "views": 2**40},
        "reply": {"text": "Thanks", "published_at": "2026-11-02T09:30:00Z", "author": {"handle": "shop"}},
        "colour": "red",
    }
    (row,) = read(json.dumps(whole).encode())
    assert isinstance(row, ReadPost)
    assert (row.line, row.ignored_keys) == (1, ("colour",))
    assert (row.post.source_id, row.post.rating, row.post.engagement.views) == ("77", 4.5, 2**40)
    assert row.post.published_at.isoformat() == "2026-11-01T07:30:00+00:00"
    assert row.post.reply is not None
    assert row.post.reply.author.handle == "shop"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"source": "s", "text": "cut of', "is no valid JSON: Unterminated string starting at character 25"),
        (b'{"source": ', "is no valid JSON: Expecting value at character 11"),
        (b"[1, 2]", "is a JSON list, and a post is an object {...}"),
        (b'"post"', "is a JSON str, and a post is an object {...}"),
        (b"null", "is a JSON NoneType, and a post is an object {...}"),
        (b"[" * 200_000, "is nested too deeply"),
        (b'{"source": "caf\xe9"}', "is not UTF-8 (byte 16 is 0xe9); save the file as UTF-8"),
        (b'{"source": "a\x00b"}', "holds a NUL byte (at byte 14)"),
        (b'{"source": ' + b"1" * 5000 + b"}", "is no valid JSON"),
        (line(text="a\x00b"), "text holds a NUL character"),
        (line(text="\ud83d half"), "text holds a lone surrogate (half of a broken emoji?)"),
        (line(source_id="a\x00"), "source_id holds a NUL character"),
        (line(text=5), "text is to be text"),
        (line(text=" \n"), "text is empty, and there is neither rating nor title"),
        (line(source=""), "source "),
        (line(author="ann"), "author is to be a JSON object"),
        (line(author={"followers": -1}), "author.followers Input should be greater than or equal to 0"),
        (line(engagement={"likes": 2**63}), "engagement.likes Input should be less than 9223372036854775808"),
        (line(rating=6), "rating Input should be less than or equal to 5"),
        (line(kind="rant"), "kind Input should be 'post', 'review', 'question' or 'reply'"),
        (line(reply={"text": "Thanks"}), "reply.published_at is missing"),
    ],
)
def test_a_bad_line_says_where_and_what_and_costs_nothing_else(bad: bytes, reason: str) -> None:
    first, outcome, last = said(GOOD + bad.rstrip(b"\n") + b"\n" + GOOD)
    assert (first, last) == ("good", "good")
    assert outcome.startswith(f"line 2: {reason}")
    assert "\n" not in outcome


@pytest.mark.parametrize(
    "when",
    [
        "2026-11-01",
        "2026-11-01T09:00:00",
        "yesterday",
        "",
        1793523600,
        1793523600.5,
        None,
        True,
        "1793523600",
        "-1",
        "+2026",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-10:00",
    ],
)
def test_a_time_that_is_no_iso_8601_with_zone_is_refused(when: object) -> None:
    outcome = said(line(published_at=when) + GOOD)
    assert outcome[0].startswith("line 1: published_at ")
    assert outcome[1:] == ["good"]


def test_a_missing_zone_comes_with_what_to_write() -> None:
    assert said(line(published_at="2026-11-01T09:00:00")) == [
        "line 1: published_at has no time zone (write 2026-11-01T09:30:00+02:00 or ...Z)"
    ]


def test_every_missing_key_is_named() -> None:
    assert said(b"{}") == ["line 1: source is missing; source_id is missing; text is missing; published_at is missing"]


def test_a_rating_or_a_title_may_stand_without_text() -> None:
    assert said(line(text="", rating=1) + line(text="", title="Broken")) == ["1", "1"]


def test_a_byte_order_mark_empty_lines_crlf_and_a_missing_last_newline_are_fine() -> None:
    body = GOOD.replace(b"\n", b"\r\n")
    rows = read(b"\xef\xbb\xbf" + body + b"\r\n  \n" + body + GOOD.rstrip())
    assert [row.line for row in rows if isinstance(row, ReadPost)] == [1, 4, 5]


def test_emoji_and_escaped_pairs_survive() -> None:
    (row,) = read(line(text="👩\u200d🚒 fine"))
    assert isinstance(row, ReadPost)
    assert row.post.text == "👩\u200d🚒 fine"


def test_a_line_of_50_mb_is_reported_without_being_held() -> None:
    class Endless(io.RawIOBase):
        """50 MB of one line, made while it is read, and then a good one."""

        left = 50_000_000
        tail = b'"}\n' + GOOD

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            size = min(len(buffer), self.left) if self.left else min(len(buffer), len(self.tail))
            if self.left:
                buffer[:size] = b"x" * size
                self.left -= size
            else:
                buffer[:size], self.tail = self.tail[:size], self.tail[size:]
            return size

    tracemalloc.start()
    rows = list(read_jsonl(io.BufferedReader(Endless())))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(rows[0], BadLine)
    assert str(rows[0]) == "line 1: is 50,000,003 bytes long; the most is 4,194,304"
    assert [row.post.source_id for row in rows[1:] if isinstance(row, ReadPost)] == ["good"]
    assert peak < 12_000_000


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
_NEARLY = st.dictionaries(st.sampled_from(list(post("1"))), _JSON).map(lambda odd: json.dumps(post("1") | odd).encode())
_LINES = st.lists(
    st.binary().map(lambda raw: raw.replace(b"\n", b"")) | _NEARLY | _JSON.map(json.dumps).map(str.encode)
)


@given(_LINES)
def test_whatever_comes_each_line_with_something_in_it_is_reported_once(raw: list[bytes]) -> None:
    try:
        rows = read(b"\n".join(raw))
    except InputError:
        return
    stripped = [part.removeprefix(b"\xef\xbb\xbf") if place == 0 else part for place, part in enumerate(raw)]
    assert [row.line for row in rows] == [place for place, part in enumerate(stripped, 1) if part.strip()]
