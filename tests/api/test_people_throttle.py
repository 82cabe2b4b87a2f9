"""The throttle alone: what is counted, for how long, and that it neither grows without end nor is outrun."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from api.people import throttle
from api.people.throttle import MOST_OF_ADDRESS, MOST_OF_BOTH, MOST_OF_NAME, WINDOW, Throttle
from tests.api.service import NOW


def test_one_name_from_one_address() -> None:
    one = Throttle()
    assert [one.attempt("rasa", "192.0.2.1", NOW) for _ in range(MOST_OF_BOTH)] == [None] * MOST_OF_BOTH
    assert one.attempt("rasa", "192.0.2.1", NOW + timedelta(minutes=1)) == WINDOW - timedelta(minutes=1)
    assert one.attempt("maya", "192.0.2.1", NOW) is None
    assert one.attempt("rasa", "192.0.2.2", NOW) is None
    assert one.attempt("rasa", "192.0.2.1", NOW + WINDOW) is None


def test_many_names_from_one_address() -> None:
    one = Throttle()
    waits = [one.attempt(f"name {n}", "192.0.2.1", NOW) for n in range(MOST_OF_ADDRESS + 1)]
    assert [wait is None for wait in waits] == [True] * MOST_OF_ADDRESS + [False]


def test_one_name_from_many_addresses() -> None:
    one = Throttle()
    waits = [one.attempt("rasa", f"192.0.2.{n}", NOW) for n in range(MOST_OF_NAME + 1)]
    assert [wait is None for wait in waits] == [True] * MOST_OF_NAME + [False]


def test_a_machine_has_many_addresses_of_one_network() -> None:
    one = Throttle()
    waits = [one.attempt("rasa", f"2001:db8:1:2:3::{n}", NOW) for n in range(MOST_OF_BOTH + 1)]
    assert waits[-1] is not None
    assert one.attempt("rasa", "2001:db8:1:3::1", NOW) is None


def test_who_has_the_password_is_not_counted() -> None:
    one = Throttle()
    for _ in range(10 * MOST_OF_NAME):
        assert one.attempt("rasa", "192.0.2.1", NOW) is None
        one.succeed("rasa", "192.0.2.1")


def test_an_own_account_is_no_way_to_try_others_for_ever() -> None:
    one, tried = Throttle(), 0
    for n in range(100):
        if one.attempt("mine", "192.0.2.1", NOW) is None:
            one.succeed("mine", "192.0.2.1")
        tried += one.attempt(f"name {n}", "192.0.2.1", NOW) is None
    assert tried == MOST_OF_ADDRESS


def test_a_hundred_at_once_are_no_more_than_a_hundred_in_a_row() -> None:
    one = Throttle()
    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(lambda _: one.attempt("rasa", "192.0.2.1", NOW), range(100)))
    assert waits.count(None) == MOST_OF_BOTH


def test_memory_has_an_end() -> None:
    one = Throttle()
    for n in range(throttle.MOST_KEPT):
        one.attempt(f"name {n}", f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", NOW)
    assert len(one._failures) == throttle.MOST_KEPT
