"""What a source that can only search words has to be asked for."""

import pytest

from listener.queries import parse


@pytest.mark.parametrize(
    ("expression", "terms"),
    [
        ('("Amber Roast" OR #amberroast) AND NOT coffee*', ("Amber Roast", "#amberroast")),
        ("tea AND coffee", ("coffee",)),
        ("咖啡 AND tea", ("咖啡",)),
        ("(tea OR cup) AND mug", ("mug",)),
        ("(tea OR coffee) AND (cup OR glass)", ("tea", "coffee")),
        ("(mug OR coffee) AND (cups OR glass)", ("cups", "glass")),
        ("(a OR b OR c) AND (lang:pl OR d)", ("a", "b", "c")),
        ("amber lang:pl", ("amber",)),
        ("amber OR lang:pl", ()),
        ("lang:pl", ()),
        ("rating:<=2 source:steam", ()),
        ("author:amber url:amber", ()),
        ('author:"a b"~3', ()),
        ("title:amber", ("amber",)),
        ("text:#amber", ("#amber",)),
        ("@Amber", ("@Amber",)),
        ("@amber*", ("amber",)),
        ("#amber*", ("amber",)),
        ("tag:amber", ("#amber",)),
        ("tag:machine-learning", ()),
        ("batter*", ("batter",)),
        ("ba*", ()),
        ("ba*teries", ("teries",)),
        ("琥珀*", ("琥珀",)),
        ("琥*", ()),
        ('"the batter* of amber roast"', ("of amber roast",)),
        ('"a batter*"', ("batter",)),
        ('"battery drain"~5', ("battery",)),
        ('"batter* dr*"~5', ("batter",)),
        ('"b* d*"~5', ()),
        ('amber OR "Amber Roast" OR AMBER', ("amber",)),
        ('amber OR "Amber-Roast" OR ambers', ("amber", "ambers")),
        ("amber OR #amber OR @amber", ("amber", "#amber", "@amber")),
        ("NOT (NOT a OR NOT bb)", ("bb",)),
        ("NOT (NOT a AND NOT bb)", ("a", "bb")),
        ("Žalia OR žalia", ("Žalia",)),
    ],
)
def test_terms(expression: str, terms: tuple[str, ...]) -> None:
    assert parse(expression).terms() == terms


@pytest.mark.parametrize(
    ("expression", "hashtags"),
    [
        ('"Amber Roast" OR #AmberRoast OR tag:kawa', ("AmberRoast", "kawa")),
        ("amber -#coffee", ()),
        ("amber NOT (#tea OR NOT #coffee)", ("coffee",)),
        ("#amber* #b #b tag:machine-learning", ("b",)),
    ],
)
def test_hashtags(expression: str, hashtags: tuple[str, ...]) -> None:
    assert parse(expression).hashtags() == hashtags


@pytest.mark.parametrize(
    ("expression", "normalised"),
    [
        ("a b  -c", "a AND b AND NOT c"),
        ("(a OR (b OR c)) ((d) e)", "(a OR b OR c) AND d AND e"),
        ("NOT NOT a", "a"),
        ("a -(b c)", "a AND NOT (b AND c)"),
        ('"amber"', "amber"),
        ("“Amber   Roast,”", '"Amber Roast"'),
        ("「琥珀 咖啡」", '"琥珀 咖啡"'),
        ('"AND" "OR"', '"AND" AND "OR"'),
        ('צה"ל', "צה״ל"),
        ("lang:(PL OR lt)", "lang:pl OR lang:lt"),
        ("tag:(Kawa OR machine-learning)", "#Kawa OR tag:machine-learning"),
        ('title:"a b"~3', 'title:"a b"~3'),
        ("rating:=2.0 rating:1..3,5", "rating:2 AND rating:1..3.5"),
        ("url:https://amber.example/", 'url:"https://amber.example"'),
        ("amb**er", "amb*er"),
    ],
)
def test_a_query_is_written_in_one_form(expression: str, normalised: str) -> None:
    assert str(parse(expression)) == normalised
    assert parse(normalised) == parse(expression)
