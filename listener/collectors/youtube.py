"""Comments on YouTube, by the Data API: under chosen videos and on whole channels. It looks for no videos itself."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import field_validator, model_validator

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
from listener.collectors.reading import from_iso, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

# Built from the documentation; not seen live. The quota is 10,000 units a day, and every call here costs one.
DECLARATION = Declaration(
    name="youtube",
    title="YouTube comments",
    covers="comments and their replies under the videos and on the channels named; no live chats, no community posts",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.NEEDS_KEY,
    history="every comment still shown; late replies to old comments are seen when their thread is fetched again. "
    "The terms want stored comments refreshed or deleted within 30 days",
    terms="https://developers.google.com/youtube/terms/developer-policies",
    pace=Pace(requests=60, seconds=60, burst=5),
    secrets=(Secret("key", "an API key of a Google Cloud project with the YouTube Data API v3 switched on"),),
    is_own_place=True,
)
_WHERE = DECLARATION.name


class Options(SourceOptions):
    """``channels``: ids of the brand's own channels; what these write, anywhere, is the brand's voice.

    ``videos``: ids of further videos, anyone's. A channel's owner who is not in ``channels`` is nobody special.
    """

    videos: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    base_url: WebAddress = "https://www.googleapis.com/youtube/v3"

    @field_validator("videos")
    @classmethod
    def _are_videos(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for one in ids:
            if len(one) != 11 or "/" in one:
                raise ValueError(f"is to hold ids such as 'Qm4xvT0cR1s' (after watch?v=), not {one!r}")
        return ids

    @field_validator("channels")
    @classmethod
    def _are_channels(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for one in ids:
            if len(one) != 24 or not one.startswith("UC"):
                raise ValueError(f"is to hold ids of 24 characters from UC on (not @names), not {one!r}")
        return ids

    @model_validator(mode="after")
    def _names_a_place(self) -> "Options":
        if not self.videos and not self.channels:
            raise ValueError("videos or channels is to name at least one video or channel")
        return self


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Threads of each channel, then of each video, the newest first, with all their replies."""
    places = [("allThreadsRelatedToChannelId", id) for id in options.channels]
    places += [("videoId", id) for id in options.videos]
    name, _, token = (window.cursor or "").partition("|")
    names = [id for _, id in places]
    begun = names.index(name) if name in names else 0
    if name in names and not token:
        begun += 1  # that place was read to its end
    for parameter, id in places[begun:]:
        yield from _threads_at(client, options, window, parameter, id, token if id == name else None)


def fetch_thread(client: Client, options: Options, thread: ThreadRef) -> Iterator[Page]:
    """One thread with all its replies; an answer without any thread says that it was deleted."""
    query = {"part": "snippet,replies", "id": thread.root_source_id}
    answer = _asked(client, options, "commentThreads", query)
    threads = [_completed(client, options, one) for one in _listed(answer)]
    is_whole = all(len(_shown(one)) >= _reply_count(one) for one in threads)
    yield Page({"items": threads}, is_whole=is_whole)


def split(data: Any) -> Iterable[Any]:
    """Each top-level comment, then its replies, each with the thread it belongs to."""
    for thread in _listed(data):
        about = {"id": _at(thread, "id"), **(_at(thread, "snippet") or {})}
        top = about.pop("topLevelComment", None)
        for comment in (top, *_shown(thread)):
            yield {"thread": about, "comment": comment}


def parse(raw: Any, options: Options) -> PostData | Gone | None:
    """One comment. A thread that is not public counts as deleted."""
    thread, comment = raw["thread"], raw["comment"]
    snippet, id, video = comment["snippet"], comment["id"], thread.get("videoId")
    if thread.get("isPublic") is False:
        return Gone(str(id))
    is_reply = id != thread["id"]
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": id,
            "text": snippet.get("textOriginal") or snippet["textDisplay"],
            "published_at": from_iso(snippet["publishedAt"]),
            "author": _author(snippet, options),
            "kind": PostKind.REPLY if is_reply else PostKind.POST,
            "url": f"https://www.youtube.com/watch?v={video}&lc={id}" if video else None,
            "parent_source_id": thread["id"] if is_reply else None,
            "thread_source_id": thread["id"],
            "engagement": {
                "likes": snippet.get("likeCount"),
                "replies": None if is_reply else thread.get("totalReplyCount"),
            },
        }
    )


def _author(snippet: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """Names shown are handles with an @ since 2023, free names before; closed accounts have no channel."""
    name = snippet.get("authorDisplayName") or ""
    channel = (snippet.get("authorChannelId") or {}).get("value")
    return {
        "source_id": channel,
        "handle": name.removeprefix("@") if name.startswith("@") else None,
        "name": name if name and not name.startswith("@") else None,
        "is_owned": channel in options.channels,
    }


def _threads_at(
    client: Client, options: Options, window: Window, parameter: str, id: str, token: str | None
) -> Iterator[Page]:
    """The pages of one channel or video; ``order=time`` goes by the top-level comments' times."""
    while True:
        query = {"part": "snippet,replies", parameter: id, "order": "time", "maxResults": 100, "pageToken": token}
        answer = _asked(client, options, "commentThreads", query)
        threads = _listed(answer)
        if not threads:
            return
        token, asked = answer.get("nextPageToken"), token
        times = [_time(thread) for thread in threads]
        if not _are_newer(times, window.until):
            completed = [_completed(client, options, thread) for thread in threads]
            yield Page({"items": completed}, f"{id}|{token or ''}")
        if token in (None, asked) or _are_older(times, window.since):
            return


def _completed(client: Client, options: Options, thread: Any) -> Any:
    """The thread with every reply: the listing shows only some of many."""
    if _reply_count(thread) <= len(_shown(thread)):
        return thread
    replies = {_at(reply, "id"): reply for reply in _shown(thread)}
    token: str | None = None
    while True:
        query = {"part": "snippet", "parentId": _at(thread, "id"), "maxResults": 100, "pageToken": token}
        answer = _asked(client, options, "comments", query)
        found = _listed(answer)
        replies |= {_at(reply, "id"): reply for reply in found}
        token, asked = answer.get("nextPageToken"), token
        if not found or token in (None, asked):
            return {**thread, "replies": {"comments": list(replies.values())}}


def _asked(client: Client, options: Options, what: str, query: Mapping[str, Any]) -> Any:
    """The key goes into a header, since addresses end up in logs."""
    key = client.secrets.get("key")  # without one the server refuses, and the client says which is missing
    headers = {"X-Goog-Api-Key": key} if key else None
    return client.get_json(f"{options.base_url}/{what}", query, headers).data


def _listed(data: Any) -> list[Any]:
    if not isinstance(data, Mapping) or "items" not in data:
        raise GarbledError(f"{_WHERE}: the answer is no list of comments")
    return list_at(data, "items", where=_WHERE)


def _at(raw: Any, *path: str) -> Any:
    """What lies at a path of keys, or None: a listing is read on although one of its threads is malformed."""
    for key in path:
        raw = raw.get(key) if isinstance(raw, Mapping) else None
    return raw


def _shown(thread: Any) -> list[Any]:
    replies = _at(thread, "replies", "comments")
    return replies if isinstance(replies, list) else []


def _reply_count(thread: Any) -> int:
    count = _at(thread, "snippet", "totalReplyCount")
    return count if isinstance(count, int) else 0


def _time(thread: Any) -> datetime | None:
    try:
        return from_iso(_at(thread, "snippet", "topLevelComment", "snippet", "publishedAt"))
    except ValueError:
        return None


def _are_newer(times: list[datetime | None], until: datetime | None) -> bool:
    return until is not None and all(at is not None and at > until for at in times)


def _are_older(times: list[datetime | None], since: datetime | None) -> bool:
    known = [at for at in times if at is not None]
    return since is not None and bool(known) and max(known) < since
