"""Threads that are looked at again: what an answer's absence means, what happens when a look fails, when looks end."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from listener.collectors.contract import Page
from models.errors import BusyError, GarbledError, GoneError, UnreachableError
from tests.builders import label_all
from tests.collecting.clock import START
from tests.collecting.forum import Forum, Reply
from tests.collecting.listening import Listening
from tests.collecting.scripted import ScriptedThreads, Step, raw

LONG_AGO = START - timedelta(days=20)
ANSWER = "We are sorry. A new one left our roastery today and reaches you by Friday."


def _states(listening: Listening) -> dict[str, str | None]:
    label_all(listening.engine)
    return {name: view.state for name, view in listening.views().items()}


def test_a_thread_that_could_not_be_looked_at_leaves_its_mention_unknown(forum: Forum, discourse: Listening) -> None:
    asked = forum.add("המסננת חסרה בחבילה.", LONG_AGO, "noa")
    forum.add("Siuntinys vėluoja jau antrą savaitę.", LONG_AGO, "jonas")
    forum.trouble = lambda path: Reply(b"", 500) if path.startswith(f"/t/{asked}.") else None
    (summary,) = discourse.collect()
    assert summary.failure is None
    (fault,) = summary.faults
    assert f"/t/{asked}.json answered 500" in fault
    assert discourse.ask("SELECT error FROM run") == [(fault,)]
    states = dict(discourse.ask("SELECT source_id, replies_seen_seconds FROM post"))
    assert states == {"forum.example/t/1/1": 0, "forum.example/t/2/1": 20 * 86400}
    forum.trouble = lambda _path: None
    discourse.collect(minutes=10)
    states = dict(discourse.ask("SELECT source_id, replies_seen_seconds FROM post"))
    assert set(states.values()) == {20 * 86400 + 600}


def _script(listening: Listening, threads: Mapping[str, list[Step]], *passes: list[Step]) -> ScriptedThreads:
    script = ScriptedThreads(*passes, threads=threads)
    listening.replace_stream(collector=script)
    return script


@pytest.mark.parametrize("error", [UnreachableError("no answer"), GarbledError("noise"), KeyError("posts")])
def test_a_failed_look_leaves_unknown_and_is_made_up_for(wordpress: Listening, error: Exception) -> None:
    post = raw("a", LONG_AGO)
    script = _script(wordpress, {"a": [error]}, [Page([post])])
    (summary,) = wordpress.collect()
    assert summary.failure is None
    assert summary.faults[0].startswith("thread a: ")
    assert _states(wordpress) == {"a": "unknown"}
    script.threads = {"a": [Page([post], is_whole=True)]}
    wordpress.collect(minutes=10)
    assert _states(wordpress) == {"a": "unanswered"}


def test_a_thread_seen_in_part_leaves_its_mention_unknown(wordpress: Listening) -> None:
    """What is missing may be the answer."""
    post = raw("a", LONG_AGO)
    _script(wordpress, {"a": [Page([post], is_whole=False)]}, [Page([post])])
    (summary,) = wordpress.collect()
    assert summary.faults == []
    assert _states(wordpress) == {"a": "unknown"}


def test_a_thread_that_nothing_came_of_leaves_its_mention_unknown(wordpress: Listening) -> None:
    _script(wordpress, {"a": []}, [Page([raw("a", LONG_AGO)])])
    wordpress.collect()
    assert _states(wordpress) == {"a": "unknown"}


def test_a_post_of_a_thread_that_cannot_be_read_hides_no_answer(wordpress: Listening) -> None:
    post = raw("a", LONG_AGO)
    _script(wordpress, {"a": [Page([post, KeyError("text")], is_whole=True)]}, [Page([post])])
    (summary,) = wordpress.collect()
    assert summary.counts["bad"] == 1
    assert _states(wordpress) == {"a": "unknown"}


def test_what_a_whole_thread_lacks_is_gone(wordpress: Listening) -> None:
    posts = [raw("a", LONG_AGO), raw("b", LONG_AGO, parent_source_id="a", kind="reply")]
    script = _script(wordpress, {"a": [Page(posts, is_whole=True)]}, [Page(posts)])
    wordpress.collect()
    script.threads = {"a": [Page(posts[:1], is_whole=False)]}
    (summary,) = wordpress.collect(minutes=10)
    assert summary.counts["gone"] == 0
    script.threads = {"a": [Page(posts[:1], is_whole=True)]}
    (summary,) = wordpress.collect(minutes=10)
    assert summary.counts["gone"] == 1
    assert wordpress.ask("SELECT source_id FROM post WHERE gone_at IS NOT NULL") == [("b",)]


def test_a_post_that_cannot_be_read_is_not_gone(wordpress: Listening) -> None:
    posts = [raw("a", LONG_AGO), raw("b", LONG_AGO, parent_source_id="a", kind="reply")]
    pages: list[Step] = [Page([posts[0], KeyError("text")]), Page([], is_whole=True)]
    _script(wordpress, {"a": pages}, [Page(posts)])
    (summary,) = wordpress.collect()
    assert (summary.counts["bad"], summary.counts["gone"]) == (1, 0)


def test_a_topic_that_is_gone_takes_its_root_along_and_is_not_looked_at_again(wordpress: Listening) -> None:
    script = _script(wordpress, {"a": [GoneError("404")]}, [Page([raw("a", LONG_AGO)])])
    (summary,) = wordpress.collect()
    assert (summary.counts["gone"], summary.faults) == (1, [])
    wordpress.collect(minutes=10)
    assert script.looked_at == ["a"]
    assert wordpress.ask("SELECT text, gone_reason FROM post") == [("", "source")]


def test_a_busy_source_is_left_alone_until_the_next_run(wordpress: Listening) -> None:
    posts = [raw(name, LONG_AGO) for name in "abc"]
    script = _script(wordpress, {name: [BusyError("ask again tomorrow")] for name in "abc"}, [Page(posts)])
    (summary,) = wordpress.collect()
    assert (summary.failure, summary.faults) == (None, ["ask again tomorrow"])
    assert len(script.looked_at) == 1
    assert set(_states(wordpress).values()) == {"unknown"}
    script.threads = {post["source_id"]: [Page([post], is_whole=True)] for post in posts}
    wordpress.collect(minutes=10)
    assert sorted(script.looked_at[1:]) == ["a", "b", "c"]
    assert set(_states(wordpress).values()) == {"unanswered"}


def test_looks_thin_out_and_begin_anew_when_something_is_heard(wordpress: Listening) -> None:
    post = raw("a", START - timedelta(minutes=5))
    script = _script(wordpress, {"a": [Page([post], is_whole=True)]}, [Page([post])])
    looked = []
    for _ in range(36):  # quarters of an hour
        before = len(script.looked_at)
        wordpress.collect(minutes=15)
        looked.append(len(script.looked_at) - before)
    assert looked[:5] == [1, 1, 1, 1, 1], "at every pass in the first hour"
    assert sum(looked[5:]) == 7, "then once an hour"
    script.passes = [[Page([raw("b", wordpress.now, parent_source_id="a", kind="reply", thread_source_id="a")])]]
    wordpress.collect(minutes=15)
    for _ in range(3):
        before = len(script.looked_at)
        wordpress.collect(minutes=15)
        assert len(script.looked_at) == before + 1
