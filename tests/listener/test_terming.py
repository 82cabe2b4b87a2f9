"""Terms are found once for each text, killed or not, and never outlive the words that they were found in."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from listener.pipeline import terming
from listener.pipeline.preparing import ListeningBrand
from listener.pipeline.terming import term_posts
from listener.progress import Advance
from models.database import session_of
from models.reads.terms import untermed
from models.store.forgetting import forget
from models.store.terms import TermsData, save_terms
from models.store.tombstones import bury
from models.tables import Author, Post, PostTerms
from models.words import GoneReason
from nlp.stored_terms import VERSION
from tests.builders import NOW, a_brand, bring, memory, post, reply

POSTS = [
    post("1", "The steam wand leaks again"),
    post("2", "Kawa znowu nie dojechała", hours=1, author="bob", language="pl"),
    post("3", "蒸氣管一直漏水", hours=2, author="mei", language="zh"),
    post("4", "שקית פולים קרועה", hours=3, author="noa", language="he"),
    reply("5", "1", hours=4),
]


def store() -> tuple[Engine, ListeningBrand]:
    engine = memory()
    brand = a_brand(engine)
    bring(engine, brand, POSTS)
    return engine, brand


def stored(engine: Engine) -> dict[str, str]:
    """The terms by the source's id of their post."""
    with session_of(engine) as session:
        query = select(Post.source_id, PostTerms.terms).join(Post)
        return dict(session.exec(query.order_by(Post.source_id)).all())


def test_customers_posts_have_their_terms_stored_once() -> None:
    engine, brand = store()
    assert term_posts(engine) == 4
    assert term_posts(engine) == 0
    assert stored(engine) == {
        "1": "steam wand leaks/leak",
        "2": "Kawa\ndojechała/dojechać",
        "3": "蒸氣管\n漏水",
        "4": "שקית פולים/פול קרועה",
    }
    bring(engine, brand, [post("6", "cold brew", hours=5, author="eve", title="Grinder jammed")])
    assert term_posts(engine) == 1
    assert stored(engine)["6"] == "Grinder jammed\ncold brew"


def test_an_edited_text_has_its_terms_found_anew() -> None:
    engine, brand = store()
    term_posts(engine)
    bring(engine, brand, [POSTS[0] | {"text": "The grinder jams"}])
    assert "1" not in stored(engine)
    assert term_posts(engine) == 1
    assert stored(engine)["1"] == "grinder jams"


def test_a_like_more_leaves_the_terms_alone() -> None:
    engine, brand = store()
    term_posts(engine)
    bring(engine, brand, [POSTS[0] | {"engagement": {"likes": 7}}])
    assert term_posts(engine) == 0


def test_another_version_finds_all_terms_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, _ = store()
    term_posts(engine)
    monkeypatch.setattr(terming, "VERSION", "next")
    assert term_posts(engine) == 4
    with session_of(engine) as session:
        assert {row.version for row in session.exec(select(PostTerms))} == {"next"}


@pytest.mark.parametrize("reason", list(GoneReason))
def test_what_is_erased_leaves_no_terms(reason: GoneReason) -> None:
    engine, _ = store()
    term_posts(engine)
    with session_of(engine) as session:
        if reason is GoneReason.FORGOTTEN:
            forget(session, session.exec(select(Author).where(Author.handle == "ann")).all(), NOW)
        else:
            bury(session, "mastodon", ["1"], reason, NOW)
    assert sorted(stored(engine)) == ["2", "3", "4"]
    assert term_posts(engine) == 0
    assert sorted(stored(engine)) == ["2", "3", "4"]


@pytest.mark.parametrize("change", ["edited", "erased"])
def test_terms_of_what_changed_while_they_were_found_are_not_stored(change: str) -> None:
    engine, brand = store()
    with session_of(engine) as session:
        (read, *_) = untermed(session, VERSION)
    if change == "edited":
        bring(engine, brand, [POSTS[0] | {"text": "The grinder jams"}])
    else:
        with session_of(engine) as session:
            bury(session, "mastodon", ["1"], GoneReason.SOURCE, NOW)
    with session_of(engine) as session:
        late = TermsData(read.post_id, read.content_hash, "steam wand leaks/leak")
        assert save_terms(session, [late], VERSION) == 0
    assert "1" not in stored(engine)


class Killed(BaseException):
    """What ends a process in the middle of its work."""


@contextmanager
def killed_after_a_batch(_what: str, total: int | None) -> Iterator[Advance]:
    assert total == 4

    def advance(_count: int) -> None:
        raise Killed

    yield advance


def test_what_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, _ = store()
    monkeypatch.setattr(terming, "BATCH", 2)
    with pytest.raises(Killed):
        term_posts(engine, killed_after_a_batch)
    before = stored(engine)
    assert len(before) == 2
    assert term_posts(engine) == 2
    assert before.items() < stored(engine).items()
