"""Several agents at once: of two who mean one post one is told, nobody's work is lost, undo keeps others' words."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import sleep
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import open_database, session_of
from models.inbox_tables import MentionTag, TriageAction
from models.store.labels import LabelData, save_correction, save_labels
from models.store.triage import hold
from models.tables import Mention
from models.words import Addressee, CorrectedField, Role, Sentiment, Stage
from tests.api.service import NOW, add, post
from tests.api.signing import Browser, Service
from tests.postgres import empty, running

PAGE = "/brands/amber-roast/inbox"
NAMES = ("Ona", "Łucja", "נועה", "美玲")
POSTS = [
    post("1", "@amberroast my machine leaks, please help", "11-01 10:00"),
    post("2", "Gdzie jest moja paczka? Czekam już dwa tygodnie", "11-02 10:00"),
    post("3", "Kur mano siuntinys? Niekas neatsako", "11-03 10:00"),
    post("4", "איפה המשלוח שלי? כבר שבועיים אני מחכה", "11-04 10:00"),
    post("5", "咖啡機壞了,客服沒有回覆", "11-05 10:00"),
]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this module's own."""
    with running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """A service with waiting posts and four agents, over a database that several connections write to."""
    address = f"sqlite:///{tmp_path}/inbox.db"
    if request.param == "postgresql":
        address = str(request.getfixturevalue("postgres"))
        empty(address)
    engine = open_database(address)
    add(engine, POSTS)
    label(engine, Stage.SMOT)
    made = Service(engine)
    for name in NAMES:
        made.add(name, Role.AGENT)
    yield made
    engine.dispose()


def label(engine: Engine, stage: Stage, model: str = "by hand 2") -> None:
    """As the classifier does: everything waits, and is at this stage."""
    with session_of(engine) as session:
        ids = [id or 0 for id in session.exec(select(Mention.id).order_by(col(Mention.id)))]
        save_labels(session, [_label(id, stage) for id in ids], model, NOW, 0.5)


def _label(id: int, stage: Stage) -> LabelData:
    stages = {name.value: 0.8 if name is stage else 0.05 for name in Stage}
    feelings = {name.value: 0.8 if name is Sentiment.NEGATIVE else 0.1 for name in Sentiment}
    return LabelData(id, stage, stages, Sentiment.NEGATIVE, feelings, 0.9, 0.9, Addressee.BRAND, True)


def signed_in(service: Service) -> list[Browser]:
    browsers = [service.browser(address=f"127.0.0.{at}") for at in range(2, 2 + len(NAMES))]
    for name, browser in zip(NAMES, browsers, strict=True):
        assert browser.sign_in(name).status_code == 303
    return browsers


def together(browsers: list[Browser], do: Callable[[Browser, int], httpx.Response]) -> list[httpx.Response]:
    """All at the same moment, each in a thread."""
    gate = Barrier(len(browsers))

    def one(at: int) -> httpx.Response:
        gate.wait()
        return do(browsers[at], at)

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(one, range(len(browsers))))


def picks(browser: Browser) -> list[str]:
    """What the checkboxes of the list say: mention and edition."""
    page = HTMLParser(browser.get(PAGE).text)
    return [box.attributes["value"] or "" for box in page.css(".entries input[name=post]")]


def act(browser: Browser, kind: str, *wanted: str, **fields: str) -> httpx.Response:
    data: dict[str, Any] = {"kind": kind, "post": list(wanted), "next": PAGE, **fields}
    return browser.call("POST", "/inbox/actions", data=data, headers={"Accept": "text/html", "Origin": browser.base})


def words(page: httpx.Response) -> str:
    return " ".join(HTMLParser(page.text).css_first("main").text(separator=" ").split())  # type: ignore[union-attr]


def test_of_all_who_mean_the_same_post_one_is_first_and_the_others_are_told(service: Service) -> None:
    browsers = signed_in(service)
    for pick in picks(browsers[0]):
        answers = together(browsers, lambda browser, at, pick=pick: act(browser, "tag", pick, tag=f"by {at}"))  # type: ignore[misc]
        assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
        first = next(at for at, answer in enumerate(answers) if answer.status_code == 303)
        for answer in answers:
            if answer.status_code == 409:
                assert "Somebody was faster" in answer.text
                assert NAMES[first] in words(answer)
                assert f"tagged by {first}" in words(answer)
                assert "Nothing was done" in words(answer)
    with session_of(service.engine) as session:
        assert len(session.exec(select(TriageAction)).all()) == len(POSTS)
        assert len(session.exec(select(MentionTag)).all()) == len(POSTS)


def test_nobodys_work_is_lost_and_nobody_waits_for_ever(service: Service) -> None:
    browsers = signed_in(service)
    ids = [pick.split(".")[0] for pick in picks(browsers[0])]  # without editions: done whatever has changed
    for turn in range(5):

        def tag_all(browser: Browser, at: int, turn: int = turn) -> httpx.Response:
            order = ids if at % 2 else ids[::-1]
            return act(browser, "tag", *order[at % 3 :], tag=f"{turn} of {at}")

        assert [answer.status_code for answer in together(browsers, tag_all)] == [303] * len(browsers)
    with session_of(service.engine) as session:
        tags = session.exec(select(MentionTag)).all()
        assert len(session.exec(select(TriageAction)).all()) == 5 * len(NAMES)
    assert len(tags) == 5 * sum(len(ids) - at % 3 for at in range(len(NAMES)))


def test_the_conflict_is_told_in_the_readers_language_and_leads_back(service: Service) -> None:
    one, other, *_ = signed_in(service)
    pick = picks(one)[0]
    assert act(one, "stage", pick, stage="fmot").status_code == 303
    answer = act(other, "sentiment", pick, sentiment="neutral")
    assert answer.status_code == 409
    assert "Ona" in words(answer)
    assert "FMOT" in words(answer)
    assert f'href="{PAGE}"' in answer.text
    assert act(other, "sentiment", picks(other)[0], sentiment="neutral").status_code == 303


def test_a_new_label_is_told_as_what_it_is(service: Service) -> None:
    browser = signed_in(service)[0]
    pick = picks(browser)[0]
    label(service.engine, Stage.ZMOT, "another")
    assert "It has a new label" in words(act(browser, "tag", pick, tag="late"))


def test_an_action_is_undone_once_and_the_slower_one_is_told_by_whom(service: Service) -> None:
    browsers = signed_in(service)
    done = act(browsers[0], "no_answer_needed", picks(browsers[0])[0]).headers["location"]
    id = int(done.split("done=")[1])
    answers = together(browsers, lambda browser, _: browser.send(f"/inbox/actions/{id}/undo", next=PAGE))
    assert [answer.status_code for answer in answers] == [303] * len(browsers)
    with session_of(service.engine) as session:
        by = session.exec(select(TriageAction)).one().undone_by
    assert by in NAMES
    for name, browser in zip(NAMES, browsers, strict=True):
        told = words(browser.get(done)).split("Waiting")[0]
        assert ("undone by" in told) == (name != by)
        assert name == by or by in told


def test_undo_takes_back_ones_own_and_says_whose_word_stands(service: Service) -> None:
    one, other, *_ = signed_in(service)
    pick = picks(one)[0]
    mine = act(one, "stage", pick, stage="fmot").headers["location"]
    again = next(found for found in picks(other) if found.split(".")[0] == pick.split(".")[0])
    assert act(other, "stage", again, stage="zmot").status_code == 303
    there = one.send(f"/inbox/actions/{mine.split('done=')[1]}/undo", next=PAGE).headers["location"]
    assert "what Łucja did since then stays" in words(one.get(there))
    with session_of(service.engine) as session:
        mention = session.get_one(Mention, int(pick.split(".")[0]))
        assert mention.stage == "zmot"


def test_the_key_undoes_nobody_elses(service: Service) -> None:
    one, other, *_ = signed_in(service)
    pick = picks(one)[0]
    there = act(one, "assign", pick, assignee="me").headers["location"]
    for browser, is_mine in ((one, True), (other, False)):
        page = HTMLParser(browser.get(f"{there}&open={pick.split('.')[0]}").text)
        assert bool(page.css("[data-key=u]")) == is_mine
        assert bool(page.css(".history [data-own]")) == is_mine
        assert page.css(".history button")


def test_a_correction_stands_whatever_the_classifier_writes_meanwhile(service: Service) -> None:
    with ThreadPoolExecutor(1) as pool:
        with session_of(service.engine) as session:
            mention = hold(session, [1])[0]
            save_correction(session, mention, CorrectedField.STAGE, "fmot", "Ona", NOW)
            working = pool.submit(label, service.engine, Stage.UMOT, "newer")
            sleep(1)  # the classifier has begun, and waits
            assert not working.done()
        working.result()
    with session_of(service.engine) as session:
        stages = session.exec(select(Mention.stage).order_by(col(Mention.id))).all()
    assert stages == ["fmot", *["umot"] * (len(POSTS) - 1)]
