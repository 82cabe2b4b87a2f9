"""``GET /posts`` and ``GET /posts/{id}``."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api import examples
from api.cursors import MOST_ID
from api.dependencies import ClockDep, SessionDep
from api.parameters import PostQuery, filter_of, page_of, period_of
from api.problems import problem_responses
from api.reading import post_detail, post_page
from api.shapes import PostDetail, PostPage
from models.reads.brands import brand_by_slug

router = APIRouter(tags=["posts"])
PostId = Annotated[int, Path(ge=1, le=MOST_ID, description="The post's id, as lists give it.", examples=[17])]


@router.get(
    "/posts",
    summary="List the posts of a brand's customers",
    description="The newest first, without repetitions, the brand's own posts and bots. Follow `next_cursor` for more.",
    response_model=PostPage,
    responses={200: examples.answer(examples.POST_PAGE, "A page of posts."), **problem_responses(400, 404, 422)},
)
def list_posts(query: Annotated[PostQuery, Query()], session: SessionDep, clock: ClockDep) -> PostPage:
    """A page of posts."""
    brand = brand_by_slug(session, query.brand)
    period = period_of(query, brand, clock)
    as_of, after = page_of(query, period)
    return post_page(session, brand, filter_of(query, period), as_of, after, query.limit)


@router.get(
    "/posts/{id}",
    summary="One post with its labels and its thread",
    description="Labels with probabilities and model for each brand, and the whole thread, the oldest post first.",
    response_model=PostDetail,
    responses={200: examples.answer(examples.POST_DETAIL, "The post."), **problem_responses(404, 422)},
)
def get_post(id: PostId, session: SessionDep, clock: ClockDep) -> PostDetail:
    """One post."""
    return post_detail(session, id, clock())
