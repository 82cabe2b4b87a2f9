"""CSV by column names: mappings, constants, zones; a broken record costs its own line and no other."""

import csv
import io
import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.formats import ReadPost, Row, read_csv
from models.errors import InputError

HEADER = b"source,source_id,text,published_at\n"
WHEN = b",2026-11-01T09:00:00Z\n"


def outcome(rows: Iterable[Row]) -> list[tuple[int, str]]:
    """(line, text of the post or what was wrong)."""
    return [(row.line, row.post.text if isinstance(row, ReadPost) else row.reason) for row in rows]


def texts(*records: bytes) -> list[tuple[int, str]]:
    """The outcome of records that give source, id and text."""
    return outcome(read_csv(io.BytesIO(HEADER + b"".join(b"s," + record + WHEN for record in records))))


def only(data: bytes, **options: str | dict[str, str]) -> ReadPost:
    (row,) = read_csv(io.BytesIO(data), **options)  # type: ignore[arg-type]
    assert isinstance(row, ReadPost), row
    return row


def test_quoted_fields_hold_commas_quotes_and_lines() -> None:
    found = texts(b'1,"two\nlines, and ""quotes"""', b"2,plain")
    assert found == [(2, 'two\nlines, and "quotes"'), (4, "plain")]


def test_a_byte_order_mark_crlf_blank_lines_and_no_last_newline_are_fine() -> None:
    data = b"\xef\xbb\xbf" + (HEADER + b"s,1,a" + WHEN + b"\n" + b"s,2,b" + WHEN.rstrip()).replace(b"\n", b"\r\n")
    assert outcome(read_csv(io.BytesIO(data))) == [(2, "a"), (4, "b")]


def test_a_quote_that_is_never_closed_costs_its_line_alone() -> None:
    (line, reason), *rest = texts(b'1,"open', b"2,ok", b'3,"fine, too"', b"4,last")
    assert (line, reason) == (2, "opens a quote that is never closed")
    assert rest == [(3, "ok"), (4, "fine, too"), (5, "last")]


def test_two_quotes_that_are_never_closed_cost_their_two_lines_alone() -> None:
    found = texts(b'1,"open', b"2,ok", b'3,"open', b"4,last")
    assert [line for line, said in found if said in ("ok", "last")] == [3, 5]
    assert [line for line, _ in found] == [2, 3, 4, 5]


def test_a_quote_inside_a_plain_field_does_not_swallow_the_lines_up_to_the_next_one() -> None:
    found = texts(b'1,a 5" pipe', b"2,ok", b'3,a 6" pipe', b"4,last")
    assert [line for line, _ in found] == [2, 3, 4, 5]
    assert found[1] == (3, "ok")
    assert found[3] == (5, "last")


def test_text_after_a_closing_quote_costs_its_line_alone() -> None:
    (line, reason), *rest = texts(b'1,"a"b', b"2,ok")
    assert line == 2
    assert reason.startswith("is no valid CSV")
    assert rest == [(3, "ok")]


def test_an_unclosed_quote_before_a_large_file_is_bounded_in_memory() -> None:
    big = b"2," + b"x" * 1_000_000
    data = HEADER + b's,1,"open' + WHEN + (b"s," + big + WHEN) * 60
    tracemalloc.start()
    count = sum(1 for _ in read_csv(io.BytesIO(data)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 61
    assert peak < 30_000_000


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"s,1,short\n", "has 3 fields, and the header has 4"),
        (b"s,1,a,2026-11-01T09:00:00Z,more\n", "has 5 fields, and the header has 4"),
        (b"s,1,caf\xe9" + WHEN, "is not UTF-8 (byte 8 is 0xe9); save the file as UTF-8"),
        (b"s,1,a\x00b" + WHEN, "holds a NUL byte (at byte 6)"),
        (b"s,1,," + WHEN, "has 5 fields, and the header has 4"),
        (b"s,1," + WHEN, "text is missing"),
        (b"s,,a" + WHEN, "source_id is missing"),
        (b"s,1,a,2026-11-01 09:00\n", "published_at has no time zone (write 2026-11-01T09:30:00+02:00 or ...Z)"),
        (b"s,1,a,1793523600\n", "published_at "),
        (b"s,1,a,0001-01-01T00:00:00+14:00\n", "published_at "),
    ],
)
def test_a_bad_record_says_its_line_and_what_to_do(bad: bytes, reason: str) -> None:
    first, (line, said), last = outcome(read_csv(io.BytesIO(HEADER + b"s,0,a" + WHEN + bad + b"s,2,b" + WHEN)))
    assert (first, last) == ((2, "a"), (4, "b"))
    assert line == 3
    assert said.startswith(reason)


def test_columns_are_mapped_constants_set_and_the_rest_is_named_as_ignored() -> None:
    data = b"Id,Body,When,Who,Stars,Colour\n7,Nice,2026-11-01T09:00:00Z,Ann,4,red\n"
    columns = {"source_id": "Id", "text": "Body", "published_at": "When", "author.handle": "Who", "rating": "Stars"}
    row = only(data, columns=columns, constants={"source": "shop", "kind": "review"})
    assert (row.post.source, row.post.kind, row.post.rating, row.post.author.handle) == ("shop", "review", 4.0, "Ann")
    assert row.ignored_keys == ("Colour",)


def test_a_constant_goes_before_a_column_of_the_same_name() -> None:
    assert only(HEADER + b"a,1,x" + WHEN, constants={"source": "b"}).post.source == "b"


def test_nested_columns_are_found_by_their_names() -> None:
    header = HEADER.rstrip() + b",author.followers,author.is_bot,engagement.likes,reply.text,reply.published_at\n"
    row = only(header + b"s,1,x" + WHEN.rstrip() + b",12,true,3,Thanks,2026-11-02T09:00:00Z\n")
    assert (row.post.author.followers, row.post.author.is_bot, row.post.engagement.likes) == (12, True, 3)
    assert row.post.reply is not None
    assert row.post.reply.text == "Thanks"


def test_empty_cells_count_as_not_there() -> None:
    row = only(HEADER.rstrip() + b",rating,url\n" + b"s,1,x" + WHEN.rstrip() + b",,\n")
    assert (row.post.rating, row.post.url) == (None, None)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        (b"2026-11-01 09:00", "2026-11-01T07:00:00+00:00"),
        (b"2026-07-01 09:00:30", "2026-07-01T06:00:30+00:00"),
        (b"2026-11-01T09:00:00+05:00", "2026-11-01T04:00:00+00:00"),
    ],
)
def test_a_time_without_zone_is_of_the_zone_given(written: bytes, utc: str) -> None:
    row = only(HEADER + b"s,1,x," + written + b"\n", zone="Europe/Vilnius")
    assert row.post.published_at.isoformat() == utc


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InputError, match="Europe/Vilnus"):
        only(HEADER + b"s,1,x,2026-11-01 09:00\n", zone="Europe/Vilnus")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"columns": {"text": "Bodi"}}, "the file has no column 'Bodi'; did you mean 'Body'?"),
        ({"columns": {"text": "zzz"}}, "the file has no column 'zzz'; the file has Id, Body"),
        ({"columns": {"txt": "Body"}}, "'txt' is no key of a post; did you mean 'text'?"),
        ({"constants": {"sorce": "x"}}, "'sorce' is no key of a post; did you mean 'source'?"),
        (
            {"columns": {"text": "Body"}},
            "no column gives 'source': name one with --column source=NAME, or --set source=",
        ),
    ],
)
def test_a_wrong_mapping_is_refused_before_any_row_with_a_hint(options: dict[str, dict[str, str]], said: str) -> None:
    with pytest.raises(InputError) as raised:
        only(b"Id,Body\n1,x\n", **options)
    assert str(raised.value).startswith(said)


def test_a_header_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InputError, match=r"the header cannot be read: line 1: is not UTF-8"):
        only(b"sourc\xe9,text\n")


def test_an_empty_file_holds_nothing() -> None:
    assert list(read_csv(io.BytesIO(b""))) == []


@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1), max_size=6))
def test_what_a_csv_writer_writes_is_read_back(bodies: list[str]) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow(["source", "source_id", "text", "published_at"])
    for place, body in enumerate(bodies):
        writer.writerow(["s", place, f"x{body}", "2026-11-01T09:00:00Z"])
    rows = list(read_csv(io.BytesIO(stream.getvalue().encode())))
    assert [row.post.text for row in rows if isinstance(row, ReadPost)] == [f"x{body}" for body in bodies]


@given(st.binary())
def test_whatever_follows_the_header_nothing_is_raised(junk: bytes) -> None:
    rows = list(read_csv(io.BytesIO(HEADER + junk)))
    assert len(rows) <= junk.count(b"\n") + 1
