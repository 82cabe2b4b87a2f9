"""The measure behind the cloud: what is characteristic, how ties fall, what is left out."""

from collections.abc import Iterable
from math import log, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.reports.cloud_terms import CloudPost
from listener.reports.word_cloud import PRIOR, CloudPosts, WordCloudData, log_odds_ratio, script_of
from listener.reports.word_cloud import measure as measure_cloud
from models.words import Sentiment
from nlp.stored_terms import runs_of, stored_terms
from tests.builders import NOW


def posts(*texts: str, start: int = 1, language: str = "en", sentiment: str | None = None) -> list[CloudPost]:
    return [
        CloudPost(start + index, stored_terms(text, language), language, sentiment) for index, text in enumerate(texts)
    ]


def measure(chosen: Iterable[CloudPost], rest: Iterable[CloudPost], **keys: Any) -> WordCloudData:
    return measure_cloud("amber-roast", CloudPosts(chosen), CloudPosts(rest), NOW, **keys)


def names(data: WordCloudData) -> list[str]:
    return [term.term for term in data.terms]


def test_score_is_the_z_score_of_monroe_and_others() -> None:
    data = measure(posts("valve", "valve", "valve", "crema"), posts("valve", "crema", "crema", "lid", "lid", start=10))
    (valve,) = data.terms
    prior, prior_n = PRIOR * 4, PRIOR * 9
    ours = log((3 + prior) / (4 + prior_n - 3 - prior))
    theirs = log((1 + prior) / (5 + prior_n - 1 - prior))
    assert valve.score == pytest.approx((ours - theirs) / sqrt(1 / (3 + prior) + 1 / (1 + prior)), abs=1e-5)
    assert (valve.count, valve.share.n, valve.share.value, valve.share.coverage) == (3, 4, 0.75, 1.0)
    assert valve.share.interval == pytest.approx((0.3006, 0.9544), abs=1e-4)  # Wilson's, from his formula by hand
    assert data.is_compared
    assert (data.post_count, data.background_count) == (4, 5)


def test_equal_shares_make_no_difference() -> None:
    assert log_odds_ratio(3, 30, 10, 100)[0] == pytest.approx(0, abs=1e-12)
    assert measure(posts("valve", "valve"), posts("valve", "valve", start=10)).terms == []


def test_a_term_counts_once_a_post() -> None:
    assert measure(posts("valve valve, valve", "valve"), []).terms[0].count == 2


def test_without_background_counts_rank_and_the_data_says_so() -> None:
    data = measure(posts("valve, lid", "valve, lid", "valve"), [])
    assert not data.is_compared
    assert [(term.term, term.count) for term in data.terms] == [("valve", 3), ("lid", 2)]


def test_ties_fall_to_the_first_key() -> None:
    assert names(measure(posts("pear, apple, fig", "fig, pear, apple"), [])) == ["apple", "fig", "pear"]


def test_a_phrase_swallows_its_words() -> None:
    data = measure(posts("steam wand", "steam wand", "the steam wand", "steam wand", "wand"), [])
    assert names(data) == ["steam wand"]
    assert data.excluded["within_phrase"] == 2
    both = measure(posts("steam wand", "steam wand", "wand", "wand"), [])
    assert set(names(both)) == {"steam wand", "wand"}


def test_a_chance_meeting_is_no_phrase() -> None:
    texts = ["coffee order"] * 2 + ["coffee", "order"] * 20
    data = measure(posts(*texts), [])
    assert names(data) == ["coffee", "order"]
    assert data.excluded["chance_phrase"] == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Amber-Roast"),
        ("en", "amberroast"),
        ("en", "Amber's"),
        ("pl", "Roastu"),
        ("lt", "Amber Roast'o"),
        ("he", "לאמבר רוסט"),
        ("zh", "琥珀烘焙"),
    ],
)
def test_names_are_dropped_in_any_script(language: str, text: str) -> None:
    drop = ["Amber Roast", "amberroast", "אמבר רוסט", "琥珀烘焙"]
    data = measure(posts(text, text, language=language), [], drop=drop)
    assert data.terms == []
    assert data.excluded["name"] >= 1


def test_words_that_only_begin_like_a_name_stay() -> None:
    assert names(measure(posts("roaster, crowded", "roaster, crowded"), [], drop=["Roast Crow and Co"])) == [
        "crowded",
        "roaster",
    ]


def test_variants_count_together() -> None:
    (bag,) = measure(posts("bag", "bags", "Bags"), []).terms
    assert (bag.key, bag.count) == ("bag", 3)
    (machine,) = measure(posts("מכונה", "המכונה", language="he"), []).terms
    assert (machine.key, machine.count, machine.script) == ("מכונה", 2, "Hebrew")


@pytest.mark.parametrize(
    ("language", "texts", "shown", "key"),
    [
        ("pl", ["Kawa!", "dobra kawa", "nie ma kawy", "pijemy kawę", "kawa z mlekiem"], "kawa", "kawa"),
        ("pl", ["paczka", "moją paczkę", "tę paczkę", "trzy paczki"], "paczkę", "paczka"),
        ("lt", ["Siunta vėluoja", "kur siunta", "siuntą gavau", "siuntos nėra"], "siunta", "siunta"),
        ("en", ["the machines", "Machine", "two machines"], "machines", "machine"),
        ("he", ["המכונה", "מכונה", "מכונות", "למכונה"], "המכונה", "מכונה"),
    ],
)
def test_forms_count_together_and_show_the_usual_one(language: str, texts: list[str], shown: str, key: str) -> None:
    term = next(term for term in measure(posts(*texts, language=language), []).terms if term.key == key)
    assert (term.term, term.count) == (shown, len(texts))


def test_a_base_that_nobody_wrote_is_neither_shown_nor_a_key() -> None:
    (term,) = measure(posts("kawy", "kawy", "kawę", language="pl"), []).terms
    assert (term.term, term.key, term.count) == ("kawy", "kawy", 3)


def test_a_post_with_two_forms_counts_once() -> None:
    (term,) = measure(posts("kawa, kawy", "kawę", "kawy, kawę", language="pl"), []).terms
    assert (term.term, term.count, term.post_ids) == ("kawy", 3, [1, 2, 3])


def test_capitals_of_one_form_do_not_hide_another() -> None:
    texts = ["Kawa"] * 3 + ["kawa"] * 2 + ["kawy"] * 4
    assert names(measure(posts(*texts, language="pl"), [])) == ["kawa"]


def test_phrases_fold_word_by_word() -> None:
    data = measure(posts("zielona paczka", "zieloną paczkę", "zielonej paczki", language="pl"), [])
    assert [(term.count, term.key) for term in data.terms] == [(3, "zielona paczka")]
    assert data.excluded["within_phrase"] == 2


def test_the_background_is_folded_alike() -> None:
    ours = posts("kawę", "kawą", *["mleko"] * 2, language="pl")
    assert "kawą" not in names(measure(ours, posts(*["kawy"] * 9, language="pl", start=50)))
    assert "kawą" in names(measure(ours, posts(*["herbaty"] * 9, language="pl", start=50)))


def test_no_form_is_folded_into_a_word_of_another_language() -> None:
    data = measure(posts("bilet", "bilet") + posts("bilety", "bilety", "bilety", language="pl", start=9), [])
    assert sorted((term.term, term.count, term.languages) for term in data.terms) == [
        ("bilet", 2, ["en"]),
        ("bilety", 3, ["pl"]),
    ]


def test_two_terms_never_look_alike() -> None:
    data = measure(posts("bean", "beans", "beans") + posts("beans", "beans", language="de", start=9), [])
    assert sorted((term.term, term.key, term.count) for term in data.terms) == [
        ("bean", "bean", 3),
        ("beans", "beans", 2),
    ]


def test_names_are_dropped_before_they_could_be_folded() -> None:
    data = measure(
        posts("roast", "roast", "roasted", "roasted"), posts(*["roast"] * 9, "roasted", start=9), drop=["Roast"]
    )
    assert [(term.term, term.key, term.count) for term in data.terms] == [("roasted", "roasted", 2)]


def test_a_language_is_compared_with_itself() -> None:
    ours = posts(*["kawa"] * 10, *["mleko"] * 10, language="pl") + posts("tea", start=50)
    rest = posts("kawa", "mleko", start=100, language="pl") + posts(*["tea"] * 30, start=200)
    assert names(measure(ours, rest)) == []
    ours += posts("młynek", "młynek", start=300, language="pl")
    assert names(measure(ours, rest)) == ["młynek"]


def test_a_language_that_the_rest_lacks_still_shows() -> None:
    assert names(measure(posts("漏水", "漏水", language="zh"), posts(*["tea"] * 9, start=9))) == ["漏水"]


def test_what_a_term_carries() -> None:
    given = posts("Valve", sentiment="negative") + posts("valve", start=2, language="de", sentiment="positive")
    given += posts("valve", start=3)
    (valve,) = measure(given, []).terms
    assert valve.sentiment == {Sentiment.NEGATIVE: 1, Sentiment.NEUTRAL: 0, Sentiment.POSITIVE: 1}
    assert (valve.term, valve.languages, valve.script, valve.post_ids) == ("valve", ["en", "de"], "Latin", [1, 2, 3])


def test_post_ids_keep_the_order_given_and_end_at_fifty() -> None:
    (valve,) = measure([CloudPost(900 - n, "valve", "en") for n in range(60)], []).terms
    assert valve.post_ids == [900 - n for n in range(50)]
    assert valve.count == 60


def test_a_post_given_twice_counts_once() -> None:
    same = CloudPost(7, "valve\nlid", "en")
    data = measure([same, same, CloudPost(8, "valve", "en")], [same])
    assert (data.post_count, data.background_count) == (2, 0)
    assert data.terms[0].post_ids == [7, 8]


def test_limits() -> None:
    data = measure(posts("pear, apple, fig", "fig, pear, apple", "kiwi"), [], limit=2)
    assert (len(data.terms), data.excluded["over_limit"], data.excluded["rare"]) == (2, 1, 1)
    assert measure(posts("kiwi"), [], least=1).terms[0].term == "kiwi"
    assert measure([], posts("kiwi")).terms == []


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Ember", "Latin"),
        ("קפה", "Hebrew"),
        ("咖啡", "Han"),
        ("кава", "Cyrillic"),
        ("コーヒー", "Katakana"),
        ("7", "Unknown"),
    ],
)
def test_script(text: str, script: str) -> None:
    assert script_of(text) == script


FORMS = ["Kawa", "kawa", "kawy", "kawę", "siunta", "siuntą", "lids", "minute", "minutes", "minutę", "הקפה", "בקפה"]
WORDS = st.sampled_from(["valve", "wand", "steam", "lid", "crema", "קפה", "咖啡機", "the", "of", *FORMS])
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)
LANGUAGES = st.sampled_from(["en", "pl", "lt", "he", "zh", "de"])
POSTS = st.lists(
    st.builds(
        lambda id, text, language, felt: CloudPost(id, stored_terms(text, language), language, felt),
        *(st.integers(0, 60), TEXTS, LANGUAGES, st.sampled_from([None, *Sentiment])),
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=60)
@given(POSTS, POSTS, st.integers(0, 5), st.integers(1, 3))
def test_any_posts_give_a_sound_ranking(ours: list[CloudPost], rest: list[CloudPost], limit: int, least: int) -> None:
    data = measure(ours, rest, limit=limit, least=least)
    assert data == measure(iter(ours), iter(rest), limit=limit, least=least)
    assert len(data.terms) <= limit
    assert [term.score for term in data.terms] == sorted((term.score for term in data.terms), reverse=True)
    assert len({term.term for term in data.terms}) == len({term.key for term in data.terms}) == len(data.terms)
    for term in data.terms:
        assert least <= term.count <= term.share.n == data.post_count == len({post.post_id for post in ours})
        assert sum(term.sentiment.values()) <= term.count
        assert set(term.post_ids) <= {post.post_id for post in ours}
        shown = {
            word.gap.join(part.shown for part in run[at : at + len(term.term.split())])
            for post in ours
            if post.post_id in term.post_ids
            for run in runs_of(post.terms)
            for at, word in enumerate(run)
        }
        assert term.term in shown
        assert term.score > 0
