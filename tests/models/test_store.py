"""The store: brands, authors, posts and runs are written once each, and what is no longer said is kept."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from models.database import session_of
from models.errors import NotFoundError
from models.postdata import AuthorData, PostData
from models.prepared import MentionData, PreparedPost
from models.reads.brands import brand_by_slug, labels_of, owned_accounts, post_by_id, thread_of
from models.reads.linking import mentions_of
from models.store.brands import BrandData, own_account, save_brand, save_sources, show_replies
from models.store.posts import Saved, host_of, save_posts
from models.store.runs import extend_coverage, start_run
from models.tables import Author, Brand, Coverage, Mention, OwnedAuthor, Post, Query, Source
from models.words import Relation, ReplyVisibility, RunKind
from tests.builders import NOW, START, a_brand, bring, label_all, memory, post, reply

VISIBLE = {"mastodon": ReplyVisibility.IN_THREAD}


def prepared(source_id: str = "1", text: str = "late", brand_id: int = 1, **author: object) -> PreparedPost:
    said = PostData(
        source="mastodon",
        source_id=source_id,
        text=text,
        published_at=START,
        author=AuthorData.model_validate({"source_id": "77", "handle": "Ann"} | author),
    )
    relation = Relation.OWN if author.get("is_owned") else Relation.DIRECT
    return PreparedPost(said, text, "en", text, (MentionData(brand_id, relation),))


def save(session: Session, *posts: PreparedPost) -> list[Saved]:
    run = start_run(session, RunKind.IMPORT, NOW)
    return save_posts(session, posts, run_id=run.id or 0, now=NOW, visibility=VISIBLE)


def brand(session: Session, **keys: object) -> Brand:
    return save_brand(session, BrandData(slug="amber-roast", name="Amber Roast", **keys))  # type: ignore[arg-type]


def test_a_post_is_new_then_unchanged_then_changed_and_repeated_within_a_run() -> None:
    with session_of(memory()) as session:
        brand(session)
        assert save(session, prepared(), prepared("2")) == [Saved.NEW, Saved.NEW]
        assert save(session, prepared(), prepared("2", "early")) == [Saved.UNCHANGED, Saved.CHANGED]
        assert save(session, prepared(text="a"), prepared(text="b")) == [Saved.CHANGED, Saved.REPEATED]
        assert list(session.exec(select(Post.text).order_by(Post.source_id))) == ["a", "early"]
        assert len(session.exec(select(Mention)).all()) == 2


def test_what_came_is_kept_beside_what_was_cleaned_where_they_differ() -> None:
    engine = memory()
    bring(engine, a_brand(engine), [post("1", "<p>late &amp; cold</p>"), post("2", "plain", author="bob")])
    with session_of(engine) as session:
        rows = session.exec(select(Post.text, Post.raw_text).order_by(Post.source_id)).all()
    assert rows == [("late & cold", "<p>late &amp; cold</p>"), ("plain", None)]


def test_times_come_back_aware_and_in_utc() -> None:
    with session_of(memory()) as session:
        brand(session)
        save(session, prepared())
        session.expire_all()
        stored = session.exec(select(Post)).one()
        assert (stored.published_at, stored.collected_at) == (START, NOW)
        assert stored.published_at.utcoffset() == timedelta(0)


def test_an_author_is_one_row_and_keeps_what_is_no_longer_said() -> None:
    with session_of(memory()) as session:
        brand(session)
        save(session, prepared(name="Ann B", followers=5))
        save(session, prepared("2", handle=None, followers=0))
        author = session.exec(select(Author)).one()
        assert (author.handle, author.name, author.followers, author.account) == ("Ann", "Ann B", 0, "ann")


def test_a_post_without_author_is_stored() -> None:
    with session_of(memory()) as session:
        brand(session)
        assert save(session, prepared(source_id="1", handle=None), prepared("2")) == [Saved.NEW, Saved.NEW]
        anonymous = PreparedPost(prepared("3").post.model_copy(update={"author": AuthorData()}), "x", "en", "x", ())
        assert save(session, anonymous) == [Saved.NEW]
        assert session.exec(select(Post.author_id).where(Post.source_id == "3")).one() is None


def test_an_account_that_says_it_is_the_brands_is_recorded_as_such() -> None:
    with session_of(memory()) as session:
        stored = brand(session)
        save(session, prepared(is_owned=True))
        assert session.exec(select(Author.owner_id)).one() == stored.id
        assert owned_accounts(session, stored.id or 0) == {"mastodon": {"ann"}}
        assert len(session.exec(select(OwnedAuthor)).all()) == 1


def test_a_brand_is_updated_by_its_slug_and_loses_no_account_or_query() -> None:
    with session_of(memory()) as session:
        brand(session, owned={"mastodon": ("@AmberRoast",)}, queries={"all": "amber"}, rivals=("north-beans",))
        brand(session, owned={"mastodon": ("amberroast", "amber_help")}, queries={"all": "roast", "tag": "#amber"})
        stored = session.exec(select(Brand)).one()
        assert owned_accounts(session, stored.id or 0) == {"mastodon": {"amberroast", "amber_help"}}
        assert dict(session.exec(select(Query.name, Query.expression)).all()) == {"all": "roast", "tag": "#amber"}
        assert stored.rivals == []


def test_declaring_an_account_takes_it_over_and_links_its_posts_anew() -> None:
    engine = memory()
    known = a_brand(engine)
    bring(engine, known, [post("1"), reply("2", "1", hours=1, by="helper")])
    with session_of(engine) as session:
        own_account(session, brand_by_slug(session, "amber-roast"), "mastodon", "HELPER")
        assert [said.source_id for said in session.exec(select(Post).where(Post.is_pending))] == ["2"]


def test_an_unknown_brand_is_not_found_and_the_nearest_is_named() -> None:
    with session_of(memory()) as session:
        with pytest.raises(NotFoundError, match="none is stored yet: import or collect posts first"):
            brand_by_slug(session, "amber")
        brand(session)
        with pytest.raises(NotFoundError, match="no brand 'amber-rost'; known: amber-roast"):
            brand_by_slug(session, "amber-rost")
        with pytest.raises(NotFoundError, match="no post 7"):
            post_by_id(session, 7)


def test_sources_hide_replies_until_one_is_seen() -> None:
    with session_of(memory()) as session:
        save_sources(session, VISIBLE, ["mastodon", "forum"])
        save_sources(session, {}, ["mastodon"])
        show_replies(session, ["forum"])
        found = dict(session.exec(select(Source.name, Source.reply_visibility)).all())
        assert found == {"mastodon": "in_thread", "forum": "in_thread"}


def test_coverage_grows_and_never_shrinks() -> None:
    with session_of(memory()) as session:
        brand(session)
        save_sources(session, {}, ["s"])
        for days, checked in ((5, 0), (3, 1)):
            extend_coverage(session, [1], {"s": START + timedelta(days=days)}, NOW + timedelta(days=checked))
        (row,) = session.exec(select(Coverage)).all()
        assert (row.covers_until, row.checked_at) == (START + timedelta(days=5), NOW + timedelta(days=1))


def test_a_failed_session_leaves_nothing_behind() -> None:
    engine = memory()

    def failing() -> None:
        with session_of(engine) as session:
            brand(session)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        failing()
    with session_of(engine) as session:
        assert not session.exec(select(Brand)).all()


def test_a_thread_and_the_labels_of_a_post_are_read_together() -> None:
    engine = memory()
    known = a_brand(engine)
    bring(engine, known, [reply("2", "1", hours=1), post("1"), post("3", hours=2, author="bob")])
    label_all(engine)
    with session_of(engine) as session:
        first = session.exec(select(Post).where(Post.source_id == "1")).one()
        thread = thread_of(session, first)
        assert [(said.source_id, author.handle if author else None) for said, author in thread] == [
            ("1", "ann"),
            ("2", "amberroast"),
        ]
        ((mention, its_brand, label),) = labels_of(session, first)
        assert label is not None
        assert (mention.model, its_brand.slug, label.complaint) == ("test 1", "amber-roast", 0.8)


@pytest.mark.parametrize("count", [0, 1, 70_000, 300_000])
def test_reads_by_many_ids_are_not_bound_by_what_a_database_takes_as_parameters(count: int) -> None:
    with session_of(memory()) as session:
        try:
            assert mentions_of(session, range(count)) == []
        except OperationalError as error:
            pytest.fail(str(error.orig))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Social.Example/@ann/1", "social.example"),
        ("https://forum.example:8443", "forum.example:8443"),
        ("https://ann@forum.example/t/2?a=b", "forum.example"),
        ("https://כפולה.example/1", "כפולה.example"),
        ("/t/2", None),
        ("https:///t", None),
        ("http://" + "a" * 300, None),
        (None, None),
    ],
)
def test_a_host_is_that_of_the_address(url: str | None, host: str | None) -> None:
    assert host_of(url) == host
