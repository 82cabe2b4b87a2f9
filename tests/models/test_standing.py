"""What mentions repeat of their posts and authors stays true, whoever writes, and after every step of linking."""

import pytest

from models.database import open_database
from tests.builders import a_brand, bring, memory, post, reply
from tests.models.standing import changed_at_random, trigger_texts, wrong_ones


@pytest.mark.parametrize("seed", range(5))
def test_whatever_changes_the_copies_follow(seed: int) -> None:
    assert changed_at_random(memory(), seed) > 10


def test_migrations_and_tests_make_the_same_triggers() -> None:
    assert trigger_texts(open_database("sqlite://")) == trigger_texts(memory()) != []


def test_after_importing_and_linking() -> None:
    engine = memory()
    brand = a_brand(engine)
    again = post("again", "Młynek stoi już trzeci tydzień w serwisie", hours=3, author="ola")
    said = [post("a", "Młynek stoi już trzeci tydzień w serwisie", author="ola"), again, reply("r", "a", hours=5)]
    bring(engine, brand, said)
    assert wrong_ones(engine) == []
    bring(engine, brand, [post("a", "Młynek już wrócił, dziękuję", author="ola")])
    assert wrong_ones(engine) == []
