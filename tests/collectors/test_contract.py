"""Every collector there is, found by itself: recorded shapes become the expected posts, paging ends.

A new file in listener/collectors without its data pairs turns this red.
"""

import json
from contextlib import nullcontext

import httpx
import pytest

from listener.collectors import collector, names
from listener.collectors.contract import Standing
from models import errors
from tests.collectors.harness import Case, Outcome, cases_of, response_of

SOURCES = names()
PAIRS = [(source, case) for source in SOURCES for case in cases_of(source)]
MOST_REQUESTS = 60


@pytest.mark.parametrize("source", SOURCES)
def test_every_collector_has_its_data(source: str) -> None:
    wanted = {"full", "sparse", "empty"} | ({"thread"} if hasattr(collector(source), "fetch_thread") else set())
    missing = sorted(wanted - set(cases_of(source)))
    assert not missing, f"tests/data/{source}/ lacks {', '.join(f'{name}.json' for name in missing)}"


@pytest.mark.parametrize(("source", "name"), PAIRS)
def test_recorded_shapes_become_the_expected_posts(source: str, name: str) -> None:
    case, outcome = Case(source, name), Outcome()
    if not case.has_expected(source, name):
        said = {"posts": (found := case.run()).posts, "gone": found.gone, "bad": len(found.bad)}
        said |= {"gone_authors": found.gone_authors} if found.gone_authors else {}
        shown = json.dumps(said | {"shortfalls": found.shortfalls}, ensure_ascii=False, indent=2)
        pytest.fail(f"write tests/data/{source}/{name}.expected.json; read every value first:\n{shown}", pytrace=False)
    expected = case.expected(source, name)
    error = expected.get("raises")
    with pytest.raises(getattr(errors, error)) if error else nullcontext():
        case.run(outcome=outcome)
    assert outcome.posts == expected["posts"]
    assert outcome.gone == expected.get("gone", [])
    assert outcome.gone_authors == expected.get("gone_authors", [])
    assert len(outcome.bad) == expected.get("bad", 0), outcome.bad
    assert outcome.shortfalls == expected.get("shortfalls", [])


@pytest.mark.parametrize("source", SOURCES)
def test_the_declaration_says_what_users_need(source: str) -> None:
    module = collector(source)
    said = module.DECLARATION
    assert said.name == source
    assert said.terms.startswith("https://")
    assert all(len(text) > 10 for text in (said.covers, said.history))
    assert said.pace.requests >= 1
    assert said.pace.seconds > 0
    assert (said.standing is Standing.DEAD) == (said.dead_since is not None)
    assert said.standing is not Standing.NEEDS_KEY or any(secret.is_required for secret in said.secrets)
    for post in Case(source, "full").run().posts:
        assert post["source"] == source
        assert post["published_at"].endswith("Z")


@pytest.mark.parametrize("source", SOURCES)
def test_a_pass_goes_over_several_pages_and_holds_each_post_once(source: str) -> None:
    outcome = Case(source, "full").run()
    assert len(outcome.pages) >= 2
    ids = [post["source_id"] for post in outcome.posts]
    assert len(ids) == len(set(ids)) >= 4


@pytest.mark.parametrize("source", SOURCES)
def test_an_empty_listing_ends_the_pass(source: str) -> None:
    assert Case(source, "empty").run().posts == []


@pytest.mark.parametrize("source", SOURCES)
def test_an_interrupted_pass_goes_on_where_it_stopped(source: str) -> None:
    whole = Case(source, "full").run()
    if whole.cursors[0] is None:
        return  # not resumable: the pass is begun anew, which the runner's tests cover
    rest = Case(source, "full").run(cursor=whole.cursors[0])
    assert len(rest.pages) < len(whole.pages)
    assert [post for post in whole.posts if post in rest.posts] == rest.posts


@pytest.mark.parametrize("source", SOURCES)
def test_a_server_that_repeats_itself_cannot_hold_a_pass_for_ever(source: str) -> None:
    """Each path answers the same for ever; the pass ends by itself, or where the runner sees a page again."""
    case = Case(source, "full")
    asked: list[httpx.URL] = []

    def again(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        assert len(asked) <= MOST_REQUESTS, "the pass does not end"
        same = [said for said in case.said["exchanges"] if said["path"] == request.url.path]
        return response_of((same or case.said["exchanges"])[0])

    assert case.pages_until_repeat(again) >= 1
