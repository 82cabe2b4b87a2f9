"""What a post points at: plain addresses, links behind words, quotes; and their rows as posts come, change and go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select

from listener.pipeline.preparing import prepare
from listener.post_links import LONGEST, links_of, plain_address
from models.database import session_of
from models.postdata import PostData
from models.store.tombstones import bury
from models.tables import Post, PostLink
from models.words import GoneReason, LinkKind
from tests.builders import NOW, a_brand, bring, memory, post


def said(text: str, **keys: object) -> PostData:
    return PostData.model_validate(post("1", text) | keys)


def urls(text: str) -> list[str]:
    return [link.target for link in next(prepare(said(text), [])).links]


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("https://www.Shop.example/a/?b=1&utm_source=x&a=2#top", "shop.example/a?a=2&b=1"),
        ("http://shop.example/a?a=2&b=1&fbclid=xyz", "shop.example/a?a=2&b=1"),
        ("www.shop.example/A", "shop.example/A"),
        ("https://shop.example:443/a", "shop.example/a"),
        ("https://shop.example:8443/a", "shop.example:8443/a"),
        ("https://shop.example/", "shop.example"),
        ("https://kava.example/ąžuolas", "kava.example/%C4%85%C5%BEuolas"),
        ("https://kava.example/%C4%85%C5%BEuolas/", "kava.example/%C4%85%C5%BEuolas"),
        ("https://咖啡.example/評論", "xn--bur6r.example/%E8%A9%95%E8%AB%96"),
        ("http://[::1", None),
        ("https://localhost/a", None),
        ("https://", None),
        ("https://shop.example:99999/a", None),
    ],
)
def test_an_address_in_its_plainest_form(address: str, plain: str | None) -> None:
    assert plain_address(address) == plain


def test_a_long_address_is_cut_and_stays_its_own() -> None:
    one, other = (plain_address(f"https://shop.example/{'a' * 3000}{end}") for end in "xy")
    assert one is not None
    assert one != other
    assert len(one) == LONGEST + 17
    assert one == plain_address(f"https://shop.example/{'a' * 3000}x")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Look (https://shop.example/a), then www.shop.example/b.", ["shop.example/a", "shop.example/b"]),
        ("https://wiki.example/Coffee_(drink) is long", ["wiki.example/Coffee_(drink)"]),
        ("Zobacz „https://sklep.example/kawa”!", ["sklep.example/kawa"]),
        ("請看https://shop.example/a，謝謝", ["shop.example/a"]),
        ("תראו את https://shop.example/a: מומלץ", ["shop.example/a"]),
        ("twice https://shop.example/a and http://shop.example/a/", ["shop.example/a"]),
        ("no link, only e.g. this", []),
        ('<p>I read <a href="https://blog.example/r?utm_medium=x">this review</a></p>', ["blog.example/r"]),
        (
            '<p><a href="https://s.example/@ann" class="u-url mention">@ann</a> '
            '<a href="https://s.example/tags/coffee" rel="tag">#coffee</a> hello</p>',
            [],
        ),
        ('<p><a href="javascript:alert(1)">go</a><a href="/local">on</a></p>', []),
    ],
)
def test_links_in_a_text(text: str, found: list[str]) -> None:
    assert urls(text) == found


@given(st.text(max_size=200))
def test_any_text_has_links_or_none(text: str) -> None:
    for address in (text, f"https://shop.example/{text}", f"https://{text}/a"):
        plain = plain_address(address)
        if plain is not None and len(plain) <= LONGEST:
            assert plain.isascii()
            assert plain_address(plain) == plain
    links_of(said("x"), f"www.{text} https://{text}")


def rows(engine: Engine) -> list[tuple[str, str, str]]:
    with session_of(engine) as session:
        query = select(Post.source_id, PostLink.kind, PostLink.target).join(PostLink)
        return sorted(session.exec(query))


def test_rows_follow_what_the_post_says() -> None:
    engine = memory()
    brand = a_brand(engine)
    first = post("1", "Read https://blog.example/a and https://blog.example/b", quoted_source_id="9")
    bring(engine, brand, [first, post("2", "nothing to read here")])
    both = [("1", "quote", "9"), ("1", "url", "blog.example/a"), ("1", "url", "blog.example/b")]
    assert rows(engine) == both
    bring(engine, brand, [first])
    assert rows(engine) == both
    bring(engine, brand, [post("1", "Read https://blog.example/b alone")])
    assert rows(engine) == [("1", "url", "blog.example/b")]


def test_what_was_stored_before_gets_its_links_when_it_is_met_again() -> None:
    engine = memory()
    brand = a_brand(engine)
    one = post("1", "Read https://blog.example/a")
    bring(engine, brand, [one])
    with session_of(engine) as session:
        for link in session.exec(select(PostLink)):
            session.delete(link)
    summary, _ = bring(engine, brand, [one])
    assert summary.counts["unchanged"] == 1
    assert rows(engine) == [("1", "url", "blog.example/a")]


@pytest.mark.parametrize("reason", list(GoneReason))
def test_a_post_that_is_gone_points_at_nothing(reason: GoneReason) -> None:
    engine = memory()
    brand = a_brand(engine)
    one = post("1", "Read https://blog.example/a")
    bring(engine, brand, [one])
    with session_of(engine) as session:
        bury(session, "mastodon", ["1"], reason, NOW)
    assert rows(engine) == []
    bring(engine, brand, [one])
    assert rows(engine) == ([("1", "url", "blog.example/a")] if reason is GoneReason.SOURCE else [])


def test_a_post_that_quotes_nothing_counts_as_unchanged() -> None:
    one = next(prepare(said("Hello there"), []))
    quoting = next(prepare(said("Hello there", quoted_source_id="9"), []))
    assert "quoted_source_id" not in one.post.model_dump_json(exclude={"quoted_source_id": True})
    assert one.content_hash != quoting.content_hash
    assert [(link.kind, link.target) for link in quoting.links] == [(LinkKind.QUOTE, "9")]
