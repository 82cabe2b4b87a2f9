"""The Customer Support on Twitter layout: who is a brand, what is tied to it, what is known to be answered."""

import csv
import io

import pytest

from listener.formats import BadLine, ReadPost, brand_accounts, read_twcs
from models.errors import InputError

COLUMNS = ("tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id")
WHEN = "Tue Oct 31 22:10:47 +0000 2017"
ACCOUNTS = {"amberroast": "AmberRoast", "northbeans": "NorthBeans"}


def tweet(id: str, author: str, text: str, **keys: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "") | {"tweet_id": id, "author_id": author, "text": text, "created_at": WHEN}
    return row | {"inbound": str(author not in ACCOUNTS.values())} | keys


def file_of(*tweets: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> io.BytesIO:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(tweets)
    return io.BytesIO(stream.getvalue().encode())


def only(said: dict[str, str]) -> ReadPost:
    (row,) = read_twcs(file_of(said), ACCOUNTS)
    assert isinstance(row, ReadPost), row
    return row


def test_brand_accounts_are_those_that_write_outbound() -> None:
    file = file_of(
        tweet("1", "115712", "@AmberRoast hello"),
        tweet("2", "AmberRoast", "hi"),
        tweet("3", "NorthBeans", "hi"),
        tweet("4", "AmberRoast", "again"),
    )
    assert list(brand_accounts(file).items()) == list(ACCOUNTS.items())


def test_a_tweet_becomes_a_post_with_its_parent_time_and_count_of_replies() -> None:
    row = only(tweet("2", "115712", "@amberroast late, \nagain", response_tweet_id="3,4", in_response_to_tweet_id="1"))
    said = row.post
    assert (said.source, said.source_id, said.parent_source_id, said.kind) == ("twitter", "2", "1", "reply")
    assert said.published_at.isoformat() == "2017-10-31T22:10:47+00:00"
    assert said.engagement.replies == 2
    assert (said.author.handle, said.author.is_owned) == ("115712", False)
    assert row.accounts == ("amberroast",)


def test_the_zone_of_the_time_counts() -> None:
    row = only(tweet("1", "u", "hi", created_at="Tue Oct 31 22:10:47 +0200 2017"))
    assert row.post.published_at.isoformat() == "2017-10-31T20:10:47+00:00"


@pytest.mark.parametrize(
    ("author", "text", "accounts"),
    [
        ("7", "@AMBERROAST why?", ("amberroast",)),
        ("7", "@NorthBeans beats @AmberRoast, @northbeans!", ("northbeans", "amberroast")),
        ("7", "AmberRoast is late", ()),
        ("7", "mail me@amberroast.example", ()),
        ("7", "@AmberRoastFans hello", ()),
        ("AmberRoast", "@NorthBeans hello neighbours", ("amberroast",)),
        ("7", "no tag, though a brand answers", ()),
    ],
)
def test_a_tweet_is_tied_to_the_brands_it_tags_or_that_wrote_it(
    author: str, text: str, accounts: tuple[str, ...]
) -> None:
    assert only(tweet("1", author, text, response_tweet_id="9")).accounts == accounts


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"inbound": "maybe"}, "inbound is 'maybe', and is to be True or False"),
        ({"inbound": ""}, "inbound is '', and is to be True or False"),
        (
            {"created_at": "2017-10-31"},
            "created_at is '2017-10-31', and is to be like 'Tue Oct 31 22:10:47 +0000 2017'",
        ),
        ({"created_at": "Tue Oct 31 22:10:47 2017"}, "created_at is "),
        ({"created_at": "Mon Jan 01 00:00:00 +1400 0001"}, "published_at "),
        ({"tweet_id": ""}, "source_id "),
        ({"text": " "}, "text is empty"),
    ],
)
def test_a_bad_tweet_costs_its_line_alone(keys: dict[str, str], reason: str) -> None:
    file = file_of(tweet("1", "7", "one"), tweet("2", "7", "two") | keys, tweet("3", "7", "three"))
    first, bad, last = read_twcs(file, ACCOUNTS)
    assert isinstance(first, ReadPost)
    assert isinstance(last, ReadPost)
    assert isinstance(bad, BadLine)
    assert str(bad).startswith(f"line 3: {reason}")


def test_a_line_with_a_stray_quote_is_reported_in_both_passes_alike() -> None:
    data = file_of(tweet("1", "7", "one"), tweet("2", "AmberRoast", "two")).getvalue()
    data += b'3,7,True,"open\n4,NorthBeans,False,' + WHEN.encode() + b",four,,\n"
    assert list(brand_accounts(io.BytesIO(data))) == ["amberroast", "northbeans"]
    rows = list(read_twcs(io.BytesIO(data), ACCOUNTS))
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert [row.line for row in rows if isinstance(row, BadLine)] == [4]


def test_a_wrong_width_is_reported() -> None:
    data = file_of(tweet("1", "7", "one")).getvalue() + b"2,7,True\n"
    assert [str(row) for row in read_twcs(io.BytesIO(data), {}) if isinstance(row, BadLine)] == [
        "line 3: has 3 fields, and the header has 7"
    ]


def test_another_layout_is_refused_by_the_missing_columns() -> None:
    with pytest.raises(InputError, match=r"not in the twcs layout: column inbound, text is missing"):
        list(read_twcs(file_of(columns=tuple(name for name in COLUMNS if name not in ("inbound", "text"))), {}))


def test_columns_may_stand_in_any_order_and_others_beside_them() -> None:
    (row,) = read_twcs(file_of(tweet("1", "7", "one"), columns=("extra", *reversed(COLUMNS))), {})
    assert isinstance(row, ReadPost)
    assert row.post.source_id == "1"
