"""Collects the discussions of GitHub repositories, their comments and the replies under these, over GraphQL. Issues
and pull requests are left out. Built from the documentation, not seen live."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import field_validator

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    Secret,
    SourceOptions,
    Standing,
    ThreadRef,
    WebAddress,
    Window,
    variable_of,
)
from listener.collectors.paging import Listing, Walk, remaining
from listener.collectors.reading import from_iso, host_of, list_at
from models.errors import BusyError, GarbledError, GoneError, RefusedError, SourceError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="github_discussions",
    title="GitHub Discussions",
    covers="Discussions of the listed repositories with all comments and replies, open and closed; no issues.",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.NEEDS_KEY,
    history="All of it. GitHub grants 5,000 points an hour; 50 discussions with what is said in them cost about 26.",
    terms="https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
    pace=Pace(requests=60, seconds=60.0, burst=5),
    secrets=(Secret("token", "a GitHub token with the scope public_repo (fine-grained: Discussions, read)"),),
    is_own_place=True,
    lists_replies=True,  # a comment or reply is a change of its discussion, and changed discussions come with all
)


class _TooMuchError(GarbledError):
    """One query asked for more than GitHub computes for it."""


_WHERE = DECLARATION.name
_SIZES = (50, 10)  # discussions a page; the smaller where GitHub finds the larger too much
_OWN = frozenset(("OWNER", "MEMBER", "COLLABORATOR"))
_ROOT = re.compile(r"([\w.-]+/[\w.-]+)/discussions/(\d+)$")
_COMMENT = re.compile(r"#discussioncomment-(\d+)$")
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)  # the hints of templates: not the author's words
_ERRORS: dict[Any, type[SourceError]] = {
    "RATE_LIMITED": BusyError,
    "RATE_LIMIT": BusyError,
    "NOT_FOUND": GoneError,
    "FORBIDDEN": RefusedError,
    "INSUFFICIENT_SCOPES": RefusedError,
    "RESOURCE_LIMITS_EXCEEDED": _TooMuchError,
}
_COMMENTS = """
fragment by on Actor {
  login __typename ... on User { databaseId } ... on Bot { databaseId } ... on Organization { databaseId }
}
fragment said on DiscussionComment {
  id databaseId body createdAt deletedAt url author { ...by } authorAssociation isAnswer upvoteCount
}
fragment replies on DiscussionCommentConnection {
  totalCount nodes { ...said } pageInfo { hasNextPage endCursor }
}
fragment comments on DiscussionCommentConnection {
  totalCount nodes { ...said replies(first: 50) { ...replies } } pageInfo { hasNextPage endCursor }
}"""
_DISCUSSION = f"""{_COMMENTS}
fragment discussion on Discussion {{
  id number title body createdAt updatedAt lastEditedAt url author {{ ...by }} authorAssociation
  category {{ name isAnswerable }} isAnswered upvoteCount comments(first: 50) {{ ...comments }}
}}"""
_LISTING = f"""query($owner: String!, $name: String!, $first: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    discussions(first: $first, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}) {{
      nodes {{ ...discussion }} pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}{_DISCUSSION}"""
_ONE = f"""query($owner: String!, $name: String!, $number: Int!) {{
  repository(owner: $owner, name: $name) {{ discussion(number: $number) {{ ...discussion }} }}
}}{_DISCUSSION}"""
_MORE = f"""query($id: ID!, $after: String!) {{
  node(id: $id) {{
    ... on Discussion {{ comments(first: 50, after: $after) {{ ...comments }} }}
    ... on DiscussionComment {{ replies(first: 50, after: $after) {{ ...replies }} }}
  }}
}}{_COMMENTS}"""


class Options(SourceOptions):
    """``repositories``: the brand's own, as "owner/name". ``base_url``: of an Enterprise server its ``…/api``."""

    repositories: tuple[str, ...]
    base_url: WebAddress = "https://api.github.com"

    @field_validator("repositories")
    @classmethod
    def _are_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names or not all(re.fullmatch(r"[\w.-]+/[\w.-]+", name) for name in names):
            raise ValueError('repositories is to hold at least one name such as "owner/name"')
        return names


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page]:
    """Yield what changed since the window's begin with all that is said in it, a repository at a time.

    The last changed comes first, so posts may be older than the window. The cursor: ``owner/name``, then GitHub's own.
    """
    repositories = [Listing(repository) for repository in options.repositories]
    for repository, position, after in remaining(repositories, window.cursor):
        yield from _pages(client, options, window, repository, position, after)


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """Yield a discussion with all that is said in it as it stands now. Raises GoneError for a deleted one."""
    found = _ROOT.search(thread.root_source_id)
    if found is None or thread.root_source_id != f"{_place(options, found[1])}/discussions/{found[2]}":
        raise GarbledError(f"{_WHERE}: {thread.root_source_id!r} is no discussion on {options.base_url}")
    repository = _asked(client, options, _ONE, {**_named(found[1]), "number": int(found[2])}).get("repository")
    if not isinstance(repository, Mapping) or "discussion" not in repository:
        raise GarbledError(f"{_WHERE}: the answer holds no discussion")
    if repository["discussion"] is None:
        raise GoneError(f"{_WHERE}: {thread.root_source_id} is not there any more")
    discussion = _completed(client, options, repository["discussion"], "comments")
    is_whole = _is_read(discussion, "comments") and all(_is_read(one, "replies") for one in _said(discussion))
    yield Page({"place": _place(options, found[1]), "discussions": [discussion]}, is_whole=is_whole)


def split(data: Any) -> Iterable[Any]:
    """Each discussion, then its comments, each followed by its replies, with the ids of what they stand under."""
    if not isinstance(data, Mapping) or not isinstance(data.get("place"), str):
        raise GarbledError(f"{_WHERE}: the page is no list of discussions")
    for discussion in list_at(data, "discussions", where=_WHERE):
        root = f"{data['place']}/discussions/{_at(discussion, 'number')}"
        yield _raw(root, None, discussion, "comments")
        for comment in _said(discussion):
            yield _raw(root, root, comment, "replies")
            number = _number(comment)
            for reply in _said(comment, "replies"):
                yield _raw(root, f"{root}/comment/{number}" if number else root, reply, "replies")


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001 - the contract's signature
    """One discussion, comment or reply. A deleted comment keeps its place while replies stand under it."""
    root, parent, post = raw["root"], raw["parent"], raw["post"]
    number = _number(post)
    if not _ROOT.search(root) or (parent and not number):
        raise ValueError("the number of the discussion or comment is missing")
    source_id = f"{root}/comment/{number}" if parent else root
    if post.get("deletedAt"):
        return Gone(source_id)
    body = post.get("body") or ""
    top = PostKind.QUESTION if _at(post, "category", "isAnswerable") is True else PostKind.POST
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": source_id,
            "text": _HIDDEN.sub("", body).strip() or body,
            "title": None if parent else post["title"],
            "published_at": from_iso(post["createdAt"]),
            "author": _author(post),
            "kind": PostKind.REPLY if parent else top,
            "url": post.get("url"),
            "parent_source_id": parent,
            "thread_source_id": root,
            "engagement": {"likes": post.get("upvoteCount"), "replies": raw["reply_count"]},
        }
    )


def _author(post: Mapping[str, Any]) -> dict[str, Any]:
    """Nobody where the account was deleted."""
    author = dict(post.get("author") or {})
    if not author:
        return {}
    is_bot = author.get("__typename") == "Bot"
    is_owned = post.get("authorAssociation") in _OWN and not is_bot
    return {"source_id": author.get("databaseId"), "handle": author["login"], "is_bot": is_bot, "is_owned": is_owned}


def _raw(root: str, parent: str | None, post: Any, key: str) -> dict[str, Any]:
    """A post without what is said under it. Deleted comments count at GitHub but are not there to be read."""
    count = _at(post, key, "totalCount")
    if isinstance(count, int):
        count = max(0, count - sum(_at(one, "deletedAt") is not None for one in _said(post, key)))
    own = {name: value for name, value in post.items() if name != key} if isinstance(post, Mapping) else post
    return {"root": root, "parent": parent, "post": own, "reply_count": count}


def _pages(
    client: Client, options: Options, window: Window, repository: Listing, position: str, after: str | None
) -> Iterator[Page]:
    """The pages of one repository. ``after``: the cursor of the next one's beginning."""

    def read(at: str) -> tuple[list[Any], str]:
        listing = _listing(client, options, repository.kind, at)
        discussions = list_at(listing, "nodes", where=_WHERE)
        return discussions, _next(listing) if discussions else ""

    walk = Walk(window, lambda discussion: _time(_at(discussion, "updatedAt")), is_sorted=True)
    for turn in walk.turns(read, position):
        fresh = [one for one in turn.entries if not _is_before(window.since, one)]
        if fresh and not all(_is_after(window.until, one) for one in fresh):
            completed = [_completed(client, options, one, "comments") for one in fresh]
            data = {"place": _place(options, repository.kind), "discussions": completed}
            yield Page(data, after if turn.is_last else repository.cursor(turn.following))


def _listing(client: Client, options: Options, repository: str, after: str) -> Mapping[str, Any]:
    for first in _SIZES:
        try:
            data = _asked(client, options, _LISTING, {**_named(repository), "first": first, "after": after or None})
        except _TooMuchError:
            if first == _SIZES[-1]:
                raise
            continue
        listing = _at(data, "repository", "discussions")
        if isinstance(listing, Mapping) and "nodes" in listing:
            return listing
        break
    raise GarbledError(f"{_WHERE}: the answer is no list of discussions")


def _completed(client: Client, options: Options, post: Any, key: str) -> Any:
    """A discussion with all its comments and their replies, or a comment with all its replies.

    What is deleted in the meantime is left as it is, not whole: the next look at the thread will tell.
    """
    part, id = _at(post, key), _at(post, "id")
    said, asked = _said(post, key), set[str]()
    while (after := _next(part)) and after not in asked and isinstance(id, str):
        asked.add(after)
        try:
            part = _at(_asked(client, options, _MORE, {"id": id, "after": after}), "node", key)
        except GoneError:
            break
        said = said + list_at(part, "nodes", where=_WHERE)
    if key == "comments":
        said = [_completed(client, options, comment, "replies") for comment in said]
    return {**post, key: {**post[key], **(part or {}), "nodes": said}} if isinstance(part, Mapping) else post


def _asked(client: Client, options: Options, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of an answer; GitHub says what is wrong with status 200."""
    token = client.secrets.get("token")  # without one the server refuses, and the client says which is missing
    headers = {"Authorization": f"Bearer {token}"} if token else None
    body = {"query": query, "variables": variables}
    answer = client.post_json(f"{options.base_url}/graphql", body, headers).data
    if isinstance(answer, Mapping) and answer.get("errors"):
        raise _error(answer["errors"], token or "")
    data = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(data, Mapping):
        raise GarbledError(f"{_WHERE}: the answer holds no data")
    return data


def _error(errors: Any, token: str) -> SourceError:
    """What was asked for counts as gone only where nothing else is wrong, and not for a part of it."""
    entries = errors if isinstance(errors, list) else [errors]
    kinds = [(_ERRORS.get(str(_at(entry, "type")), GarbledError), entry) for entry in entries]
    kind, worst = next((pair for pair in kinds if pair[0] is not GoneError), kinds[0])
    paths = [path for entry in entries if isinstance(path := _at(entry, "path"), list)]
    if kind is GoneError and any(len(path) > 2 for path in paths):
        kind = GarbledError
    said = " ".join(str(_at(worst, "message")).split())[:120].rstrip(".")
    advice = f"; check {variable_of(_WHERE, 'token')}" if kind is RefusedError else ""
    return kind(f"{_WHERE}: GitHub answered: {said.replace(token, '***') if token else said}{advice}")


def _named(repository: str) -> dict[str, str]:
    owner, _, name = repository.partition("/")
    return {"owner": owner, "name": name}


def _place(options: Options, repository: str) -> str:
    """A repository as ids name it: of another server with its host."""
    host = host_of(options.base_url)
    return repository if host == "api.github.com" else f"{host}/{repository}"


def _number(comment: Any) -> str | None:
    number = _at(comment, "databaseId")
    found = _COMMENT.search(str(_at(comment, "url")))
    return str(number) if isinstance(number, int) else found[1] if found else None


def _at(raw: Any, *path: str) -> Any:
    """What lies at a path of keys, or None: a listing is read on although one of its discussions is malformed."""
    for key in path:
        raw = raw.get(key) if isinstance(raw, Mapping) else None
    return raw


def _said(post: Any, key: str = "comments") -> list[Any]:
    nodes = _at(post, key, "nodes")
    return nodes if isinstance(nodes, list) else []


def _next(part: Any) -> str:
    """The cursor of the next page, "" at the end."""
    return str(_at(part, "pageInfo", "endCursor") or "") if _at(part, "pageInfo", "hasNextPage") is True else ""


def _is_read(post: Any, key: str) -> bool:
    return _at(post, key, "pageInfo", "hasNextPage") is False


def _is_before(since: datetime | None, discussion: Any) -> bool:
    at = _time(_at(discussion, "updatedAt"))
    return since is not None and at is not None and at < since


def _is_after(until: datetime | None, discussion: Any) -> bool:
    at = _time(_at(discussion, "createdAt"))
    return until is not None and at is not None and at > until


def _time(text: Any) -> datetime | None:
    try:
        return from_iso(text)
    except ValueError:
        return None
