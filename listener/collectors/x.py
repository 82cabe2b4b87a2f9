"""Posts of X (Twitter) that name the brand, by the paid API, within a spending cap; reads no pages of the site."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

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
    WebAddress,
    Window,
)
from listener.collectors.reading import from_iso, list_at
from models.errors import GarbledError
from models.postdata import PostData
from models.words import PostKind, ReplyVisibility

# Built from the documentation; not seen live. There is no fetch_thread on purpose: every thread read again costs
# money, and a collector keeps no account of what other calls have spent.
DECLARATION = Declaration(
    name="x",
    title="X (Twitter), paid search",
    covers="posts that hold a word of the brand's queries, and replies by the brand's accounts; no reposts. "
    "Deletions are not seen",
    replies=ReplyVisibility.IN_THREAD,
    standing=Standing.NEEDS_KEY,
    history="the last seven days",
    terms="https://developer.x.com/en/developer-terms/agreement-and-policy",
    pace=Pace(requests=60, seconds=900, burst=5),
    secrets=(Secret("token", "the bearer token of an app with credit at X"),),
    is_on_by_default=False,
    lists_replies=True,
)
_POST, _USER = 5, 10  # prices of one post and one author read, in thousandths of a dollar
_FEWEST, _MOST = 10, 100  # posts a request may ask for
_LONGEST_QUERY = 512
_REACH = timedelta(days=7, minutes=-5)
_SETTLING = timedelta(seconds=30)  # the search refuses an end_time that is only seconds old
_FIELDS = {
    "expansions": "author_id",
    "tweet.fields": "author_id,conversation_id,created_at,lang,note_tweet,public_metrics,referenced_tweets",
    "user.fields": "public_metrics",
}
_LANGUAGES = {"iw": "he", "in": "id"}


class Options(SourceOptions):
    """``monthly_spend_cap_usd`` has no default, since every post read costs money; it holds for this table alone.

    ``passes_per_month``: how often it is collected, runs by hand included; each pass spends at most its share of the
    cap. ``accounts``: the brand's own, whose replies are read too: an answer need not name the brand.
    """

    monthly_spend_cap_usd: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    passes_per_month: Annotated[int, Field(ge=1)] = 31
    accounts: tuple[str, ...]
    base_url: WebAddress = "https://api.x.com"

    @field_validator("accounts")
    @classmethod
    def _are_names(cls, accounts: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(one.removeprefix("@").lower() for one in accounts)
        if not names or not all(re.fullmatch(r"[a-z0-9_]{1,15}", one) for one in names):
            raise ValueError("is to hold at least one account name of X, such as 'amberroast'")
        return names

    @model_validator(mode="after")
    def _pays_for_a_request(self) -> "Options":
        fewest = _FEWEST * (_POST + _USER)
        if self.share < fewest:
            least = fewest * self.passes_per_month / 1000
            raise ValueError(f"monthly_spend_cap_usd is to be at least {least:.2f} for {self.passes_per_month} passes")
        return self

    @property
    def share(self) -> int:
        """What one pass may spend, in thousandths of a dollar."""
        return int(self.monthly_spend_cap_usd * 1000 / self.passes_per_month)

    def own_accounts(self, declared: Iterable[str]) -> set[str]:
        """The declared accounts and those whose replies are read."""
        return super().own_accounts(declared) | set(self.accounts)


def fetch(client: Client, options: Options, window: Window) -> Iterator[Page | Shortfall]:
    """Search for each group of words, the newest posts first, until the pass has spent its share.

    The cursor is ``group:spent:token``, so that a resumed pass does not get its share anew. A post that X sells only
    once a day is counted each time: the account kept here is never below the bill.
    """
    if not window.terms:
        yield Shortfall("X can only be searched for words, and the brand's queries name none")
        return
    if window.since is not None and window.until is not None and window.since >= window.until - _SETTLING:
        return
    if window.since is not None and window.since < _oldest(window):
        yield Shortfall("the search of X reaches back seven days only")
    groups = _queries(options.accounts, window.terms)
    begun, said, token = (window.cursor or "0:0:").split(":", 2)
    spent = int(said)
    for number in range(int(begun), len(groups)):
        while True:
            count = min(_MOST, (options.share - spent) // (_POST + _USER))
            if count < _FEWEST:
                share, place = f"${options.share / 1000:.2f}", f"{number + 1} of {len(groups)}"
                yield Shortfall(f"a pass's share of the spending cap, {share}, was used up within search {place}")
                return
            query = {"query": groups[number], "max_results": count, "next_token": token or None}
            data = _asked(client, options, query | _times(window) | _FIELDS)
            spent += _price(data)
            token = (data.get("meta") or {}).get("next_token") or ""
            if data.get("data"):
                yield Page(data, f"{number}:{spent}:{token}" if token else f"{number + 1}:{spent}:")
            if not token or not data.get("data"):
                token = ""
                break


def split(data: Any) -> Iterable[Any]:
    """The posts of a page with their authors, and the ids that edited posts had before: an edit gets a new id."""
    _check(data)
    users = {user["id"]: user for user in _included(data, "users") if isinstance(user, Mapping) and "id" in user}
    for post in list_at(data, "data", where="x"):
        known = isinstance(post, Mapping)
        yield {"post": post, "author": users.get(post.get("author_id")) if known else None}
        for id in (post.get("edit_history_tweet_ids") or []) if known else []:
            if id != post.get("id"):
                yield {"superseded": id}


def parse(raw: Any, options: Options) -> PostData | Gone | None:  # noqa: ARG001
    """One post; None for a repost."""
    if "superseded" in raw:
        return Gone(str(raw["superseded"]))
    post, author = raw["post"], raw["author"] or {}
    referred = {one["type"]: one["id"] for one in post.get("referenced_tweets") or []}
    if "retweeted" in referred:
        return None
    counts = post.get("public_metrics") or {}
    place = author.get("username") or "i/web"
    return PostData.model_validate(
        {
            "source": DECLARATION.name,
            "source_id": post["id"],
            "text": (post.get("note_tweet") or {}).get("text") or post["text"],  # text is cut where a note goes on
            "published_at": from_iso(post["created_at"]),
            "author": {
                "source_id": post.get("author_id"),
                "handle": author.get("username"),
                "name": author.get("name"),
                "followers": (author.get("public_metrics") or {}).get("followers_count"),
            },
            "kind": PostKind.REPLY if "replied_to" in referred else PostKind.POST,
            "url": f"https://x.com/{place}/status/{post['id']}",
            "language": _language(post.get("lang")),
            "parent_source_id": referred.get("replied_to"),
            "thread_source_id": post.get("conversation_id"),
            "engagement": {
                "likes": counts.get("like_count"),
                "reposts": counts.get("retweet_count"),
                "views": counts.get("impression_count"),
            },
        }
    )


def _queries(accounts: Iterable[str], terms: Iterable[str]) -> list[str]:
    """As few queries as hold every term within the longest query; a phrase stays a phrase."""
    clauses = [f"(from:{account} is:reply)" for account in accounts]
    clauses += [term if re.fullmatch(r"[@#]\w+", term) else '"' + term.replace('"', " ") + '"' for term in terms]
    groups: list[str] = []
    for clause in clauses:
        joined = f"{groups[-1]} OR {clause}" if groups else clause
        if groups and len(f"({joined}) -is:retweet") <= _LONGEST_QUERY:
            groups[-1] = joined
        else:
            groups.append(clause)
    return [f"({group}) -is:retweet" for group in groups]


def _oldest(window: Window) -> datetime:
    return (window.until or datetime.now(UTC)) - _REACH


def _times(window: Window) -> dict[str, str | None]:
    """The window as parameters, to the second; an end that may be now is put back by what the search demands."""
    since = window.since if window.since is None or window.since >= _oldest(window) else None
    until = window.until - _SETTLING if window.until else None
    asked = {"start_time": since, "end_time": until}
    return {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None for name, at in asked.items()}


def _asked(client: Client, options: Options, query: Mapping[str, Any]) -> Any:
    token = client.secrets.get("token")  # without one the server refuses, and the client says which is missing
    headers = {"Authorization": f"Bearer {token}"} if token else None
    return _check(client.get_json(f"{options.base_url}/2/tweets/search/recent", query, headers).data)


def _check(data: Any) -> Any:
    if not isinstance(data, Mapping) or not ("data" in data or "meta" in data):
        raise GarbledError("x: the answer holds neither posts nor the count of them")
    return data


def _included(data: Mapping[str, Any], kind: str) -> list[Any]:
    return list_at(data.get("includes") or {}, kind, where="x: includes")


def _price(data: Mapping[str, Any]) -> int:
    """What the answer costs at most, in thousandths of a dollar: each post and each author in it is charged."""
    posts = len(list_at(data, "data", where="x")) + len(_included(data, "tweets"))
    return posts * _POST + len(_included(data, "users")) * _USER


def _language(code: str | None) -> str | None:
    """X's own codes for what it could not tell are no languages; two are old ISO codes."""
    if not code or code in ("und", "zxx", "art") or (code.startswith("q") and len(code) == 3):
        return None
    return _LANGUAGES.get(code, code)
