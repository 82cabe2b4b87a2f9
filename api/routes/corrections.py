"""``POST /posts/{id}/corrections``: a person says what a post is; it counts at once."""

from typing import Annotated

from fastapi import APIRouter, Body

from api import examples
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.people.visitors import VisitorDep
from api.problems import ParameterError, problem_responses
from api.reading import counted_mention
from api.routes.posts import PostId
from api.shapes import CorrectionIn, MentionOut
from models.errors import NotFoundError
from models.reads.brands import brand_by_slug, post_by_id
from models.reads.mentions import mention_of_post
from models.store.labels import save_correction

router = APIRouter(tags=["posts"])


@router.post(
    "/posts/{id}/corrections",
    status_code=201,
    summary="Correct a label",
    description="Outranks every classifier from now on and stays on record. Answers with the post as it counts now.",
    response_model=MentionOut,
    responses={201: examples.answer(examples.MENTION, "The post as it counts now."), **problem_responses(404, 422)},
)
def correct(
    id: PostId,
    correction: Annotated[CorrectionIn, Body(examples=[examples.CORRECTION])],
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> MentionOut:
    """Save a correction."""
    now, author = clock(), visitor.author(correction.author)
    brand = brand_by_slug(session, correction.brand)
    post = post_by_id(session, id)
    mention = mention_of_post(session, id, brand)
    if mention is None:
        raise NotFoundError(f"post {id} is no mention of {brand.slug!r}")
    if counted_mention(session, brand, post, now) is None:
        raise ParameterError("id", f"post {id} is no customer's post, so it carries no labels to correct", "path")
    try:
        save_correction(session, mention, correction.field, correction.value, author, now)
    except ValueError as error:
        raise ParameterError("value", f"value for {correction.field}: {error}", "body") from None
    session.commit()
    shared.clouds.clear()
    counted = counted_mention(session, brand, post, now)
    assert counted is not None
    return MentionOut.model_validate(counted)
