"""Reads files of posts as streams: what is good as ``ReadPost``, what is bad as ``BadLine``, in the file's order."""

from listener.formats.bytestream import open_input
from listener.formats.jsonl import read_jsonl
from listener.formats.rows import BadLine, ReadPost, Row
from listener.formats.table import read_csv
from listener.formats.twcs import brand_accounts, read_twcs

__all__ = ["BadLine", "ReadPost", "Row", "brand_accounts", "open_input", "read_csv", "read_jsonl", "read_twcs"]
