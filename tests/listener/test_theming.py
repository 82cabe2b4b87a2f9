"""Themes of stored posts: found once there are enough, kept from fit to fit, given with the label, safe to kill."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine
from sqlmodel import select

from listener.pipeline.classifying import classify_stored
from listener.pipeline.preparing import ListeningBrand
from listener.pipeline.theme_terms import TERMS, characteristic
from listener.pipeline.theming import ENOUGH, find_themes, place_rest
from models.database import session_of
from models.errors import InputError, NotFoundError
from models.reads.themes import ThemedPost, themes_of
from models.store.themes import name_of, rename
from models.tables import Mention, Post, Theme
from models.words import Addressee, Sentiment, Stage
from nlp.content import Floats, unit
from nlp.moments import MomentLabel, Reader, load_classifier
from nlp.themes import FEWEST
from tests.builders import NOW, a_brand, bring, clock, memory, post

TOPICS = {"parcel": "courier", "refund": "money", "crash": "login", "rude": "waiter", "love": "flavour"}
SAID = {
    "en": "the {0} and the {1} again, number {2}",
    "pl": "znowu {0} oraz {1}, numer {2}",
    "lt": "vėl {0} bei {1}, numeris {2}",
    "he": "שוב {0} וגם {1}, מספר {2}",
    "zh": "又是 {0} 還有 {1}，第 {2} 次",
}


@dataclass
class Toy:
    """Reads the topic from the words: a vector for each, a little off; praise where something is loved."""

    encoder: str = "toy 1"
    model: str = "toy 1"
    threshold: float = 0.5
    turned: int = 0
    fails_after: int = 10**9
    read_count: int = field(default=0)

    def classify(self, texts: Sequence[str]) -> list[MomentLabel]:
        return [self._label("love" in text) for text in texts]

    def read(self, texts: Sequence[str]) -> tuple[list[MomentLabel], Floats]:
        return self.classify(texts), self.contents(texts)

    def contents(self, texts: Sequence[str]) -> Floats:
        self.read_count += len(texts)
        if self.read_count > self.fails_after:
            raise KeyboardInterrupt
        return unit(np.array([self._vector(text) for text in texts], np.float32).reshape(-1, 12))

    def _vector(self, text: str) -> Any:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
        off = np.random.default_rng(seed).normal(0, 0.06, 12)
        places = [place for place, topic in enumerate(TOPICS) if topic in text]
        return np.eye(12)[(places[0] if places else 11) - self.turned] + off

    def _label(self, is_praise: bool) -> MomentLabel:
        sentiment = Sentiment.POSITIVE if is_praise else Sentiment.NEGATIVE
        return MomentLabel(
            stage=Stage.SMOT,
            stage_probabilities={stage: float(stage is Stage.SMOT) for stage in Stage},
            sentiment=sentiment,
            sentiment_probabilities={one: float(one is sentiment) for one in Sentiment},
            complaint=float(not is_praise),
            needs_response=float(not is_praise),
            addressed_to=Addressee.BRAND,
            is_confident=True,
        )


def said(topic: str, number: int, language: str = "en", **keys: Any) -> dict[str, Any]:
    text = SAID[language].format(topic, TOPICS[topic], f"{number} {'xyz'[number % 3] * (number % 7 + 2)}")
    about: dict[str, Any] = {"hours": number / 10, "language": language, "author": f"a{number}{language}"}
    return post(f"{topic}-{language}-{number}", text, **about | keys)


def filled(count: int = 60, languages: Sequence[str] = ("en",)) -> tuple[Engine, ListeningBrand]:
    """So many posts a topic; four complaints and one praise."""
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, [said(topic, at, languages[at % len(languages)]) for topic in TOPICS for at in range(count)])
    return engine, brand


def stored(engine: Engine, brand: ListeningBrand, **keys: bool) -> list[Theme]:
    with session_of(engine) as session:
        return list(themes_of(session, brand.id, **keys))


def placed(engine: Engine) -> dict[str, int | None]:
    """The theme of each post by its source id."""
    with session_of(engine) as session:
        return dict(session.exec(select(Post.source_id, Mention.theme_id).join(Mention)).all())


def topic_themes(engine: Engine) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {topic: set() for topic in TOPICS}
    for source_id, theme in placed(engine).items():
        if source_id == "odd":
            continue
        if theme is not None:
            found[source_id.split("-")[0]].add(theme)
    return found


def test_themes_come_by_themselves_once_there_are_posts_enough() -> None:
    engine, brand = filled(ENOUGH // 5 - 1)
    classify_stored(engine, Toy(), clock)
    assert not stored(engine, brand)
    bring(engine, brand, [said(topic, 1000) for topic in TOPICS])
    classify_stored(engine, Toy(), clock)
    assert {theme.polarity for theme in stored(engine, brand)} == {"complaint", "praise"}
    by_topic = topic_themes(engine)
    assert all(len(themes) == 1 for themes in by_topic.values())  # so few posts make few themes: topics share them
    assert len(set.union(*by_topic.values())) >= 2


def test_a_new_post_goes_into_its_theme_with_its_label_and_an_odd_one_into_none() -> None:
    engine, brand = filled()
    classify_stored(engine, Toy(), clock)
    before = stored(engine, brand)
    odd = post("odd", "neither one nor the other", hours=300, author="odd")
    bring(engine, brand, [odd, *(said(topic, at) for topic in ("refund", "love") for at in range(700, 710))])
    by_topic, toy = topic_themes(engine), Toy()
    assert classify_stored(engine, toy, clock) == 21
    assert toy.read_count == 21  # one pass gives labels and vectors
    found = placed(engine)
    for topic in ("refund", "love"):
        new = [found[f"{topic}-en-{at}"] for at in range(700, 710)]
        assert set(new) - {None} == by_topic[topic]
        assert new.count(None) <= 4  # a tenth lies beyond the radius
    assert found["odd"] is None
    assert [theme.id for theme in stored(engine, brand)] == [theme.id for theme in before]


def test_an_edited_post_moves() -> None:
    engine, brand = filled()
    classify_stored(engine, Toy(), clock)
    by_topic = topic_themes(engine)
    moved = [f"parcel-en-{at}" for at in range(10)]
    bring(engine, brand, [said("parcel", at) | {"text": said("crash", at + 90)["text"]} for at in range(10)])
    classify_stored(engine, Toy(), clock)
    assert {placed(engine)[id] for id in moved} - {None} == by_topic["crash"]
    bring(engine, brand, [said("parcel", at) | {"text": f"no more of that, thank you {at}"} for at in range(10)])
    classify_stored(engine, Toy(), clock)
    assert {placed(engine)[id] for id in moved} == {None}


def test_a_refit_keeps_ids_and_the_name_that_a_person_gave() -> None:
    engine, brand = filled()
    classify_stored(engine, Toy(), clock)
    before = placed(engine)
    first = stored(engine, brand)[0]
    with session_of(engine) as session:
        rename(session, first.id or 0, "  Our   courier ")
    bring(engine, brand, [said(topic, at) for topic in TOPICS for at in range(100, 120)])
    classify_stored(engine, Toy(), clock)
    assert find_themes(engine, Toy(), brand.id, clock) == 5
    after = placed(engine)
    moved = [source_id for source_id, theme in before.items() if theme is not None and after[source_id] != theme]
    assert len(moved) <= 0.1 * len(before)
    assert {theme.id for theme in stored(engine, brand)} == {id for id in before.values() if id}
    names = {theme.id: theme.name for theme in stored(engine, brand)}
    assert names[first.id] == "Our courier"
    others = [theme for theme in stored(engine, brand) if theme.id != first.id]
    assert all(theme.name == name_of(theme.terms, theme.id or 0) for theme in others)


def test_a_theme_that_nobody_speaks_of_any_more_is_retired_not_deleted() -> None:
    engine, brand = filled()
    classify_stored(engine, Toy(), clock)
    gone = topic_themes(engine)["crash"]
    with session_of(engine) as session:
        for one in session.exec(select(Post).where(Post.source_id.startswith("crash"))):
            one.gone_at = NOW
    find_themes(engine, Toy(), brand.id, clock)
    live = {theme.id for theme in stored(engine, brand)}
    assert not gone & live
    retired = [theme for theme in stored(engine, brand, with_retired=True) if theme.retired_at is not None]
    assert {theme.id for theme in retired} == gone
    bring(engine, brand, [said("crash", 900)])
    classify_stored(engine, Toy(), clock)
    assert placed(engine)["crash-en-900"] is None


def test_another_encoder_finds_the_same_themes_by_their_posts() -> None:
    engine, brand = filled()
    classify_stored(engine, Toy(), clock)
    before = topic_themes(engine)
    newer = Toy("toy 2", "toy 2", turned=4)
    classify_stored(engine, newer, clock)
    # The labels are new and the old themes mean nothing to the new vectors, so posts lie in none until the fit.
    assert {theme.encoder for theme in stored(engine, brand)} == {"toy 2"}
    assert topic_themes(engine) == before


@pytest.mark.parametrize("fails_after", [5, 150, 310])
def test_killed_at_any_time_and_run_again_nothing_is_lost_or_doubled(fails_after: int) -> None:
    engine, brand = filled()
    whole, _ = filled()
    classify_stored(whole, Toy(), clock)
    with pytest.raises(KeyboardInterrupt):
        classify_stored(engine, Toy(fails_after=fails_after), clock)
    assert not stored(engine, brand, with_retired=True)
    classify_stored(engine, Toy(), clock)
    assert placed(engine) == placed(whole)
    assert [theme.terms for theme in stored(engine, brand)] == [theme.terms for theme in stored(whole, brand)]


def test_killed_while_it_writes_a_fit_changes_nothing() -> None:
    engine, brand = filled()
    classify_stored(engine, Toy(), clock)
    before = placed(engine), [(theme.id, theme.fitted_at, theme.terms) for theme in stored(engine, brand)]

    def dying() -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_themes(engine, Toy(), brand.id, dying)
    assert before == (placed(engine), [(theme.id, theme.fitted_at, theme.terms) for theme in stored(engine, brand)])


def test_the_rest_is_placed_and_what_has_a_theme_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listener.pipeline.theming.MOST", 150)
    engine, brand = filled()
    classify_stored(engine, Toy(), clock)
    themed = sum(theme is not None for theme in placed(engine).values())
    assert themed > 0.85 * 300
    toy = Toy()
    place_rest(engine, toy, brand.id)
    assert toy.read_count == 300 - themed


@pytest.mark.parametrize("count", [0, 2])
def test_a_tiny_brand_has_no_themes_and_no_error(count: int) -> None:
    engine, brand = filled(count)
    classify_stored(engine, Toy(), clock)
    assert find_themes(engine, Toy(), brand.id, clock) == (0 if count * 4 < 10 else 1)
    assert all(theme is None for theme in placed(engine).values()) == (count * 4 < 10)


def test_ten_complaints_make_one_theme_when_asked_for() -> None:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, [said("parcel", at) for at in range(10)])
    classify_stored(engine, Toy(), clock)
    assert find_themes(engine, Toy(), brand.id, clock) == 1


WORDS = {
    "en": ("courier parcel", "refund money"),
    "pl": ("kurier paczka", "zwrot pieniędzy"),
    "lt": ("kurjeris siunta", "grąžinimas pinigai"),
    "he": ("שליח חבילה", "החזר כסף"),
    "zh": ("快遞包裹", "退款金額"),
}


@pytest.mark.parametrize("languages", [("pl",), tuple(WORDS)])
def test_a_theme_has_a_term_of_each_language_spoken_in_it(languages: tuple[str, ...]) -> None:
    said = [(language, group) for group in (0, 1) for language in languages for _ in range(FEWEST + 2)]
    posts = [
        ThemedPost(at, at, WORDS[language][group], language, "complaint", None)
        for at, (language, group) in enumerate(said)
    ]
    found = characteristic(posts, [group for _, group in said], 2, {"Amber Roast"})
    assert found == characteristic(posts, [group for _, group in said], 2, {"Amber Roast"})
    for group, terms in enumerate(found):
        assert 0 < len(terms) <= TERMS
        for language in languages:
            shown = WORDS[language][group]
            assert any(term in shown for term in terms), (language, terms)


def test_a_name_is_checked() -> None:
    engine, brand = filled()
    classify_stored(engine, Toy(), clock)
    with session_of(engine) as session:
        for name in ("", "   ", "x" * 121):
            with pytest.raises(InputError):
                rename(session, stored(engine, brand)[0].id or 0, name)
        with pytest.raises(NotFoundError):
            rename(session, 999, "late")


def test_the_shipped_classifier_reads() -> None:
    assert isinstance(load_classifier(), Reader)
    assert isinstance(Toy(), Reader)
