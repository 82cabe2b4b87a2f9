"""Says in one line what went wrong with a request and what to do; never a query string, a header or a secret."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import httpx

from listener.collectors.contract import Declaration, variable_of
from listener.network.body import json_of
from models.errors import BusyError, GarbledError, GoneError, RefusedError, SourceError, UnreachableError

_LONGEST_MESSAGE = 120
_LONGEST_SAMPLE = 80
_SHORTEST_SECRET = 4
_PEOPLE = {"u", "user", "users", "account", "accounts", "author", "authors", "profile", "profiles", "people", "member"}
_TAG = re.compile(r"<[^>]{0,500}>")
_MESSAGE_KEYS = ("message", "error_description", "error_message", "detail", "errors", "error", "title", "reason")


def path_of(url: httpx.URL) -> str:
    """A URL's path without its query; what names a person is a star: account names do not belong into logs."""
    shown: list[str] = []
    for part in url.raw_path.partition(b"?")[0].decode("ascii", "replace").split("/"):
        is_person = "@" in part or "%40" in part or part.startswith("did:")
        shown.append("*" if part and (is_person or (shown and shown[-1].lower() in _PEOPLE)) else part)
    return "/".join(shown)


def hushed(text: str, secrets: Iterable[str]) -> str:
    """One line of printable text in which every secret is a row of stars."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def fault_of(status: int, place: str, said: str, declaration: Declaration, given: Iterable[str]) -> SourceError:
    """The error for a status that is no success. ``said``: the server's message; ``given``: names of set secrets."""
    quoted = f": {said}" if said else ""
    if status in (401, 403):
        return RefusedError(f"{place} refused with {status}{quoted}{_advice(declaration, set(given))}")
    if status in (404, 410):
        return GoneError(f"{place} is not there ({status}){quoted}")
    if status == 429:
        return BusyError(f"{place} asked again and again to come back later: collect less often or from fewer sources")
    if status >= 500:
        return UnreachableError(
            f"{place} answered {status}, an error of the server's own{quoted}; the next run tries again"
        )
    return SourceError(f"{place} answered {status}{quoted}")


def _advice(declaration: Declaration, given: set[str]) -> str:
    missing = [variable_of(declaration.name, secret.name) for secret in declaration.secrets if secret.name not in given]
    present = [variable_of(declaration.name, secret.name) for secret in declaration.secrets if secret.name in given]
    if missing:
        return f"; set {' and '.join(missing)}"
    return f"; check {' and '.join(present)}" if present else ""


def no_answer(place: str, error: Exception, *, over: float | None = None) -> SourceError:
    """The error for a request without a whole answer; ``over``: the seconds that it may take, if they are used up."""
    if over is not None:
        return UnreachableError(f"{place} took longer than {over:g} s; the next run tries again")
    if isinstance(
        error, httpx.LocalProtocolError | UnicodeEncodeError
    ):  # its own text repeats the header, which may be a secret
        return SourceError(
            f"{place} was not asked: a header cannot be sent; look for line breaks in the source's secrets"
        )
    if isinstance(error, httpx.TimeoutException):
        return UnreachableError(f"{place} did not answer in time; the next run tries again")
    if isinstance(error, httpx.ConnectError):
        return UnreachableError(f"{place} cannot be reached: {hushed(str(error), ())[:_LONGEST_MESSAGE]}")
    if isinstance(error, httpx.ProxyError):
        return UnreachableError(f"{place} cannot be reached through the proxy: check HTTPS_PROXY")
    return UnreachableError(f"{place} broke off before its answer was whole; the next run tries again")


def too_busy(place: str, seconds: float, now: datetime, patience: float) -> BusyError:
    """The error for a wait that is longer than a run's patience; names the time when the wait is over."""
    until = now + timedelta(seconds=seconds)
    return BusyError(
        f"{place} asks to be left alone until {until:%Y-%m-%d %H:%M} UTC ({seconds:.0f} s), "
        f"and a call waits {patience:.0f} s in all; collect again after that",
        until,
    )


def no_json(place: str, content_type: str, text: str, secrets: Iterable[str]) -> GarbledError:
    """The error for an answer that should have been JSON."""
    kind = hushed(content_type, ())[:60] or "no content type"
    if not text.strip():
        return GarbledError(f"{place} sent nothing where JSON was expected ({kind})")
    return GarbledError(f"{place} sent no JSON but ({kind}): {hushed(text[:2000], secrets)[:_LONGEST_SAMPLE]}")


def message_of(text: str, secrets: Iterable[str]) -> str:
    """What a server says about a failure: the message of a JSON body, else its words without tags; one short line."""
    try:
        said = _message(json_of(text), 0)
    except ValueError:
        said = _TAG.sub(" ", text)
    return hushed(said, secrets)[:_LONGEST_MESSAGE].strip()


def _message(data: Any, depth: int) -> str:
    """The first text under a key that usually holds one."""
    if isinstance(data, str):
        return data
    if isinstance(data, list) and data and depth < 4:
        return _message(data[0], depth + 1)
    if isinstance(data, dict) and depth < 4:
        for key in _MESSAGE_KEYS:
            if said := _message(data.get(key), depth + 1):
                return said
    return ""
