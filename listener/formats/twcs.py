"""Reads the Customer Support on Twitter layout; accounts with ``inbound`` False are brands."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from listener.formats.jsonl import read_post
from listener.formats.records import read_records
from listener.formats.rows import BadLine, FaultyLine, Row
from models.errors import InputError

SOURCE = "twitter"
_COLUMNS = ("tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id")
_HANDLE = re.compile(r"(?<![\w@/])@(\w+)")
_TIME = "%a %b %d %H:%M:%S %z %Y"


def brand_accounts(stream: BinaryIO) -> dict[str, str]:
    """A first pass over the file: the brands' accounts, lower case to as written, in order of appearance."""
    found: dict[str, str] = {}
    for row in _rows(stream):
        if not isinstance(row, BadLine):
            _, values = row
            if values["inbound"].strip().lower() == "false" and values["author_id"]:
                found.setdefault(values["author_id"].lower(), values["author_id"])
    return found


def read_twcs(stream: BinaryIO, accounts: dict[str, str]) -> Iterator[Row]:
    """Yield one row a tweet, tied to the brand accounts that it tags or that wrote it.

    A tweet that a brand answered without being tagged is tied to none: to count it would select posts by their
    outcome. The responses that a tweet lists become its count of replies, so that one whose answer is missing from
    the file is not taken for unanswered.
    """
    for row in _rows(stream):
        if isinstance(row, BadLine):
            yield row
            continue
        number, values = row
        try:
            data = _post(values)
            author = values["author_id"].lower()
            tagged = [handle for handle in dict.fromkeys(_tagged(values["text"])) if handle in accounts]
            own = [author] if author in accounts else []
            yield read_post(number, data, tuple(own or tagged))
        except FaultyLine as fault:
            yield BadLine(number, str(fault))


def _rows(stream: BinaryIO) -> Iterator[tuple[int, dict[str, str]] | BadLine]:
    header: list[str] | None = None
    for record in read_records(stream):
        if isinstance(record, BadLine):
            yield record
        elif header is None:
            header = [name.strip() for name in record[1]]
            missing = [name for name in _COLUMNS if name not in header]
            if missing:
                raise InputError(f"not in the twcs layout: column {', '.join(missing)} is missing")
        else:
            yield record[0], dict(zip(header, record[1], strict=True))


def _post(values: dict[str, str]) -> dict[str, object]:
    inbound = values["inbound"].strip().lower()
    if inbound not in ("true", "false"):
        raise FaultyLine(f"inbound is {values['inbound']!r}, and is to be True or False")
    try:
        at = datetime.strptime(values["created_at"].strip(), _TIME)  # noqa: DTZ007  (the format holds %z)
    except ValueError:
        raise FaultyLine(
            f"created_at is {values['created_at']!r}, and is to be like 'Tue Oct 31 22:10:47 +0000 2017'"
        ) from None
    parent = values["in_response_to_tweet_id"].strip()
    responses = [id for id in values["response_tweet_id"].split(",") if id.strip()]
    return {
        "source": SOURCE,
        "source_id": values["tweet_id"].strip(),
        "text": values["text"],
        "published_at": at,
        "author": {
            "source_id": values["author_id"],
            "handle": values["author_id"],
            "is_owned": inbound == "false",
        },
        "kind": "reply" if parent else "post",
        "parent_source_id": parent or None,
        "engagement": {"replies": len(responses)},
    }


def _tagged(text: str) -> list[str]:
    """Accounts on that network are letters, digits and underscores: a full stop after one is not part of it."""
    return [name.lower() for name in _HANDLE.findall(text)]
