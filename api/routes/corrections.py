"""``/posts/{id}/corrections``: a person says what a post is, and takes it back; both count at once."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Response

from api import examples
from api.cursors import MOST_ID
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.people.visitors import VisitorDep
from api.problems import ParameterError, problem_responses
from api.reading import counted_mention
from api.routes.posts import PostId
from api.shapes import CorrectionIn, MentionOut
from models.errors import NotFoundError
from models.reads.brands import brand_by_slug, post_by_id
from models.reads.mentions import mention_of_post
from models.reads.triage import correction_of_post, step_count
from models.store.labels import save_correction, undo_correction
from models.store.triage import hold, undo
from models.tables import Brand

router = APIRouter(tags=["posts"])
CorrectionId = Annotated[int, Path(ge=1, le=MOST_ID, description="The correction, by its id.", examples=[5])]


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
    response: Response,
) -> MentionOut:
    """Save a correction, and say where it can be taken back."""
    now, author = clock(), visitor.author(correction.author)
    brand = brand_by_slug(session, correction.brand)
    post = post_by_id(session, id)
    mention = mention_of_post(session, id, brand)
    if mention is None:
        raise NotFoundError(f"post {id} is no mention of {brand.slug!r}")
    if counted_mention(session, brand, post, now) is None:
        raise ParameterError("id", f"post {id} is no customer's post, so it carries no labels to correct", "path")
    mention = hold(session, [mention.id or 0])[0]
    try:
        saved = save_correction(session, mention, correction.field, correction.value, author, now)
    except ValueError as error:
        raise ParameterError("value", f"value for {correction.field}: {error}", "body") from None
    session.commit()
    response.headers["Location"] = f"/api/v1/posts/{id}/corrections/{saved.id}"
    shared.clouds.clear()
    counted = counted_mention(session, brand, post, now)
    assert counted is not None
    return MentionOut.model_validate(counted)


@router.delete(
    "/posts/{id}/corrections/{correction_id}",
    summary="Take a correction back",
    description="What counted before counts again: an earlier correction, or else the label. It stays on record.",
    response_model=MentionOut,
    responses={200: examples.answer(examples.MENTION, "The post as it counts now."), **problem_responses(404)},
)
def take_correction_back(
    id: PostId,
    correction_id: CorrectionId,
    session: SessionDep,
    clock: ClockDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> MentionOut:
    """Undo a correction; with it the action of the inbox that made it, where it was for this one post."""
    now, post = clock(), post_by_id(session, id)
    correction, action = correction_of_post(session, id, correction_id)
    mention = hold(session, [correction.mention_id])[0]
    if action is not None and step_count(session, action.id) == 1:
        undo(session, action, visitor.name, now)
    else:
        undo_correction(session, correction, now)
    session.commit()
    shared.clouds.clear()
    counted = counted_mention(session, session.get_one(Brand, mention.brand_id), post, now)
    if counted is None:
        raise NotFoundError(f"post {id} is no customer's post any more")
    return MentionOut.model_validate(counted)
