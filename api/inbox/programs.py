"""``/api/v1/inbox``: the inbox for programs. The same list, actions and undo as the pages have."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlmodel import Session

from api import examples
from api.cursors import MOST_ID
from api.dependencies import SessionDep, Shared, SharedDep
from api.inbox.acting import MOST_AT_ONCE, Wanted, perform, take_back
from api.inbox.asking import InboxPageQuery
from api.inbox.listing import Entry, entries_now, list_inbox
from api.people.visitors import VisitorDep
from api.problems import problem_responses
from api.shapes import Shape
from models.errors import NotFoundError
from models.postdata import Text
from models.reads.brands import all_brands, brand_by_slug
from models.reads.triage import mention_ids_of
from models.words import ResponseState, Sentiment, Stage, TriageKind

router = APIRouter(tags=["inbox"])
ActionId = Annotated[int, Path(ge=1, le=MOST_ID, description="What was done, by its id.", examples=[3])]


class InboxListQuery(InboxPageQuery):
    """Which posts to list. ``open`` and ``done`` are for pages and ignored here."""

    brand: str | None = Field(None, max_length=100, description="The brand, by its slug; left out: all of them.")
    limit: int = Field(25, ge=1, le=200, description="Posts a page.")


class InboxPostOut(Shape):
    """A post of the inbox, and what its place in the order is made of."""

    id: int
    brand: str
    source: str
    source_id: str
    title: str | None
    text: str
    url: str | None
    rating: float | None
    language: str
    published_at: AwareDatetime
    author: str | None
    followers: int | None
    state: ResponseState | None
    stage: Stage | None
    sentiment: Sentiment | None
    is_complaint: bool | None
    needs_response: bool | None
    is_confident: bool | None
    complaint: float | None = Field(description="the model's probability")
    past_promise_seconds: float | None = Field(
        description="by how much it is past the promised first response; negative while there is time; null: none"
    )
    severity: int = Field(description="0 to 5: 3 for a complaint, 1 for bad feeling, 1 for two stars or fewer")
    audience: int = Field(description="0 to 4: steps at 1,000, 10,000, 100,000 and a million followers")
    assignee: str | None
    snoozed_until: AwareDatetime | None
    tags: list[str]
    edition: str = Field(description="changes with whatever an action could change; hand it back with one")


class InboxOut(Shape):
    """A page of the inbox."""

    posts: list[InboxPostOut]
    next_cursor: str | None = Field(description="null on the last page")
    as_of: AwareDatetime
    count: int = Field(description="all that the filters find, counted up to 1,000")
    is_count_whole: bool


class WantedPost(BaseModel):
    """One post to be changed."""

    model_config = ConfigDict(extra="forbid")
    id: int = Field(ge=1, le=MOST_ID)
    brand: str = Field(max_length=100)
    edition: str | None = Field(
        None, max_length=40, description="as it was shown: 409 if it has changed since; left out: change it anyway"
    )


class ActionIn(BaseModel):
    """What to do, to which posts."""

    model_config = ConfigDict(extra="forbid")
    kind: TriageKind
    value: str | None = Field(
        None,
        max_length=100,
        description="a stage, a sentiment, a name or me, a tag, a time (also tomorrow, 3days, monday); empty: none",
    )
    posts: list[WantedPost] = Field(min_length=1, max_length=MOST_AT_ONCE)
    author: Annotated[Text, Field(min_length=1, max_length=100)] = "anonymous"


class ActionOut(Shape):
    """What was done or undone, and the posts as they are now."""

    id: int
    posts: list[InboxPostOut]


_POST = {
    **{
        key: examples.MENTION[key]
        for key in ("id", "source", "source_id", "title", "text", "url", "rating", "language")
    },
    **{key: examples.MENTION[key] for key in ("published_at", "author", "followers", "state", "stage", "sentiment")},
    **{key: examples.MENTION[key] for key in ("is_complaint", "needs_response", "is_confident")},
    "brand": "amber-roast",
    "complaint": 0.94,
    "past_promise_seconds": 704700.0,
    "severity": 4,
    "audience": 0,
    "assignee": "Rasa",
    "snoozed_until": None,
    "tags": ["steam wand"],
    "edition": "5f1c09a3b2d4",
}
_PAGE = {"posts": [_POST], "next_cursor": None, "as_of": "2026-11-21T12:00:00Z", "count": 1, "is_count_whole": True}
_ACTION = {
    "kind": "no_answer_needed",
    "posts": [{"id": 17, "brand": "amber-roast", "edition": "5f1c09a3b2d4"}],
}


@router.get(
    "/inbox",
    summary="Posts that wait for an answer",
    description="Past the promised first response first, then by severity, audience and age. Follow `next_cursor`.",
    response_model=InboxOut,
    responses={200: examples.answer(_PAGE, "A page of the inbox."), **problem_responses(400, 404, 422)},
)
def get_inbox(
    query: Annotated[InboxListQuery, Query()], session: SessionDep, shared: SharedDep, visitor: VisitorDep
) -> InboxOut:
    """A page of the inbox."""
    brands = [brand_by_slug(session, query.brand)] if query.brand is not None else all_brands(session)
    inbox = list_inbox(session, shared, brands, query, visitor.name, cursor=query.cursor, limit=query.limit)
    return InboxOut(
        posts=[shown(entry) for entry in inbox.entries],
        next_cursor=inbox.next_cursor,
        as_of=inbox.as_of,
        count=inbox.count,
        is_count_whole=inbox.is_count_whole,
    )


@router.post(
    "/inbox/actions",
    status_code=201,
    summary="Do something to posts",
    description="To all of them, or to none: 409 if one has changed since its `edition` was shown.",
    response_model=ActionOut,
    responses={201: examples.answer({"id": 3, "posts": [_POST]}, "What was done."), **problem_responses(404, 409, 422)},
)
def post_action(
    action: Annotated[ActionIn, Body(examples=[_ACTION])],
    session: SessionDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> ActionOut:
    """Do it."""
    wanted = [Wanted(_mention_id(session, post), post.edition) for post in action.posts]
    id = perform(session, shared, action.kind, action.value, wanted, visitor.author(action.author))
    return _done(session, shared, id, [one.mention_id for one in wanted])


@router.post(
    "/inbox/actions/{id}/undo",
    summary="Undo what was done",
    description="For all its posts at once. What counted before counts again; what others did since then stays.",
    response_model=ActionOut,
    responses={
        200: examples.answer({"id": 3, "posts": [_POST]}, "The posts as they are now."),
        **problem_responses(404),
    },
)
def undo_action(id: ActionId, session: SessionDep, shared: SharedDep, visitor: VisitorDep) -> ActionOut:
    """Undo it."""
    return _done(session, shared, id, take_back(session, shared, id, visitor.name))


def _mention_id(session: Session, post: WantedPost) -> int:
    brand = brand_by_slug(session, post.brand)
    found = mention_ids_of(session, post.id).get(brand.slug)
    if found is None:
        raise NotFoundError(f"post {post.id} is no mention of {brand.slug!r}")
    return found


def _done(session: Session, shared: Shared, id: int, mention_ids: list[int]) -> ActionOut:
    return ActionOut(id=id, posts=[shown(entry) for entry in entries_now(session, shared, mention_ids)])


def shown(entry: Entry) -> InboxPostOut:
    """A post of the list as programs get it."""
    row, author = entry.row, entry.row.author
    return InboxPostOut.model_validate(
        row.mention.model_dump()
        | row.post.model_dump()
        | {
            "brand": row.brand.slug,
            "author": (author.handle or author.name) if author else None,
            "followers": author.followers if author else None,
            "state": entry.state,
            "complaint": row.complaint,
            "past_promise_seconds": entry.past_seconds,
            "severity": entry.urgency.severity,
            "audience": entry.urgency.audience,
            "assignee": row.assignee,
            "snoozed_until": row.snoozed_until,
            "tags": list(row.tags),
            "edition": row.edition,
        }
    )
