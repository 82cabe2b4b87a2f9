"""The response gap of a twcs file computed a second time, by pandas and plain loops, sharing no code with the product.

Only the labels (needs response or not) and the list of cue words are taken over: they are inputs of the definitions,
not results. Everything else follows docs/metrics.md from the raw CSV.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

CUES = {
    name: re.compile("|".join(cues), re.I)
    for name, cues in tomllib.loads(Path("nlp/reply_cues.toml").read_text(encoding="utf-8")).items()
}
HORIZON = pd.Timedelta(hours=72)


@dataclass
class Expected:
    """What the report must say."""

    states: dict[str, int]
    answered: int
    responded: int
    n: int
    median_seconds: float | None
    answered_median: float | None
    answered_p90: float | None
    within: dict[int, tuple[int, int]]
    business_median: float | None
    business_within: dict[int, tuple[int, int]]
    waiting: list[str]
    turns: int
    turns_due: int
    turns_answered: int
    next_median: float | None
    conversations_waiting: int


def expected_gap(csv: Path, account: str, needs_response: dict[str, bool]) -> Expected:
    """The gap of one brand account; ``needs_response`` gives the label of each tweet id that has one."""
    tweets, tagged, _ = _read(csv)
    seen_until = tweets["at"].max()
    about = tweets[(tweets["inbound"] == "True") & tagged.apply(lambda names: account.lower() in names)]
    original = _originals(csv)
    first = _first_replies(tweets, account)
    groups: dict[str, list[str]] = {}
    for id, target in original.items():
        groups.setdefault(target, []).append(id)
    children = tweets["in_response_to_tweet_id"].value_counts()
    states: dict[str, int] = {}
    waiting: list[str] = []
    waits: list[tuple[pd.Timestamp, pd.Timestamp | None]] = []
    follows: dict[str, tuple[str, pd.Timestamp, pd.Timestamp | None, bool]] = {}
    answered = responded = n = 0
    for id, tweet in about.sort_values(["at"]).iterrows():
        if original[id] != id:
            continue
        answers = [at for member in groups[id] for at in first[member]["answer"]]
        redirects = [at for member in groups[id] for at in first[member]["redirect"]]
        is_due = tweet["at"] <= seen_until - HORIZON
        listed = len([r for r in tweet["response_tweet_id"].split(",") if r])
        if not needs_response[id]:
            state = "not_needed"
        elif answers:
            state = "answered"
        elif redirects:
            state = "redirected"
        elif not is_due:
            state = "too_early"
        elif listed > children.get(id, 0):
            state = "unknown"
        else:
            state = "unanswered"
        states[state] = states.get(state, 0) + 1
        at_last = min(answers + redirects) if state in ("answered", "redirected") else None
        if state not in ("not_needed", "unknown"):
            waits.append((tweet["at"], at_last))
        if state != "not_needed":
            follows[id] = (state, tweet["at"], at_last, is_due)
        if state == "unanswered":
            waiting.append(id)
        if is_due and state in ("answered", "redirected", "unanswered"):
            n += 1
            answered += state == "answered"
            responded += state != "unanswered"
    done = pd.Series([(end - at).total_seconds() for at, end in waits if end is not None], dtype=float)
    median, within = _median_and_within(waits, seen_until, _passed)
    turns = _follow_ups(tweets, follows, first, original, groups, about.index)
    return Expected(
        states,
        answered,
        responded,
        n,
        median,
        float(done.quantile(0.5)) if len(done) else None,
        float(done.quantile(0.9)) if len(done) else None,
        within,
        *_median_and_within(waits, seen_until, _worked),
        waiting,
        len(turns),
        *_rated(turns),
        _median_and_within([turn[1:3] for turn in turns.values() if turn[0] != "unknown"], seen_until, _passed)[0],
        sum(state == "unanswered" for state, *_ in turns.values()),
    )


OPEN, SHUT = 9, 17
"""Hours of Monday to Friday in New York: what the report is told of as ``Mon-Fri 09:00-17:00`` and ``US``."""


def _passed(since: pd.Timestamp, until: pd.Timestamp) -> float:
    return float((until - since).total_seconds())


def _worked(since: pd.Timestamp, until: pd.Timestamp) -> float:
    """Day by day on the wall of New York: the part of each working day's eight hours that lies between the two."""
    if until <= since:
        return 0.0
    start, end = since.tz_convert("America/New_York"), until.tz_convert("America/New_York")
    total = 0.0
    for day in pd.date_range(start.date(), end.date(), freq="D"):
        if day.day_of_week < 5 and not _is_free(day):
            opens = (day + pd.Timedelta(hours=OPEN)).tz_localize("America/New_York")
            shuts = (day + pd.Timedelta(hours=SHUT)).tz_localize("America/New_York")
            total += max(0.0, (min(end, shuts) - max(start, opens)).total_seconds())
    return total


@cache
def _is_free(day: pd.Timestamp) -> bool:
    """Federal holidays by pandas' own calendar, which knows nothing of the library that the product asks."""
    from pandas.tseries.holiday import USFederalHolidayCalendar

    return len(USFederalHolidayCalendar().holidays(day, day)) > 0


def _median_and_within(
    waits: list[tuple[Any, ...]], seen_until: pd.Timestamp, passed: Any
) -> tuple[float | None, dict[int, tuple[int, int]]]:
    """The product-limit median, and (quick, old enough) for each limit in hours."""
    done = [(passed(at, end), passed(at, seen_until)) for at, end in waits if end is not None]
    still = [passed(at, seen_until) for at, end in waits if end is None]
    within = {}
    for hours in (1, 4, 8, 24):
        old = [wait for wait, age in done if age >= hours * 3600]
        within[hours] = (
            sum(wait <= hours * 3600 for wait in old),
            len(old) + sum(age >= hours * 3600 for age in still),
        )
    return _product_limit_median([wait for wait, _ in done], still), within


def _rated(turns: dict[Any, tuple[str, Any, Any, bool]]) -> tuple[int, int]:
    known = [state for state, _, _, is_due in turns.values() if is_due and state != "unknown"]
    return len(known), sum(state != "unanswered" for state in known)


def _follow_ups(
    tweets: pd.DataFrame,
    needing: dict[str, tuple[str, pd.Timestamp, pd.Timestamp | None, bool]],
    first: dict[str, dict[str, list[Any]]],
    original: dict[str, str],
    groups: dict[str, list[str]],
    about: Any,
) -> dict[Any, tuple[str, pd.Timestamp, pd.Timestamp | None, bool]]:
    """Walk each customer's tweets of a thread in order; a turn begins with the first that needs a response after one.

    ``was_answered``: the brand has spoken to this customer here; ``turn``: the open turn's first tweet, if any.
    """
    parent = tweets["in_response_to_tweet_id"].to_dict()
    author = tweets["author_id"].to_dict()
    at_of = tweets["at"].to_dict()

    def root(id: str) -> str:
        while parent.get(id):
            id = parent[id]
        return id

    def responses(id: str) -> list[Any]:
        members = groups[original[id]]
        return sorted(at for one in members for kind in ("answer", "redirect") for at in first[one][kind])

    talks: dict[tuple[str, str], list[str]] = {}
    for id in about:
        talks.setdefault((root(id), author[id]), []).append(id)
    found = {}
    for ids in talks.values():
        ordered = sorted(ids, key=lambda id: (at_of[id], int(id)))
        for place, id in enumerate(ordered):
            before = ordered[:place]
            ends = {one: responses(one)[:1] for one in before}
            was_answered = any(end and end[0] <= at_of[id] for end in ends.values())
            is_begun = any(one in needing and not (ends[one] and ends[one][0] <= at_of[id]) for one in before)
            if id in needing and was_answered and not is_begun:
                found[id] = needing[id]
    return found


@cache
def _read(csv: Path) -> tuple[pd.DataFrame, "pd.Series[Any]", dict[str, set[str]]]:
    """The tweets, the accounts that each tags, and which of those are brands."""
    tweets = pd.read_csv(csv, dtype=str, keep_default_na=False)
    tweets["at"] = pd.to_datetime(tweets["created_at"], format="%a %b %d %H:%M:%S %z %Y")
    tweets = tweets.set_index("tweet_id", drop=False)
    owners = set(tweets.loc[tweets["inbound"] == "False", "author_id"].str.lower())
    tagged = tweets["text"].str.lower().apply(lambda text: re.findall(r"(?<![\w@/])@(\w+)", text))
    return tweets, tagged, {id: set(names) & owners for id, names in tagged.items()}


@cache
def _originals(csv: Path) -> dict[str, str]:
    """Each customer's tweet, to the one that it repeats (else itself)."""
    tweets, _, brands_of = _read(csv)
    inbound = tweets[tweets["inbound"] == "True"]
    result = {}
    folded = {id: _folded(text) for id, text in inbound["text"].items()}
    for _, theirs in inbound.sort_values(["at"]).groupby("author_id", sort=False):
        standing: list[str] = []
        for id, tweet in theirs.iterrows():
            result[id] = id
            for other in standing:
                near = tweet["at"] - inbound.at[other, "at"] <= pd.Timedelta(days=7)
                if near and brands_of[id] & brands_of[other] and _same(folded[id], folded[other]):
                    result[id] = other
                    break
            else:
                standing.append(id)
    copies: dict[str, str] = {}
    for id in inbound.sort_values(["at"]).index:
        if len(folded[id]) < 80:
            continue
        first = copies.get(folded[id])
        in_time = first is not None and inbound.at[id, "at"] - inbound.at[first, "at"] <= pd.Timedelta(days=30)
        if first is not None and in_time and brands_of[id] & brands_of[first]:
            if result[id] == id:
                result[id] = first
        else:
            copies[folded[id]] = id
    return {id: result[target] for id, target in result.items()}


def _folded(text: str) -> str:
    import html
    import unicodedata

    text = unicodedata.normalize("NFC", html.unescape(text))
    text = unicodedata.normalize("NFKC", re.sub(r"(https?://|www\.)\S+", " ", text, flags=re.I)).casefold()
    words = re.sub(r"[^\w@#]+", " ", text).strip()
    return words or text.strip()


def _same(one: str, other: str) -> bool:
    a, b = (re.sub(r"@\w+", " ", text).strip() for text in (one, other))
    if not a or not b:
        return one == other
    if 2 * min(len(a), len(b)) / (len(a) + len(b)) < 0.9:
        return False  # even if the shorter one lay wholly within the longer one
    row = [0] * (len(b) + 1)  # the longest common subsequence, by the textbook
    for char in a:
        before = row[:]
        for place, other_char in enumerate(b, 1):
            row[place] = before[place - 1] + 1 if char == other_char else max(before[place], row[place - 1])
    return 2 * row[-1] / (len(a) + len(b)) >= 0.9


def _first_replies(tweets: pd.DataFrame, account: str) -> dict[str, dict[str, list[Any]]]:
    """For each tweet the times of the brand's answers and redirects to its author in its thread."""
    parent = tweets["in_response_to_tweet_id"].to_dict()
    author, when, text = (tweets[column].to_dict() for column in ("author_id", "at", "text"))
    own = (tweets["author_id"].str.lower() == account.lower()) & (tweets["inbound"] == "False")
    is_own = own.to_dict()

    def root(id: str) -> str:
        while parent.get(id):
            id = parent[id]
        return id

    def spoken_to(id: str) -> str | None:
        at = parent[id]
        while at in author and is_own.get(at, False):
            if not parent[at]:
                return None
            at = parent[at]
        if at in author:
            return str(author[at])
        return str(author[root(id)]) if root(id) in author else None

    replies: dict[str, list[tuple[pd.Timestamp, str, str | None, str]]] = {}
    for id in tweets.index[own]:
        replies.setdefault(root(id), []).append((when[id], id, spoken_to(id), _kind(text[id])))
    result = {}
    for id in tweets.index:
        times: dict[str, list[Any]] = {"answer": [], "redirect": [], "acknowledgement": []}
        for at, reply, to, kind in replies.get(root(id), []):
            if at > when[id] and (parent[reply] == id or (to is not None and to == author[id])):
                times[kind].append(at)
        result[id] = times
    return result


def _kind(text: str) -> str:
    words = re.sub(r"(https?://|www\.)\S+", " ", text, flags=re.I)
    words = re.sub(r"(?<![\w@/.])@([\w][\w.\-]*\w|\w)(?:@[\w.\-]+\w)?", " ", words)
    words = re.sub(r"[^\S\n]+", " ", words).strip()
    if not re.search(r"[^\W_]", words):
        return "redirect" if words != text.strip() else "acknowledgement"
    found = set()
    for sentence in re.split(r"(?<=[.!?…;:])\s+|(?<=[。！？：；])|\n+", words):
        if CUES["redirect"].search(sentence):
            found.add("redirect")
        elif CUES["acknowledgement"].search(sentence):
            found.add("acknowledgement")
        else:
            han = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]", sentence))
            if han // 2 + len(re.sub(r"[\u3040-\u30ff\u3400-\u9fff]", " ", sentence).split()) >= 9:
                return "answer"
    if "redirect" in found:
        return "redirect"
    return "acknowledgement" if found else "answer"


def _product_limit_median(waits: list[float], still_open: list[float]) -> float | None:
    """The first time at which the product-limit curve is at or below one half."""
    alive = 1.0
    for time in sorted(set(waits)):
        at_risk = sum(w >= time for w in waits) + sum(w >= time for w in still_open)
        alive *= 1 - waits.count(time) / at_risk
        if alive <= 0.5 + 1e-12:
            return time
    return None
