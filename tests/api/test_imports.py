"""``POST /import``: the three formats, bad lines, limits, labels afterwards."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import api.routes.imports
import api.uploads
from api.uploads import check_unpacked
from models.database import open_database
from models.errors import InputError
from tests.api.service import POSTS, Client, check_problem, lines

IMPORT = "/api/v1/import?brand=amber-roast"
TWCS = (
    b"tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
    b"1,115712,True,Tue Oct 31 22:10:47 +0000 2017,@Sprint my phone is dead,2,\n"
    b"2,Sprint,False,Tue Oct 31 22:16:48 +0000 2017,@115712 Please restart the phone and tell us what it shows,,1\n"
)


@pytest.fixture
def empty() -> Client:
    """A service that holds nothing."""
    return Client(open_database("sqlite://"))


def test_bad_lines_are_named_and_the_rest_is_kept_and_labelled(empty: Client) -> None:
    body = lines(POSTS[:2]) + b"{broken\n" + lines([{"source": "forum"}]) + lines(POSTS[2:])
    answer = empty.post(IMPORT, content=body)
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert (result["new_count"], result["bad_count"], result["is_brand_new"]) == (len(POSTS), 2, True)
    assert [bad["line"] for bad in result["bad_lines"]] == [3, 4]
    assert "JSON" in result["bad_lines"][0]["reason"]
    assert result["is_classifying"]
    posts = empty.posts()
    assert len(posts) == len(POSTS) - 1
    assert all(one["model"] for one in posts)
    assert empty.get("/api/v1/health").json()["unlabelled_count"] == 0


def test_only_the_first_hundred_bad_lines_are_named(empty: Client) -> None:
    result = empty.post(IMPORT, content=b"nonsense\n" * 150).json()
    assert (result["bad_count"], len(result["bad_lines"])) == (150, 100)


def test_the_same_file_twice_changes_nothing(empty: Client) -> None:
    empty.post(IMPORT, content=lines(POSTS))
    result = empty.post(IMPORT, content=lines(POSTS)).json()
    assert (result["new_count"], result["unchanged_count"], result["is_classifying"]) == (0, len(POSTS), False)


def test_a_form_and_gzip(empty: Client) -> None:
    files = {"file": ("posts.jsonl.gz", gzip.compress(lines(POSTS)), "application/gzip")}
    assert empty.post(IMPORT, files=files).json()["new_count"] == len(POSTS)
    check_problem(empty.post(IMPORT, files={"other": b"x"}), 400, "file")


def test_csv(empty: Client) -> None:
    body = b"source,source_id,text,published_at\nforum,1,late again,2026-11-01T10:00:00Z\n"
    assert empty.post(f"{IMPORT}&format=csv", content=body).json()["new_count"] == 1


def test_twcs_names_its_brands_itself(empty: Client) -> None:
    result = empty.post("/api/v1/import?format=twcs", content=TWCS).json()
    assert (result["new_count"], result["brand"]) == (2, None)
    assert [brand["slug"] for brand in empty.get("/api/v1/brands").json()] == ["sprint"]


def test_what_cannot_be_read_at_all_leaves_no_brand_behind(empty: Client) -> None:
    for body, words in ((b"PK\x03\x04rest", "zip"), (b"", "empty")):
        problem = check_problem(empty.post(IMPORT, content=body), 400, words)
        assert "/tmp" not in problem["detail"]
    check_problem(empty.post(f"{IMPORT}&format=csv", content=b"a,b\n1,2\n"), 400, "source")
    check_problem(empty.post("/api/v1/import?format=twcs", content=b"a,b\n1,2\n"), 400, "twcs")
    assert empty.get("/api/v1/brands").json() == []


def test_a_brand_is_needed_and_a_near_miss_is_refused(client: Client) -> None:
    check_problem(client.post("/api/v1/import", content=b"{}"), 422, "brand")
    problem = check_problem(client.post("/api/v1/import?brand=amber-rost", content=lines(POSTS)), 422, "amber-roast")
    assert problem["errors"][0]["parameter"] == "brand"
    check_problem(client.post(f"{IMPORT}&format=xml", content=b"{}"), 422)


@pytest.mark.parametrize("is_form", [False, True])
@pytest.mark.parametrize("says_length", [False, True])
def test_more_than_the_limit_is_refused(
    empty: Client, monkeypatch: pytest.MonkeyPatch, is_form: bool, says_length: bool
) -> None:
    spooled = api.uploads.spooled
    monkeypatch.setattr(api.routes.imports, "spooled", lambda request: spooled(request, most=100_000))
    body = b"x" * 300_000
    headers = {}
    if is_form:
        body = b'--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + body + b"\r\n--B--\r\n"
        headers["Content-Type"] = "multipart/form-data; boundary=B"

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    problem = check_problem(empty.post(IMPORT, content=body if says_length else chunks(), headers=headers), 413, "MiB")
    assert problem["type"].endswith("too-large")
    assert empty.get("/api/v1/brands").json() == []


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.gz"
    file.write_bytes(gzip.compress(b"x" * 5_000_000))
    with pytest.raises(InputError, match="unpacks"):
        check_unpacked(file, most=1_000_000)
    check_unpacked(file, most=10_000_000)
