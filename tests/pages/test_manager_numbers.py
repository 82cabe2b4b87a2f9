"""The numbers of the managers' pages: each equals the list behind its link, the API's own figure, and the file's."""

import csv
import io
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.api.service import Client

BRAND = "/brands/amber-roast"
PERIOD = "from=2026-10-20&to=2026-11-10"
TABS = ("", "/gap", "/trends", "/journey", "/loop", "/themes", "/words", "/posts", "/compare", "/sources")
COUNTED = ("", "/gap", "/trends", "/trends?by=day", "/journey?segment=language", "/loop", "/themes", "/compare")
_NUMBER = re.compile(r"([\d,]+)( posts?| unanswered)?")


def _joined(path: str, more: str) -> str:
    return f"{BRAND}{path}{'&' if '?' in path else '?'}{more}" if more else f"{BRAND}{path}"


def _listed(reader: Client, address: str) -> int:
    total = HTMLParser(reader.page(address)).css_first("p.total")
    assert total is not None
    return int(total.attributes["data-count"] or "")


def _numbers(page: str) -> dict[str, int]:
    """The counts that link to a list of posts, by address."""
    found: dict[str, int] = {}
    for node in HTMLParser(page).css("main a"):
        said = _NUMBER.fullmatch(" ".join(node.text().split()).replace("\xa0", " "))
        address = node.attributes.get("href") or ""
        if said and address.startswith(f"{BRAND}/posts"):
            found[address] = int(said[1].replace(",", ""))
    return found


@pytest.mark.parametrize("more", ["", PERIOD, f"{PERIOD}&source=mastodon&language=en"])
@pytest.mark.parametrize("path", COUNTED)
def test_every_number_equals_the_list_behind_it(reader: Client, path: str, more: str) -> None:
    numbers = _numbers(reader.page(_joined(path, more)))
    assert len(numbers) >= 2
    chosen = list(numbers.items())
    step = max(1, len(chosen) // 12)
    for address, count in chosen[::step]:
        assert _listed(reader, address) == count, address


@pytest.mark.parametrize("more", ["", PERIOD])
def test_every_word_opens_as_many_posts_as_it_counts(reader: Client, more: str) -> None:
    rows = HTMLParser(reader.page(_joined("/words", more))).css("main table")[0].css("tbody tr")
    assert len(rows) > 20
    for row in rows[::7]:
        link = row.css_first("a")
        assert link is not None
        assert _listed(reader, link.attributes["href"] or "") == int(row.css("td")[0].text())


def test_a_word_that_is_no_longer_in_the_cloud_is_searched_for(reader: Client) -> None:
    assert _listed(reader, f"{BRAND}/posts?word=voucher") == _listed(reader, f"{BRAND}/posts?q=voucher")


def test_the_states_are_those_of_the_api(reader: Client) -> None:
    report = reader.get("/api/v1/reports/response-gap", brand="amber-roast").json()
    numbers = _numbers(reader.page(f"{BRAND}/gap?all=true"))
    for state, count in report["states"].items():
        assert numbers[f"{BRAND}/posts?state={state}"] == count
    links = [
        (dict(parse_qsl(urlsplit(link).query)), count) for link, count in _numbers(reader.page(f"{BRAND}/gap")).items()
    ]
    (since,) = {query.get("from") for query, _ in links}
    report = reader.get("/api/v1/reports/response-gap", brand="amber-roast", **{"from": since}).json()
    states = {query["state"]: count for query, count in links if query.keys() == {"from", "state"}}
    assert states.items() <= report["states"].items()
    assert states["unanswered"]


def test_the_trends_are_those_of_the_api(reader: Client) -> None:
    report = reader.get("/api/v1/reports/trends", brand="amber-roast").json()
    numbers = _numbers(reader.page(f"{BRAND}/trends"))
    by_stage = {dict(parse_qsl(urlsplit(link).query)).get("stage"): count for link, count in numbers.items()}
    assert by_stage.keys() >= {"zmot", "fmot", "smot", "umot"}
    whole = {f"stage={row['name']}": row["count"] for row in report["period"]["stage"]}
    for link, count in numbers.items():
        query = dict(parse_qsl(urlsplit(link).query))
        if query.keys() == {"from", "stage"} and query["from"] == report["since"]:
            assert whole[f"stage={query['stage']}"] == count
    for bucket in report["buckets"]:
        if bucket["is_gap"]:
            continue
        assert any(bucket["since"] in link.replace("%3A", ":") for link in numbers)


def test_a_gap_in_coverage_is_said(reader: Client) -> None:
    page = reader.page(f"{BRAND}/trends")
    assert "nobody listened" in page
    assert HTMLParser(page).css("td.missing")


@pytest.mark.parametrize("path", ["/words", "/themes", "/gap"])
def test_files_hold_what_the_page_shows(reader: Client, path: str) -> None:
    tree = HTMLParser(reader.page(_joined(path, PERIOD)))
    links = {node.text().strip(): node.attributes["href"] or "" for node in tree.css("p.downloads a")}
    assert {"CSV", "JSON", "XLSX"} <= links.keys()
    for name, link in links.items():
        answer = reader.get(link)
        assert answer.status_code == 200, (name, link)
        assert dict(parse_qsl(urlsplit(link).query)).items() >= {("from", "2026-10-20"), ("to", "2026-11-10")}
    if path != "/gap":
        rows = list(csv.DictReader(io.StringIO(reader.get(links["CSV"]).text)))
        counts = {row.get("term") or row.get("name"): int(row["count"]) for row in rows}
        shown = tree.css("main table")[-1 if path == "/themes" else 0].css("tbody tr")
        for row in shown:
            assert counts[row.css_first("th").text().strip()] == int(row.css("td")[0].text())  # type: ignore[union-attr]


@pytest.mark.parametrize("path", TABS)
def test_pages_say_the_size_of_their_pictures_and_run_no_scripts(reader: Client, path: str) -> None:
    tree = HTMLParser(reader.page(f"{BRAND}{path}"))
    for image in tree.css("main img"):
        assert image.attributes.get("width")
        assert image.attributes.get("height")
        assert image.attributes.get("alt")
    assert not tree.css("script")
