"""The pages that list: a brand's posts as filtered, with their number, and the words that set them apart."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlmodel import Session

from api.dependencies import ClockDep, SessionDep, Shared, SharedDep
from api.framing import Frame, FrameQuery, framed
from api.parameters import Blank, FilterQuery, Word, filter_of, page_of
from api.reading import post_page, response_clock
from api.templating import templates
from api.viewer import PageRoute
from api.views import address, word_address
from listener.reports.word_cloud import CloudTerm, WordCloudData
from models.reads.customers import MentionFilter
from models.reads.mentions import count_mentions
from models.words import ResponseState, Sentiment, Stage

router = APIRouter(include_in_schema=False, route_class=PageRoute)
MOST_COUNTED = 10_000
MOST_TERMS = 500


class PostsPageQuery(FilterQuery):
    """Which posts to list. ``word`` is the key of a word of the cloud of the same period and filters."""

    polarity: Annotated[Literal["complaint", "praise"] | None, Blank] = None
    word: Word = Field(None)


@dataclass(frozen=True, slots=True)
class ChosenWord:
    """A word that was clicked: its posts are those that the cloud has counted, ``of`` a sample where it drew one."""

    key: str
    shown: str
    post_ids: tuple[int, ...]
    is_sample: bool


@router.get("/brands/{slug}/posts")
def posts_page(
    request: Request,
    slug: str,
    query: Annotated[PostsPageQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """A brand's posts, filtered, counted and paged."""
    kept = query.model_dump(include=set(FrameQuery.model_fields))
    frame = framed(session, clock, slug, FrameQuery.model_validate(kept), "posts")
    brand = frame.brand
    word = _word(session, shared, frame, query.word) if query.word else None
    filters = _filters(query, frame, word)
    as_of, after = page_of(query, frame.period)
    page = post_page(session, brand, filters, as_of, after, query.limit)
    count = count_mentions(session, brand.id or 0, response_clock(session, brand, as_of), filters, MOST_COUNTED + 1)
    chosen = query.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    base = f"/brands/{brand.slug}/posts"
    context = {
        "brand": brand,
        "frame": frame,
        "query": query,
        "page": page,
        "count": count,
        "most": MOST_COUNTED,
        "word": word,
        "without_word": address(base, chosen, word=None, cursor=None),
        "without_polarity": address(base, chosen, polarity=None, cursor=None),
        "is_filtered": bool(chosen.keys() - {"cursor", "limit"}),
        "is_later_page": query.cursor is not None,
        "newest_address": address(base, chosen, cursor=None),
        "next_address": address(base, chosen, cursor=page.next_cursor) if page.next_cursor else None,
        "words": {"stage": list(Stage), "sentiment": list(Sentiment), "state": list(ResponseState)},
    }
    return templates.TemplateResponse(request, "posts.html", context)


def _filters(query: PostsPageQuery, frame: Frame, word: ChosenWord | None) -> MentionFilter:
    filters = replace(filter_of(query, frame.period), polarity=query.polarity)
    if word is not None:
        return replace(filters, post_ids=word.post_ids)
    # A word that the cloud no longer holds is looked for as it is written.
    return replace(filters, text=query.q or query.word)


def _word(session: Session, shared: Shared, frame: Frame, key: str) -> ChosenWord | None:
    """The word as the cloud of this period has it; None where it has it no longer."""
    for limit in (None, MOST_TERMS):
        cloud: WordCloudData = frame.measured(session, shared, "word-cloud", limit=limit)
        found: CloudTerm | None = next((term for term in cloud.terms if term.key == key), None)
        if found is not None and found.all_post_ids:
            is_sample = cloud.sampled.of > cloud.sampled.posts + cloud.sampled.without_terms
            return ChosenWord(key, found.term, found.all_post_ids, is_sample)
    return None


@router.get("/brands/{slug}/words")
def words_page(
    request: Request,
    slug: str,
    query: Annotated[FrameQuery, Query()],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
) -> Response:
    """The word cloud, drawn and as a table."""
    frame = framed(session, clock, slug, query, "words")
    cloud: WordCloudData = frame.measured(session, shared, "word-cloud")
    pictures = frame.picture("word-cloud")
    context = {
        "brand": frame.brand,
        "frame": frame,
        "as_of": cloud.as_of,
        "cloud": cloud,
        "word_address": word_address(slug, query),
        "cloud_addresses": {**pictures, "svg": frame.report("word-cloud", "svg")},
    }
    return templates.TemplateResponse(request, "words.html", context)
