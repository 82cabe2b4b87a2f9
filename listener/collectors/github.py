"""Collects the issues of GitHub repositories and their comments over REST. Pull requests, reviews and discussions are
left out. Built from the documentation, not seen live."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import field_validator

from listener.collectors.contract import (
    Answer,
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
)
from listener.collectors.reading import from_iso, host_of, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="github",
    title="GitHub issues",
    covers="Issues of the listed repositories and the comments under them, open and closed; no pull requests, "
    "no discussions.",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="All of it. Without a token GitHub answers 60 requests an hour (6,000 issues or comments), with one 5,000.",
    terms="https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
    pace=Pace(requests=60, seconds=60.0, burst=5),
    secrets=(Secret("token", "a GitHub token; for public repositories it needs no permission", is_required=False),),
    is_own_place=True,
    lists_replies=True,
)

_PER_PAGE = 100
_PARTS = ("issues", "issues/comments")
_OWN = frozenset(("OWNER", "MEMBER", "COLLABORATOR"))
_PLACE = re.compile(r"/([^/]+/[^/]+)/(issues|pull)/(\d+)(?:#issuecomment-(\d+))?$")
_ROOT = re.compile(r"([^/#]+/[^/#]+)#(\d+)$")
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?next\b')
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)  # the hints of issue templates: not the author's words


class Options(SourceOptions):
    """``repositories``: the brand's own, as "owner/name". ``base_url``: of an Enterprise server its ``…/api/v3``."""

    repositories: tuple[str, ...]
    base_url: WebAddress = "https://api.github.com"

    @field_validator("repositories")
    @classmethod
    def _are_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names or not all(re.fullmatch(r"[\w.-]+/[\w.-]+", name) for name in names):
            raise ValueError('repositories is to hold at least one name such as "owner/name"')
        return names


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page]:
    """Yield what was written or changed since the window's begin, a repository at a time: issues, then comments.

    The listings are in the order of the last change, so a page may hold older posts that were edited, and a pass
    goes on to the newest change even where ``window.until`` is earlier. A listing whose newest change is that of the
    last pass is not read: GitHub counts no question that it answers with "not modified".
    """
    listings = [f"{repository}/{part}" for repository in options.repositories for part in _PARTS]
    resumed, _, url = (window.cursor or "").partition(" ")
    if resumed in listings and (not url or _is_on(options, url)):
        listings = listings[listings.index(resumed) :]
    else:
        url = ""
    known = dict(window.validators)
    for listing, following in zip(listings, [*listings[1:], None], strict=True):
        if not url and _is_unchanged(client, options, listing, known):
            continue
        first = (url, None) if url else (f"{options.base_url}/repos/{listing}", _params(listing, window))
        url = ""
        for answer, next_url in _walk(client, options, *first):
            if answer.data != [] and not _is_beyond(answer.data, window.until):
                yield Page(answer.data, f"{listing} {next_url}" if next_url else following, validators=dict(known))


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """Yield an issue and all its comments as they stand now. Raises GoneError for a deleted issue."""
    found = _ROOT.search(thread.root_source_id)
    if found is None:
        raise GarbledError(f"github: {thread.root_source_id!r} is no issue of a repository")
    url = f"{options.base_url}/repos/{found[1]}/issues/{found[2]}"
    issue = client.get_json(url, headers=_headers(client)).data
    is_alone = isinstance(issue, Mapping) and issue.get("comments") == 0
    yield Page([issue], is_whole=is_alone)
    if not is_alone:
        for answer, next_url in _walk(client, options, f"{url}/comments", {"per_page": _PER_PAGE}):
            yield Page(answer.data, is_whole=next_url is None)


def split(data: Any) -> Iterable[Any]:
    """The issues or comments of a page. Raises GarbledError for an error message in their place."""
    return list_at(data, where="github")


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001 - the contract's signature
    """One issue or comment; None for a pull request and what is said there."""
    found = _PLACE.search(raw["html_url"])
    if found is None:
        raise ValueError(f"{raw['html_url']!r} is no issue")
    repository, part, number, comment = found.groups()
    if part == "pull" or "pull_request" in raw:
        return None
    host = host_of(raw["html_url"])
    root = f"{repository}#{number}" if host == "github.com" else f"{host}/{repository}#{number}"
    body = raw.get("body") or ""
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": f"{root}/comment/{comment}" if comment else root,
            "text": _HIDDEN.sub("", body).strip() or body,
            "title": None if comment else raw["title"],
            "published_at": from_iso(raw["created_at"]),
            "author": _author(raw),
            "kind": PostKind.REPLY if comment else PostKind.POST,
            "url": raw["html_url"],
            "parent_source_id": root if comment else None,
            "thread_source_id": root,
            "engagement": {
                "likes": dict(raw.get("reactions") or {}).get("+1"),
                "replies": None if comment else raw.get("comments"),  # flat: every comment is a child of the issue
            },
        }
    )


def _author(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Nobody where the account was deleted."""
    user = dict(raw.get("user") or {})
    if not user:
        return {}
    is_bot = user.get("type") == "Bot"
    is_owned = raw.get("author_association") in _OWN and not is_bot
    return {"source_id": user.get("id"), "handle": user["login"], "is_bot": is_bot, "is_owned": is_owned}


def _headers(client: Client) -> dict[str, str]:
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    token = client.secrets.get("token")
    return {**headers, "Authorization": f"Bearer {token}"} if token else headers


def _is_unchanged(client: Client, options: Options, listing: str, known: dict[str, str]) -> bool:
    """Ask for the newest change alone, whose address never changes. ``known``: validators of all listings, updated."""
    params = _params(listing, Window()) | {"direction": "desc", "per_page": 1}
    own = {name.partition(" ")[0]: value for name, value in known.items() if name.endswith(f" {listing}")}
    newest = client.get_json(f"{options.base_url}/repos/{listing}", params, _headers(client), own)
    if not newest.is_unchanged:
        list_at(newest.data, where="github")
        known.update({f"{name} {listing}": newest.validators.get(name, "") for name in {*own, *newest.validators}})
    return newest.is_unchanged


def _params(listing: str, window: Window) -> dict[str, Any]:
    """Parameters of a listing's first page; a next page's address holds its own."""
    since = window.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if window.since else None
    state = "all" if listing.endswith("/issues") else None
    return {"state": state, "sort": "updated", "direction": "asc", "since": since, "per_page": _PER_PAGE}


def _walk(
    client: Client, options: Options, url: str, params: Mapping[str, Any] | None
) -> Iterator[tuple[Answer, str | None]]:
    """Answers from ``url`` on, each with the address of the next page; deep pages exist by such addresses alone."""
    next_url: str | None = url
    seen: set[str] = set()
    while next_url and next_url not in seen:
        seen.add(next_url)
        if not _is_on(options, next_url):
            raise GarbledError(f"github: the next page is not on {options.base_url}: {next_url}")
        answer = client.get_json(next_url, params, _headers(client))
        found = _NEXT.search(answer.headers.get("link", ""))
        next_url, params = (found[1] if found and answer.data else None), None
        yield answer, next_url


def _is_on(options: Options, url: str) -> bool:
    """The token goes to the configured server alone, whatever an answer or a stored cursor names."""
    return url.startswith(options.base_url + "/")


def _is_beyond(entries: Any, until: datetime | None) -> bool:
    """Whether all posts of a page were written after ``until``."""
    if until is None or not isinstance(entries, list) or not entries:
        return False
    return all(at is not None and at > until for at in map(_written_at, entries))


def _written_at(raw: Any) -> datetime | None:
    try:
        return from_iso(raw["created_at"])
    except (KeyError, TypeError, ValueError):
        return None
