"""Files are opened as what they are, refused by name where they are no text, and cut into lines of bounded length."""

import gzip
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from listener.formats import BadLine, open_input, read_jsonl
from listener.formats.bytestream import encoding_fault, read_lines
from models.errors import InputError
from tests.builders import lines, post

TWO = lines([post("1"), post("2")])


def ids(file: Path) -> list[str]:
    with open_input(str(file)) as stream:
        return [str(row) if isinstance(row, BadLine) else row.post.source_id for row in read_jsonl(stream)]


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz"])
@pytest.mark.parametrize("packed", [False, True])
def test_gzip_is_known_by_its_bytes_not_by_its_name(tmp_path: Path, name: str, packed: bool) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(TWO) if packed else TWO)
    assert ids(file) == ["1", "2"]


def test_a_gzip_file_of_two_members_is_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "posts.gz"
    file.write_bytes(gzip.compress(TWO) + gzip.compress(TWO))
    assert ids(file) == ["1", "2", "1", "2"]


def test_a_truncated_gzip_file_gives_what_could_be_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "posts.gz"
    file.write_bytes(gzip.compress(TWO, compresslevel=0)[:-30])
    *good, bad = ids(file)
    assert good == ["1"]
    assert bad.startswith("line 2: the compressed file ends early or is damaged here")


def test_a_gzip_file_damaged_at_its_end_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "posts.gz"
    packed = gzip.compress(TWO)
    file.write_bytes(packed[:-8] + b"\x00" * 8)
    assert "the compressed file ends early or is damaged here" in ids(file)[-1]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04rest", "is a zip archive or spreadsheet: unpack it, or save it as CSV"),
        ('{"a": 1}'.encode("utf-16"), "is UTF-16 text: convert it, for instance with iconv -f UTF-16 -t UTF-8"),
        (b"\xfe\xff\x00{", "is UTF-16 text: convert it"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\x28\xb5\x2f\xfdrest", "is zstd-compressed: unpack it with zstd -d"),
        (b"SQLite format 3\x00", "is an SQLite database"),
    ],
)
def test_what_is_plainly_no_text_is_refused_with_a_way_out(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_bytes(data)
    with pytest.raises(InputError) as raised:
        ids(file)
    assert str(raised.value).startswith(f"{file}: {reason}")


def test_a_real_zip_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "posts.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("posts.jsonl", TWO)
    with pytest.raises(InputError, match="zip archive"):
        ids(file)


def test_utf_16_without_mark_is_reported_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_bytes(TWO.decode().encode("utf-16-le"))
    assert all("holds a NUL byte" in outcome for outcome in ids(file))


def test_latin_1_is_reported_by_line_and_byte(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_bytes(TWO + b'{"source": "caf\xe9"}\n')
    assert ids(file) == ["1", "2", "line 3: is not UTF-8 (byte 16 is 0xe9); save the file as UTF-8"]


def test_what_cannot_be_opened_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: No such file or directory"):
        ids(tmp_path / "nowhere.jsonl")
    with pytest.raises(InputError, match="Is a directory"):
        ids(tmp_path)


def test_a_reader_of_a_pipe_that_has_gone_is_not_blamed_on_the_input(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_bytes(TWO)
    with pytest.raises(BrokenPipeError), open_input(str(file)):
        raise BrokenPipeError(32, "Broken pipe")


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"")
    assert ids(file) == []


@pytest.mark.parametrize("data", [TWO, gzip.compress(TWO, mtime=0)])
def test_standard_input_is_read_as_a_stream_packed_or_not(data: bytes) -> None:
    code = (
        "from listener.formats import open_input, read_jsonl\n"
        "with open_input('-') as stream: print([row.post.source_id for row in read_jsonl(stream)])"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False)
    assert (done.stdout.decode().strip(), done.stderr) == ("['1', '2']", b"")


@pytest.mark.parametrize("length", [9, 10, 11, 19, 20, 21, 30])
def test_a_line_is_too_long_from_one_byte_over_the_limit_on(length: int) -> None:
    stream = io.BytesIO(b"ok\n" + b"x" * length + b"\nlast")
    first, second, third = read_lines(stream, longest=10)
    assert (first, third) == ((1, b"ok\n"), (3, b"last"))
    assert isinstance(second, BadLine) == (length > 10)
    if isinstance(second, BadLine):
        assert second.reason == f"is {length + 1} bytes long; the most is 10"


def test_an_overlong_last_line_without_newline_is_reported() -> None:
    assert [str(entry) for entry in read_lines(io.BytesIO(b"x" * 25), longest=10)] == [
        "line 1: is 25 bytes long; the most is 10"
    ]


def test_a_byte_order_mark_is_taken_off_the_first_line_alone() -> None:
    assert list(read_lines(io.BytesIO(b"\xef\xbb\xbfa\n\xef\xbb\xbfb"))) == [(1, b"a\n"), (2, b"\xef\xbb\xbfb")]


def test_good_bytes_have_no_fault() -> None:
    assert encoding_fault("žąsų 你好 👍\n".encode()) is None
    assert encoding_fault(b"ab\xff") == "is not UTF-8 (byte 3 is 0xff); save the file as UTF-8"
