"""``/api/v1/inbox``: the same posts as the response gap counts, in order, page by page; actions and their undo."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.database import session_of
from models.tables import Author, Brand
from models.words import Role
from tests.api.service import POSTS, Client, add, check_problem, filled, post
from tests.api.signing import Service
from tests.builders import label_all

GAP = "/api/v1/reports/response-gap?brand=amber-roast"
URL = "/api/v1/inbox"


def inbox(client: Client, **parameters: Any) -> dict[str, Any]:
    """One page."""
    answer = client.get(URL, **parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def act(client: Client, kind: str, *posts: dict[str, Any], value: str | None = None) -> Any:
    """Do something to posts as they were shown."""
    wanted = [{key: one[key] for key in ("id", "brand", "edition")} for one in posts]
    return client.post(f"{URL}/actions", json={"kind": kind, "value": value, "posts": wanted, "author": "Ola"})


def _promised(engine: Engine, hours: int | None) -> None:
    with session_of(engine) as session:
        brand = session.exec(select(Brand).where(Brand.slug == "amber-roast")).one()
        brand.promised_first_response_seconds = hours * 3600 if hours is not None else None


def test_what_is_unanswered_here_is_what_the_response_gap_counts(client: Client) -> None:
    gap = client.get(GAP).json()
    found = inbox(client, brand="amber-roast", state="unanswered")
    assert found["count"] == gap["unanswered_count"] == len(found["posts"]) > 0
    assert {one["id"] for one in found["posts"]} == {one["post_id"] for one in gap["unanswered"]}
    assert inbox(client, state="any")["count"] == len(client.posts())


def test_what_waits_is_also_what_is_too_early_to_call_unanswered(client: Client) -> None:
    states = [one["state"] for one in inbox(client)["posts"]]
    assert set(states) == {"unanswered", "too_early"}
    assert inbox(client, state="too_early")["count"] == states.count("too_early")


def test_past_the_promise_first_then_severity_then_audience_then_age() -> None:
    said = [
        post("101", "Where is my parcel? Two weeks now.", "11-10 10:00", author="many"),
        post("102", "Kur mano siuntinys? Laukiu antrą savaitę.", "11-12 10:00", author="few"),
        post("103", "我的包裹在哪裡?等了兩個星期。", "11-08 10:00", author="none"),
        post("104", "Gdzie moja paczka? Czekam od wczoraj.", "11-20 10:00", author="much", rating=1),
    ]
    engine = filled([*POSTS, *said])
    with session_of(engine) as session:
        for author in session.exec(select(Author)):
            author.followers = {"many": 500_000, "few": 20_000, "much": 9_000_000}.get(author.account)
    label_all(engine)
    _promised(engine, 24 * 7)
    found = inbox(Client(engine), brand="amber-roast", limit=200)["posts"]
    keys = [
        (one["past_promise_seconds"] <= 0, -one["severity"], -one["audience"], one["published_at"]) for one in found
    ]
    assert keys == sorted(keys)
    assert {key[0] for key in keys} == {True, False}
    names = [one["source_id"] for one in found]
    assert names.index("101") < names.index("102") < names.index("103")
    assert names.index("104") > names.index("103")


@pytest.mark.parametrize("promised", [None, 24, 24 * 10])
@pytest.mark.parametrize("state", ["waiting", "any", "unanswered"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_lose_nothing_and_double_nothing(promised: int | None, state: str, limit: int) -> None:
    client = Client(filled())
    _promised(client.engine, promised)
    add(client.engine, [post("x1", "another brand's post, please help", "11-07 10:00", author="rūta")], "north-tea")
    whole = [(one["brand"], one["id"]) for one in inbox(client, state=state, limit=200)["posts"]]
    paged, cursor = [], None
    while True:
        page = inbox(client, state=state, limit=limit, **({"cursor": cursor} if cursor else {}))
        paged += [(one["brand"], one["id"]) for one in page["posts"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    assert len(set(whole)) == len(whole) >= 2


def test_a_page_goes_on_where_it_ended_whatever_was_done_since(client: Client) -> None:
    first = inbox(client, limit=2)
    rest = [one["id"] for one in inbox(client, limit=200)["posts"]][2:]
    assert act(client, "no_answer_needed", *first["posts"]).status_code == 201
    assert [one["id"] for one in inbox(client, limit=200, cursor=first["next_cursor"])["posts"]] == rest


@pytest.mark.parametrize("cursor", ["x", "WzFd", "W10", "WyIxIiwiMiJd"])
def test_a_broken_cursor_is_said(client: Client, cursor: str) -> None:
    check_problem(client.get(URL, cursor=cursor), 400, "cursor")


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"language": "he"}, ["4"]),
        ({"source": "app_store"}, []),
        ({"source": "app_store", "state": "unknown"}, ["8"]),
        ({"q": "voucher"}, ["3"]),
        ({"older": 24 * 16}, ["3", "4"]),
        ({"stage": "umot"}, []),
        ({"state": "answered"}, ["1"]),
        ({"state": "not_needed", "sentiment": "positive", "source": "bluesky"}, ["5"]),
        ({"assigned": "nobody", "language": "he"}, ["4"]),
        ({"assigned": "me"}, []),
        ({"tag": "x"}, []),
        ({"snoozed": "only"}, []),
        ({"unsure": "true"}, []),
    ],
)
def test_filters(client: Client, parameters: dict[str, Any], names: list[str]) -> None:
    assert sorted(one["source_id"] for one in inbox(client, **parameters)["posts"]) == names


@pytest.mark.parametrize(
    ("kind", "value", "parameters"),
    [
        ("answered_elsewhere", None, {"state": "redirected"}),
        ("no_answer_needed", None, {"state": "not_needed", "q": "voucher"}),
        ("not_a_complaint", None, {"complaint": "false"}),
        ("stage", "zmot", {"stage": "zmot"}),
        ("sentiment", "neutral", {"sentiment": "neutral"}),
        ("assign", "me", {"assigned": "Ola"}),
        ("snooze", "tomorrow", {"snoozed": "only"}),
        ("tag", " Refund  DUE ", {"tag": "refund due"}),
    ],
)
def test_each_action_is_found_by_its_filter_until_it_is_undone(
    client: Client, kind: str, value: str | None, parameters: dict[str, Any]
) -> None:
    before = inbox(client)
    gap = client.get(GAP).json()
    one = next(one for one in before["posts"] if one["source_id"] == "3")
    assert inbox(client, **parameters)["posts"] == []
    done = act(client, kind, one, value=value)
    assert done.status_code == 201, done.text
    assert [found["id"] for found in inbox(client, **parameters)["posts"]] == [one["id"]]
    assert done.json()["posts"][0]["edition"] != one["edition"]
    if kind in ("answered_elsewhere", "no_answer_needed"):
        assert client.get(GAP).json()["unanswered_count"] == gap["unanswered_count"] - 1
    undone = client.post(f"{URL}/actions/{done.json()['id']}/undo")
    assert undone.status_code == 200, undone.text
    assert inbox(client) == before
    assert client.get(GAP).json() == gap


def test_many_at_once_or_none(client: Client) -> None:
    posts = inbox(client, state="unanswered")["posts"]
    act(client, "tag", posts[0], value="urgent")
    problem = check_problem(act(client, "no_answer_needed", *posts), 409, str(posts[0]["id"]))
    assert problem["type"].endswith("changed-meanwhile")
    assert inbox(client, state="unanswered")["count"] == len(posts)
    posts = inbox(client, state="unanswered")["posts"]
    done = act(client, "no_answer_needed", *posts).json()
    assert inbox(client, state="unanswered")["count"] == 0
    assert client.post(f"{URL}/actions/{done['id']}/undo").status_code == 200
    assert inbox(client, state="unanswered")["posts"] == posts


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("stage", "tmot"), ("stage", None), ("sentiment", "glad"), ("snooze", "2020-01-01"), ("snooze", "soon"),
        ("tag", ""), ("tag", "a,b"), ("tag", "x" * 41), ("answered_elsewhere", "2027-01-01"), ("assign", "x\u202ey"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_changes_nothing(client: Client, kind: str, value: str | None) -> None:
    before = inbox(client)
    check_problem(act(client, kind, before["posts"][0], value=value), 422)
    assert inbox(client) == before


def test_what_is_not_there(client: Client) -> None:
    one = inbox(client)["posts"][0]
    check_problem(act(client, "tag", one | {"id": 9999}, value="x"), 404)
    check_problem(act(client, "tag", one | {"brand": "nobody"}, value="x"), 404)
    check_problem(client.post(f"{URL}/actions/99/undo"), 404)
    own = client.get(f"/api/v1/posts/{client.posts(q='leaks')[0]['id']}").json()["thread"][1]["id"]
    check_problem(act(client, "tag", one | {"id": own, "edition": None}, value="x"), 422, "no customer")


def test_a_correction_is_taken_back_where_its_answer_says(client: Client) -> None:
    before = client.posts()
    id = client.posts(q="voucher")[0]["id"]
    for field, value in (("stage", "zmot"), ("handled_at", "now")):
        body = {"brand": "amber-roast", "field": field, "value": value}
        made = client.post(f"/api/v1/posts/{id}/corrections", json=body)
        assert made.status_code == 201, made.text
        assert client.posts() != before
        assert client.call("DELETE", made.headers["location"]).status_code == 200
        assert client.posts() == before
        other = made.headers["location"].replace(f"/{id}/", "/1/")
        check_problem(client.call("DELETE", other), 404)


def test_readers_look_and_agents_act() -> None:
    service = Service(filled())
    keys = {role: {"Authorization": f"Bearer {service.key(role)}"} for role in (Role.READER, Role.AGENT)}
    browser = service.browser()
    shown = browser.call("GET", URL, headers=keys[Role.READER]).json()["posts"][0]
    wanted = {"kind": "tag", "value": "x", "posts": [{"id": shown["id"], "brand": shown["brand"]}]}
    check_problem(browser.call("POST", f"{URL}/actions", json=wanted, headers=keys[Role.READER]), 403)
    done = browser.call("POST", f"{URL}/actions", json=wanted | {"author": "somebody"}, headers=keys[Role.AGENT])
    assert done.status_code == 201
    undo = f"{URL}/actions/{done.json()['id']}/undo"
    check_problem(browser.call("POST", undo, headers=keys[Role.READER]), 403)
    assert browser.call("POST", undo, headers=keys[Role.AGENT]).status_code == 200


def test_only_people_who_may_sign_in_get_posts() -> None:
    service = Service(filled())
    key = {"Authorization": f"Bearer {service.key(Role.AGENT)}"}
    browser = service.browser()
    shown = browser.call("GET", URL, headers=key).json()["posts"][0]
    wanted = {"kind": "assign", "posts": [{"id": shown["id"], "brand": shown["brand"]}]}
    check_problem(browser.call("POST", f"{URL}/actions", json=wanted | {"value": "Nobody"}, headers=key), 422, "Nobody")
    done = browser.call("POST", f"{URL}/actions", json=wanted | {"value": "rasa"}, headers=key)
    assert done.json()["posts"][0]["assignee"] == "Rasa"


def test_the_address_says_all_filters() -> None:
    from api.inbox.asking import InboxQuery

    asked = "state=any&stage=smot&sentiment=negative&source=mastodon&language=he&theme=3&complaint=true"
    asked += "&relation=direct&older=24&assigned=me&tag=refund&snoozed=all&unsure=true&q=voucher"
    assert InboxQuery.model_validate(dict(parse_qsl(asked))).chosen() == {
        **dict(parse_qsl(asked)), "theme": 3, "older": 24,
    }  # fmt: skip
