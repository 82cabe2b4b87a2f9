"""Collects questions, answers and comments of one Stack Exchange site (Stack Overflow and its sisters) by search.

It reads no chat, no review queues and nothing that was deleted.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from pydantic import field_validator

from listener.collectors.contract import (
    Client,
    Declaration,
    Gone,
    Pace,
    Page,
    Secret,
    Shortfall,
    SourceOptions,
    Standing,
    ThreadRef,
    WebAddress,
    Window,
)
from listener.collectors.reading import from_epoch, host_of, list_at
from models.errors import BusyError, GarbledError, GoneError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

DECLARATION = Declaration(
    name="stack_exchange",
    title="Stack Exchange",
    covers="questions with their answers and comments on Stack Overflow or another site of Stack Exchange; "
    "texts are CC BY-SA, so name author and address where you quote",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.WORKS,
    history="all of it, up to 2,500 questions a search; a comment alone does not bring an older question back",
    terms="https://stackoverflow.com/legal/api-terms-of-use",
    pace=Pace(requests=5, seconds=60.0, burst=1),  # a backoff of 10 s, the common one, is over at the next request
    secrets=(Secret("key", "a free key from stackapps.com: 10,000 requests a day instead of 300", is_required=False),),
)

_WHERE = DECLARATION.name
_VERSION = "2.3"
_PAGE_SIZE = 100
_LAST_PAGE = 25  # without login
_MOST_IDS = 100
_LONGEST_BACKOFF = 10.0  # seconds that pass anyway between two requests
# Made once by /filters/create with base=default and include=question.body;question.answers;answer.body, and good for
# ever: filters never change. Comments inside of questions come without their text, so they are asked for apart.
_WITH_ANSWERS = "!20aKG._8Oscv*6djs8Pgm"
_WITH_BODY = "withbody"
_COMMUNITY = -1  # the account that Stack Exchange's own programs act by
_PROFILE = re.compile(r"(?:https?://)?([^/\s]+/users/-?\d+)")


class Options(SourceOptions):
    """``site`` as the API names it (``superuser``, ``pt.stackoverflow``); ``tagged``: questions with any of these tags.

    ``comments`` cost one request more for every 100 posts. Own accounts are profiles: ``stackoverflow.com/users/22``.
    """

    site: str = "stackoverflow"
    tagged: tuple[str, ...] = ()
    comments: bool = True
    base_url: WebAddress = "https://api.stackexchange.com"

    @field_validator("site")
    @classmethod
    def _is_site(cls, site: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", site):
            raise ValueError("is to be a site's name or host, such as superuser or pt.stackoverflow.com")
        return site

    @field_validator("tagged")
    @classmethod
    def _are_tags(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[^\s;]+", tag) for tag in tags):
            raise ValueError('is to be a list of tags as the site writes them, such as ["acme-sdk"]')
        return tags

    def own_accounts(self, declared: Iterable[str]) -> set[str]:
        """Profiles as posts name them: host and number, whatever else of the address was written."""
        accounts = super().own_accounts(declared)
        return {found[1] if (found := _PROFILE.match(account)) else account for account in accounts}


_QUOTA = f"{_WHERE}: the day's quota of requests is used up; set a key, or collect less often"


class _UsedUp(Exception):  # ends a pass, and is nobody's error
    """The day's quota is gone."""


class _Api:
    """One site as long as it lets us ask: what an answer says of quota and rest is kept before the next request."""

    def __init__(self, client: Client, options: Options) -> None:
        self._client = client
        self._options = options
        self._left: Any = None
        self._backoffs: dict[str, Any] = {}

    def get(self, method: str, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """An answer's wrapper. Raises _UsedUp; BusyError where this method is to be left alone for longer."""
        if self._left == 0:
            raise _UsedUp
        backoff = self._backoffs.get(method)
        if isinstance(backoff, int | float) and backoff > _LONGEST_BACKOFF:
            raise BusyError(f"{_WHERE}: {method} is to be left alone for {backoff:g} s; the next run goes on from here")
        params = {**params, "site": self._options.site, "key": self._client.secrets.get("key")}
        data = self._client.get_json(f"{self._options.base_url}/{_VERSION}/{path}", params).data
        list_at(data, "items", where=_WHERE)
        self._left, self._backoffs[method] = data.get("quota_remaining"), data.get("backoff")
        return dict(data)


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Search each term for questions with anything new since ``window.since``; the cursor is ``page:term``.

    Raises BusyError behind a page that asks for a longer rest.
    """
    api = _Api(client, options)
    terms = window.terms or ("",)
    number, _, resumed = (window.cursor or "").partition(":")
    start = terms.index(resumed) if number.isdecimal() and resumed in terms else None
    try:
        for place, term in enumerate(terms[start or 0 :]):
            first = int(number) if start is not None and place == 0 else 1
            yield from _of_term(api, options, window, term, first)
    except _UsedUp:  # the next run goes on from the last page that was saved
        raise BusyError(_QUOTA) from None


def _of_term(api: _Api, options: Options, window: Window, term: str, first: int) -> Iterator[Page | Shortfall]:
    for number in range(first, _LAST_PAGE + 1):
        answer = api.get("search", "search/advanced", _search(options, window, term, number))
        following = f"{number + 1}:{term}"
        about = _posts(answer["items"]) if options.comments else {}
        if not answer["items"]:
            return
        yield Page({"term": term, "answer": answer}, None if about else following)
        for comments, is_last in _comments(api, about):
            yield Page({"term": term, **comments}, following if is_last else None)
        if not answer.get("has_more"):
            return
    if first <= _LAST_PAGE:
        yield Shortfall("Stack Exchange shows only the 2,500 questions of a search that changed last")


def _search(options: Options, window: Window, term: str, number: int) -> dict[str, Any]:
    """By last activity, so that a late answer brings its question back; a question asked after the window is not in."""
    return {
        "q": f'"{term}"' if " " in term else term or None,
        "tagged": ";".join(options.tagged) or None,
        "sort": "activity",
        "order": "desc",
        "min": int(window.since.timestamp()) if window.since else None,
        "todate": int(window.until.timestamp()) if window.until else None,
        "page": number,
        "pagesize": _PAGE_SIZE,
        "filter": _WITH_ANSWERS,
    }


def _comments(api: _Api, posts: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """The comments on posts, with what they are about, and whether that was the last of them."""
    ids = list(posts)
    for begin in range(0, len(ids), _MOST_IDS):
        chunk = ids[begin : begin + _MOST_IDS]
        for number in range(1, _LAST_PAGE + 1):
            params = {"sort": "creation", "order": "asc", "page": number, "pagesize": _PAGE_SIZE, "filter": _WITH_BODY}
            answer = api.get("comments", f"posts/{';'.join(chunk)}/comments", params)
            has_more = bool(answer.get("has_more")) and number < _LAST_PAGE
            about = {id_: posts[id_] for id_ in chunk}
            yield {"answer": answer, "posts": about}, not has_more and begin + _MOST_IDS >= len(ids)
            if not has_more:
                break


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """One question with all its answers and comments. Raises GoneError where it is missing: so deletion shows."""
    question_id = thread.root_source_id.rpartition("/q/")[2]
    if not question_id.isdecimal():
        raise GarbledError(f"{_WHERE}: {thread.root_source_id!r} is no question's id")
    api = _Api(client, options)
    try:
        answer = api.get("questions", f"questions/{question_id}", {"filter": _WITH_ANSWERS})
        if not answer["items"]:
            raise GoneError(f"{_WHERE}: question {thread.root_source_id} is not there any more")
        question = answer["items"][0]
        is_whole = isinstance(question, dict) and len(question.get("answers") or ()) >= (
            question.get("answer_count") or 0
        )
        is_without = not options.comments and not any("/c/" in known for known in thread.post_source_ids)
        yield Page({"answer": answer}, is_whole=is_whole and is_without)
        for comments, is_last in _comments(api, _posts(answer["items"]) if options.comments else {}):
            yield Page(comments, is_whole=is_whole and is_last)
    except _UsedUp:
        raise BusyError(_QUOTA) from None


def split(data: Any) -> list[dict[str, Any]]:
    """Questions and, each with its question, their answers; or comments, each with what it is about."""
    items = list_at(data, "answer", "items", where=_WHERE)
    if "posts" in data:
        return [{"comment": comment, "post": _about(data["posts"], comment)} for comment in items]
    raws: list[dict[str, Any]] = []
    for item in items:
        question = {key: item[key] for key in item if key != "answers"} if isinstance(item, dict) else item
        answers = item.get("answers") if isinstance(item, dict) else None
        raws.append({"question": question})
        raws += [{"question": question, "answer": answer} for answer in answers or ()]
    return raws


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001  # every parser takes its options
    """A question, an answer to it, or a comment on either."""
    if "comment" in raw:
        return _comment(raw["comment"], raw["post"])
    question = raw["question"]
    host = _host(question)
    root = f"{host}/q/{int(question['question_id'])}"
    if "answer" not in raw:
        said = {"title": html.unescape(question["title"]), "url": question["link"], "kind": PostKind.QUESTION}
        counts = {"views": question.get("view_count")}
        return _post(question, host, {"source_id": root, **said}, counts)
    answer_id = int(raw["answer"]["answer_id"])
    place = {"source_id": f"{host}/a/{answer_id}", "url": f"https://{host}/a/{answer_id}"}
    return _post(raw["answer"], host, {**place, "parent_source_id": root, "thread_source_id": root})


def _comment(comment: Any, post: Any) -> PostData:
    host = _host(post)
    question_id, post_id, comment_id = int(post["question_id"]), int(comment["post_id"]), int(comment["comment_id"])
    is_on_question = post_id == question_id
    place = {
        "source_id": f"{host}/c/{comment_id}",
        "url": f"{post['link']}{'' if is_on_question else f'/{post_id}'}#comment{comment_id}_{post_id}",
        "parent_source_id": f"{host}/{'q' if is_on_question else 'a'}/{post_id}",
        "thread_source_id": f"{host}/q/{question_id}",
    }
    return _post(comment, host, place)


def _post(said: Any, host: str, place: Mapping[str, Any], counts: Mapping[str, Any] | None = None) -> PostData:
    """What questions, answers and comments have in common; a score below zero counts no likes."""
    score = said.get("score")
    return PostData.model_validate(
        {
            "source": _WHERE,
            "text": said["body"],
            "published_at": from_epoch(said["creation_date"]),
            "author": _author(said.get("owner"), host),
            "kind": PostKind.REPLY,
            "engagement": {**(counts or {}), "likes": max(score, 0) if isinstance(score, int) else None},
            **place,
        }
    )


def _author(owner: Any, host: str) -> dict[str, Any]:
    """Accounts are numbered by each site. Whoever left has no number any more, so nothing is known of the author."""
    if not owner or owner.get("user_id") is None:
        return {}
    number = int(owner["user_id"])
    name = owner.get("display_name")
    return {
        "source_id": f"{host}/users/{number}",
        "name": html.unescape(name) if name else None,
        "is_bot": number == _COMMUNITY,
    }


def _host(question: Any) -> str:
    """The site that a question is on, whatever name the options use for it."""
    host = host_of(question["link"])
    if not host:
        raise ValueError("link is no address")
    return host


def _posts(questions: list[Any]) -> dict[str, dict[str, Any]]:
    """By id, the question that each post of a page belongs to; what cannot be read is left to parsing."""
    posts: dict[str, dict[str, Any]] = {}
    for question in questions:
        with suppress(KeyError, TypeError, ValueError):
            about = {"question_id": question["question_id"], "link": question["link"]}
            posts[str(int(question["question_id"]))] = about
            for answer in question.get("answers") or ():
                posts[str(int(answer["answer_id"]))] = about
    return posts


def _about(posts: Any, comment: Any) -> Any:
    known = isinstance(posts, Mapping) and isinstance(comment, Mapping)
    return posts.get(str(comment.get("post_id"))) if known else None
