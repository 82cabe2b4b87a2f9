"""Makes what stands beside the list: a post with thread, labels and history; tabs, and what there is to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pydantic import ValidationError
from sqlmodel import Session

from api.dependencies import Shared
from api.inbox import saying
from api.inbox.asking import InboxQuery, InboxState
from api.inbox.listing import Entry, counted, entries_now
from api.people.visitors import Visitor
from api.reading import post_detail
from api.shapes import BrandView, PostDetail
from api.viewer import reader
from api.views import Placed, replies_by_depth
from models.reads.inbox import Promise
from models.reads.people import all_people
from models.reads.themes import theme_names
from models.reads.triage import Done, action_by_id, history_of, mention_ids_of, step_count, tags_of_brands, views_for
from models.tables import Brand
from models.words import Role, Sentiment, Stage

WORDS = {"state": list(InboxState), "stage": list(Stage), "sentiment": list(Sentiment)}


@dataclass(frozen=True, slots=True)
class Pane:
    """One post, read whole."""

    entry: Entry
    post: PostDetail
    thread: list[Placed]
    view: BrandView
    history: list[Done]


@dataclass(frozen=True, slots=True)
class Tab:
    """A view, with how many posts are in it. ``id`` is that of a saved one."""

    name: str
    chosen: dict[str, str]
    count: int
    is_here: bool
    id: int | None = None
    is_own: bool = False
    is_shared: bool = False


def pane_of(session: Session, shared: Shared, mention_id: int | None) -> Pane | None:
    """The post that is read beside the list; None where nothing is open, or it is not there."""
    found = entries_now(session, shared, [mention_id]) if mention_id else []
    if not found:
        return None
    entry = found[0]
    detail = post_detail(session, entry.row.post.id or 0, shared.clock())
    view = next(view for view in detail.brands if view.brand == entry.row.brand.slug)
    return Pane(entry, detail, replies_by_depth(detail), view, history_of(session, entry.row.mention.id or 0))


def triage_of(session: Session, shared: Shared, visitor: Visitor, post_id: int) -> dict[str, object]:
    """What the page of one post shows of triage: by brand the entry and its history; and what there is to choose."""
    entries = entries_now(session, shared, list(mention_ids_of(session, post_id).values()))
    brands = [entry.row.brand for entry in entries]
    return {
        "triage": {entry.row.brand.slug: entry for entry in entries},
        "histories": {entry.row.brand.slug: history_of(session, entry.row.mention.id or 0) for entry in entries},
        "may_act": visitor.role.covers(Role.AGENT),
        "me": visitor.name,
        "saying": saying,
        "words": WORDS,
        **choices_of(session, brands, ()),
    }


def done_of(session: Session, action_id: int | None) -> Done | None:
    """An action that the page is to tell of; None where there is none."""
    if action_id is None:
        return None
    action = action_by_id(session, action_id)
    return Done(
        action.kind, action.value, action.author, action.created_at, action.undone_at, action.undone_by, action.id,
        None, step_count(session, action.id),
    )  # fmt: skip


def tabs_of(
    session: Session, shared: Shared, promises: Sequence[Promise], query: InboxQuery, me: str, brand_id: int | None
) -> list[Tab]:
    """The views that everybody has, then the saved ones that this person sees."""
    here = query.chosen()
    say = reader()

    def tab(name: str, wanted: InboxQuery, **more: object) -> Tab:
        chosen = wanted.chosen()
        return Tab(name, chosen, counted(session, shared, promises, wanted, me), chosen == here, **more)  # type: ignore[arg-type]

    tabs = [tab(say.pgettext("inbox", name), InboxQuery.model_validate(chosen)) for name, chosen in saying.TABS]
    for view in views_for(session, me, brand_id):
        wanted = saved_query(view.filters)
        if wanted is not None:
            tabs.append(tab(view.name, wanted, id=view.id, is_own=view.owner == me, is_shared=view.is_shared))
    return tabs


def saved_query(filters: str) -> InboxQuery | None:
    """The filters of a saved view; None where they say nothing any more."""
    try:
        return InboxQuery.model_validate(dict(parse_qsl(filters)))
    except ValidationError:
        return None


def choices_of(session: Session, brands: Sequence[Brand], promises: Sequence[Promise]) -> dict[str, object]:
    """What filters and actions offer to choose from."""
    ids = [brand.id or 0 for brand in brands]
    return {
        "sources": sorted({source.source for promise in promises for source in promise.clock.sources}),
        "themes": theme_names(session, ids[0]) if len(ids) == 1 else {},
        "tags": tags_of_brands(session, ids),
        "people": [person.name for person in all_people(session) if person.disabled_at is None],
    }
