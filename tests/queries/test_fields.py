"""What a field looks at, and documents made of posts."""

from datetime import UTC, datetime

import pytest

from listener.queries import Document, document_of, explain, parse
from models.postdata import AuthorData, PostData
from models.words import PostKind

REVIEW = Document(
    "Kawa jest zimna #zimno",
    title="Never again: Amber Roast",
    author_names=("Ann Cup", "ann_cup@social.example"),
    source="app_store",
    language="zh-TW",
    kind="review",
    rating=2.5,
    url="https://www.amberroast.example/sklep/kawa-mielona?ref=ann",
    tags=("Cold Drinks", "machine-learning"),
)


@pytest.mark.parametrize(
    ("expression", "is_match"),
    [
        ("text:kawa", True),
        ("text:again", False),
        ("title:again", True),
        ("title:kawa", False),
        ("Title:(again AND amber)", True),
        ("title:(again OR kawa) -title:zimna", True),
        ('title:"amber roast"', True),
        ('title:"roast again"~1', True),
        ("text:#zimno", True),
        ("title:#zimno", False),
        ("author:ann", True),
        ('author:"ann cup"', True),
        ("author:an", False),
        ("author:ann_*", True),
        ("author:@ann_cup", True),
        ("author:@ann_cup@social.example", True),
        ("author:@ann", False),
        ("author:kawa", False),
        ("ann", False),
        ("source:app_store", True),
        ("source:APP_*", True),
        ("source:app", False),
        ("lang:zh", True),
        ("lang:zh-tw", True),
        ("lang:zh_TW", True),
        ("lang:zh-hk", False),
        ("lang:z", None),
        ("lang:(pl OR zh)", True),
        ("kawa -lang:zh", False),
        ("kind:review", True),
        ("kind:Question", False),
        ("rating:2.5", True),
        ("rating:2,5", True),
        ("rating:=2", False),
        ("rating:<=2.5", True),
        ("rating:<2.5", False),
        ("rating:<3", True),
        ("rating:>=3", False),
        ("rating:>2", True),
        ("rating:≥2", True),
        ("rating:1..3", True),
        ("rating:3..4", False),
        ("rating:(1 OR >2)", True),
        ("url:amberroast.example", True),
        ("url:https://www.amberroast.example/sklep", True),
        ("url:roast", False),
        ("url:kawa-*", True),
        ("url:tea", False),
        ("tag:zimno", True),
        ("tag:#ZIMNO", True),
        ("tag:zim*", True),
        ('tag:"cold drinks"', True),
        ("tag:machine-learning", True),
        ("tag:cold", False),
        ("tag:(tea OR zimno)", True),
    ],
)
def test_a_field_looks_at_its_own_place(expression: str, is_match: bool | None) -> None:
    if is_match is None:
        with pytest.raises(Exception, match="column 6"):
            parse(expression)
        return
    query = parse(expression)
    assert query.matches(REVIEW) is is_match
    assert parse(str(query)) == query


@pytest.mark.parametrize(
    "expression", ["rating:1..5", "lang:pl", "url:x", "author:x", "author:@x", "title:x", "source:x*", "tag:*x"]
)
def test_what_is_not_known_never_matches(expression: str) -> None:
    assert not parse(expression).matches(Document("x"))


def test_a_handle_is_no_display_name() -> None:
    assert not parse("author:@ann").matches(Document("x", author_names=("Ann Cup",)))
    assert parse("author:@ann").matches(Document("x", author_names=("@Ann",)))


def test_a_post_becomes_a_document() -> None:
    post = PostData(
        source="steam",
        source_id="1",
        text="<p>skanu</p>",
        published_at=datetime(2026, 11, 1, tzinfo=UTC),
        author=AuthorData(source_id="7", handle="rasa", name="Rasa Ž."),
        kind=PostKind.REVIEW,
        title="Puiku #Kava",
        rating=5,
        url="https://store.example/1",
    )
    document = document_of(post, "skanu #ŽaliaArbata", "lt")
    assert document.tags == ("kava", "žaliaarbata")
    every = "skanu puiku author:rasa source:steam lang:lt kind:review rating:5 url:store.example #kava tag:žaliaarbata"
    assert parse(every).matches(document)


def test_a_post_without_name_title_and_language_becomes_one_too() -> None:
    post = PostData(source="feed", source_id="1", text="x", published_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert document_of(post, "x", None) == Document("x", source="feed")


def test_what_matched_is_told_once_and_without_what_is_not_wanted() -> None:
    query = parse('(kawa OR "amber  roast" OR tea OR kawa) AND lang:zh AND NOT coffee*')
    assert explain(query, REVIEW) == ["kawa", '"amber roast"', "lang:zh"]
    assert explain(query, Document("nothing")) == []
