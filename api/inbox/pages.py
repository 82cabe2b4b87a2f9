"""The pages of the inbox. All of it works as links and forms; ``static/inbox.js`` only spares loading the page anew."""

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.cursors import MOST_ID
from api.dependencies import SessionDep, Shared, SharedDep
from api.inbox import saying
from api.inbox.acting import MOST_AT_ONCE, Wanted, perform, take_back
from api.inbox.asking import InboxPageQuery, InboxQuery, filter_of, newer_than
from api.inbox.listing import list_inbox, promises_of
from api.inbox.reading import WORDS, choices_of, done_of, pane_of, saved_query, tabs_of
from api.people.signing import local_path
from api.people.visitors import Visitor, VisitorDep
from api.problems import ConflictError, ParameterError, respond
from api.templating import templates
from api.viewer import PageRoute, reading, viewer_of
from api.views import address
from models.reads.brands import all_brands, brand_by_slug
from models.reads.inbox import MOST_COUNTED, inbox_count
from models.reads.triage import action_by_id, inbox_rows, last_done, overtaken_by, view_by_id
from models.store.triage import delete_view, save_view
from models.tables import Brand
from models.words import Role, TriageKind

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Id = Annotated[int, Path(ge=1, le=MOST_ID)]
_Typed = Annotated[str, Field(max_length=100)]
_Next = Annotated[str, Field(max_length=4000)]


class ActionForm(BaseModel):
    """What to do; of the other fields only the one that belongs to it counts."""

    model_config = ConfigDict(extra="forbid")
    kind: TriageKind
    post: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    stage: _Typed = ""
    sentiment: _Typed = ""
    assignee: _Typed = ""
    snooze: _Typed = ""
    snooze_until: _Typed = ""
    tag: _Typed = ""
    at: _Typed = ""
    next: _Next = "/inbox"

    def value(self) -> str:
        """What was typed for this kind."""
        said = {
            TriageKind.STAGE: self.stage,
            TriageKind.SENTIMENT: self.sentiment,
            TriageKind.ASSIGN: self.assignee,
            TriageKind.SNOOZE: self.snooze_until or self.snooze,
            TriageKind.TAG: self.tag,
            TriageKind.UNTAG: self.tag,
            TriageKind.ANSWERED_ELSEWHERE: self.at,
        }
        return said.get(self.kind, "")


class NextForm(BaseModel):
    """Where to go on."""

    model_config = ConfigDict(extra="forbid")
    next: _Next = "/inbox"


class ViewForm(NextForm):
    """Filters to be kept under a name."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    brand: _Typed = ""
    filters: _Next = ""
    shared: bool = False


class NewerQuery(InboxQuery):
    """What has come in since a mention."""

    brand: str | None = Field(None, max_length=100)
    known: int = Field(ge=0, le=MOST_ID)


@router.get("/inbox")
def inbox_of_all(
    request: Request,
    query: Annotated[InboxPageQuery, Query()],
    session: SessionDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> Response:
    """What waits, of every brand."""
    return _page(request, session, shared, visitor, query, None)


@router.get("/brands/{slug}/inbox")
def inbox_of_brand(
    request: Request,
    slug: str,
    query: Annotated[InboxPageQuery, Query()],
    session: SessionDep,
    shared: SharedDep,
    visitor: VisitorDep,
) -> Response:
    """What waits, of one brand."""
    return _page(request, session, shared, visitor, query, brand_by_slug(session, slug))


@router.get("/inbox/newer")
def newer(
    request: Request, query: Annotated[NewerQuery, Query()], session: SessionDep, shared: SharedDep, visitor: VisitorDep
) -> Response:
    """How many posts of a list came in since it was loaded, as a line of text; nothing where none did."""
    brands = [brand_by_slug(session, query.brand)] if query.brand else all_brands(session)
    filters = newer_than(filter_of(query, visitor.name, shared.clock()), query.known)
    count = sum(inbox_count(session, promise, filters) for promise in promises_of(session, brands, shared.clock()))
    if not count:
        return Response(status_code=204)
    return templates.TemplateResponse(request, "inbox_newer.html", {"count": count})


@router.post("/inbox/actions")
def act(
    request: Request, form: Annotated[ActionForm, Form()], session: SessionDep, shared: SharedDep, visitor: VisitorDep
) -> Response:
    """Do something to one post, or to all that were chosen, and go back to the list; or say who was faster."""
    wanted = [_wanted(word) for word in form.post]
    try:
        done = perform(session, shared, form.kind, form.value(), wanted, visitor.name)
    except ConflictError as error:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        last = [found for id in error.mention_ids if (found := last_done(session, id))]
        zones = [row.brand.timezone for row in inbox_rows(session, error.mention_ids).values()]
        context = {"last": last, "next": local_path(form.next), "saying": saying, "zone": zones[0] if zones else None}
        return templates.TemplateResponse(request, "inbox_conflict.html", context, status_code=409)
    return _back(form.next, done)


@router.post("/inbox/actions/{id}/undo")
def undo(
    id: Id, form: Annotated[NextForm, Form()], session: SessionDep, shared: SharedDep, visitor: VisitorDep
) -> Response:
    """Undo it for all its posts."""
    take_back(session, shared, id, visitor.name)
    return _back(form.next, id)


@router.post("/inbox/views")
def add_view(
    request: Request, form: Annotated[ViewForm, Form()], session: SessionDep, shared: SharedDep, visitor: VisitorDep
) -> Response:
    """Keep filters under a name; agents may show them to everybody."""
    brand = brand_by_slug(session, form.brand) if form.brand else None
    name = " ".join(form.name.split())
    wanted = saved_query(form.filters)
    if not name.isprintable() or not name or wanted is None:
        raise ParameterError("name", "a view has a name and filters that can be read", "body")
    if form.shared and not visitor.role.covers(Role.AGENT):
        return respond(request, 403, "to share a view takes the role agent", "role-too-low")
    brand_id = brand.id if brand else None
    save_view(session, visitor.name, name, urlencode(wanted.chosen()), brand_id, shared.clock(), is_shared=form.shared)
    session.commit()
    return RedirectResponse(local_path(form.next), 303)


@router.post("/inbox/views/{id}/deleted")
def remove_view(
    request: Request, id: Id, form: Annotated[NextForm, Form()], session: SessionDep, visitor: VisitorDep
) -> Response:
    """Take a view away: one's own, or as a manager anybody's shared one."""
    view = view_by_id(session, id)
    if view.owner != visitor.name and not (view.is_shared and visitor.role.covers(Role.MANAGER)):
        return respond(request, 403, "this view is somebody else's", "role-too-low")
    delete_view(session, view)
    session.commit()
    return RedirectResponse(local_path(form.next), 303)


def _page(
    request: Request, session: Session, shared: Shared, visitor: Visitor, query: InboxPageQuery, brand: Brand | None
) -> Response:
    brands = [brand] if brand else list(all_brands(session))
    if not brands:
        return RedirectResponse("/", 303)
    base = f"/brands/{brand.slug}/inbox" if brand else "/inbox"
    chosen = query.chosen()
    promises = promises_of(session, brands, shared.clock())
    inbox = list_inbox(session, shared, brands, query, visitor.name, cursor=query.cursor)

    def here(**more: Any) -> str:
        return address(base, chosen, **{"cursor": query.cursor, "open": query.open, **more})

    with reading(viewer_of(request, brand.timezone if brand else "UTC").wording):
        tabs = tabs_of(session, shared, promises, query, visitor.name, brand.id if brand else None)
    done = done_of(session, query.done)
    context: dict[str, Any] = {
        "brand": brand,
        "zone": brand.timezone if brand else None,
        "base": base,
        "query": query,
        "chosen": chosen,
        "filters": urlencode(chosen),
        "inbox": inbox,
        "tabs": tabs,
        "pane": pane_of(session, shared, query.open),
        "done": done,
        "overtaken_by": overtaken_by(session, action_by_id(session, done.action_id or 0)) if done else [],
        "may_act": visitor.role.covers(Role.AGENT),
        "may_share": visitor.role.covers(Role.AGENT),
        "is_manager": visitor.role.covers(Role.MANAGER),
        "me": visitor.name,
        "here": here,
        "address": address,
        "saying": saying,
        "most_counted": MOST_COUNTED,
        "words": WORDS,
        **choices_of(session, brands, promises),
    }
    if request.headers.get("x-fragment") == "inbox":  # never kept: the address is that of the whole page
        return templates.TemplateResponse(request, "inbox_body.html", context, headers={"Cache-Control": "no-store"})
    return templates.TemplateResponse(request, "inbox.html", context)


def _wanted(word: str) -> Wanted:
    """``MENTION.EDITION``, as a checkbox says it."""
    id, _, edition = word.partition(".")
    if not (id.isascii() and id.isdigit() and len(id) < 11):
        raise ParameterError("post", f"{word!r} is no post", "body")
    return Wanted(int(id), edition or None)


def _back(wanted: str, done: int) -> Response:
    """To the list, which tells of what was done."""
    path, _, query = local_path(wanted).partition("?")
    pairs = [pair for pair in parse_qsl(query) if pair[0] != "done"]
    return RedirectResponse(f"{path}?{urlencode([*pairs, ('done', str(done))])}", 303)
