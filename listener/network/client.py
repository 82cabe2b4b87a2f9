"""The client that a collector sees: asks politely and reads answers as JSON or text. It knows no source's shapes."""

import json
from base64 import b64encode
from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlencode

import httpx

from listener.collectors.contract import Answer, Declaration
from listener.network.body import is_json, json_of, text_of
from listener.network.exchange import Exchange, Reply, Surroundings
from listener.network.failures import no_json
from listener.network.redirects import Ask, web_address
from listener.network.robots import Robots
from models.errors import GarbledError

_VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}
_OURS = ("accept-encoding", "connection", "content-length", "host", "user-agent")
_PLAIN = (*_VALIDATORS.values(), "accept", "accept-language", "content-type")


class PoliteClient:
    """A ``listener.collectors.contract.Client`` for one source; make it with ``Network.client``. Thread-safe.

    What it may be relied on: the declaration's pace, up to five attempts, waits and sizes within bounds, no private
    addresses, no secrets in messages. A collector's own headers go along, save those that say who we are. An answer's
    ``url`` is the last one asked, with its query: nothing to show where keys are sent as parameters.
    """

    def __init__(
        self,
        shared: Surroundings,
        robots: Robots,
        agent: str,
        declaration: Declaration,
        secrets: Mapping[str, str],
    ) -> None:
        self._robots = robots
        self._agent = agent
        self._secrets = {name: value.strip() for name, value in secrets.items() if value.strip()}
        self._exchange = Exchange(shared, declaration, frozenset(self._secrets))

    @property
    def secrets(self) -> Mapping[str, str]:
        """The secrets that are set, by the names of the declaration."""
        return self._secrets

    def get_json(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET what has to be JSON; a web page, an empty or a cut answer raise GarbledError that shows its start.

        ``validators`` make it conditional, as with ``get_text``.
        """
        validators = _known(validators)
        ask = self._ask("GET", url, params, {**(headers or {}), **_conditions(validators)}, accept="application/json")
        return self._as_json(ask, self._exchange.send(ask), validators)

    def get_text(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET text. ``validators`` of an earlier answer make it conditional: see ``Answer.is_unchanged``."""
        validators = _known(validators)
        ask = self._ask("GET", url, params, {**(headers or {}), **_conditions(validators)}, accept="*/*")
        reply = self._exchange.send(ask)
        if reply.status == 304:
            return _answer(reply, is_unchanged=True, validators={**validators, **_validators(reply)})
        return _answer(reply, text=text_of(reply.body, reply.headers, looks_inside=not is_json(reply.headers)))

    def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """POST JSON for JSON: for reading calls alone, so it is repeated like a GET."""
        content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
        own = {"content-type": "application/json", **(headers or {})}
        ask = self._ask("POST", url, None, own, accept="application/json", body=content)
        return self._as_json(ask, self._exchange.send(ask))

    def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """POST a form for text or JSON; reading calls alone.

        ``data`` is set where the answer says that it is JSON and is: some put a guard of a few letters before it,
        which the collector takes off ``text`` itself.
        """
        own = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
        ask = self._ask("POST", url, None, own, accept="*/*", body=urlencode(form).encode())
        reply = self._exchange.send(ask)
        says_json = is_json(reply.headers)
        text = text_of(reply.body, reply.headers, looks_inside=not says_json)
        try:
            return _answer(reply, text=text, data=json_of(text) if says_json else None)
        except ValueError:
            return _answer(reply, text=text)

    def messages(
        self, url: str, params: Mapping[str, Any] | None = None, quiet: float = 3.0
    ) -> Generator[str, None, None]:
        """What a WebSocket (``wss://``) says, message by message, until it has nothing to say for ``quiet`` seconds.

        Only a server that still answers has nothing to say; one that breaks off or falls silent raises.
        """
        scheme, colon, rest = url.partition("://")
        web = {"ws": "http", "wss": "https"}.get(scheme.lower(), "") + colon + rest
        yield from self._exchange.listen(self._ask("GET", web, params, None, accept="*/*"), quiet)

    def may_fetch(self, url: str) -> bool:
        """Whether the host's robots.txt lets us fetch an address; asked once a day for each host."""
        return self._robots.may_fetch(lambda robots: self.get_text(robots).text, url)

    def _ask(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        *,
        accept: str,
        body: bytes | None = None,
    ) -> Ask:
        address = web_address(url)
        if address is None:
            raise GarbledError("a source is set to what is no http:// or https:// address")
        given = {name: value for name, value in (params or {}).items() if value is not None}
        if given:
            try:
                address = address.copy_merge_params(given)
            except httpx.InvalidURL:
                raise GarbledError(
                    f"{address.host} was not asked: the parameters are too long for an address"
                ) from None
        own = {name.lower(): value.strip() for name, value in (headers or {}).items()}
        if address.userinfo:
            own.setdefault("authorization", _basic(address.userinfo))
            address = address.copy_with(userinfo=b"")
        own = {name: value for name, value in own.items() if name not in _OURS}
        sent = {"accept": accept, **own, "accept-encoding": "gzip", "user-agent": self._agent}
        return Ask(method, address, sent, body, self._hidden(own))

    def _hidden(self, headers: Mapping[str, str]) -> frozenset[str]:
        """Secrets, and what the collector's own headers hold (``Bearer`` aside), as a server may echo them."""
        words = set(self._secrets.values())
        for name, value in headers.items():
            if name not in _PLAIN and value:
                words |= {value, value.split()[-1]}
        return frozenset(words | {quote(word, safe="") for word in words})

    def _as_json(self, ask: Ask, reply: Reply, validators: Mapping[str, str] | None = None) -> Answer:
        if reply.status == 304:
            return _answer(reply, is_unchanged=True, validators={**(validators or {}), **_validators(reply)})
        text = text_of(reply.body, reply.headers, looks_inside=False)
        try:
            return _answer(reply, text=text, data=json_of(text))
        except ValueError:
            raise no_json(ask.place, reply.headers.get("content-type", ""), text, ask.hidden) from None


def _basic(userinfo: bytes) -> str:
    return f"Basic {b64encode(unquote_to_bytes(userinfo)).decode()}"


def _known(validators: Mapping[str, str] | None) -> dict[str, str]:
    return {name: value for name, value in (validators or {}).items() if name in _VALIDATORS and value}


def _conditions(validators: Mapping[str, str]) -> dict[str, str]:
    return {_VALIDATORS[name]: value for name, value in validators.items()}


def _validators(reply: Reply) -> dict[str, str]:
    return {name: value for name in _VALIDATORS if (value := reply.headers.get(name, "")) and value.isascii()}


def _answer(
    reply: Reply,
    *,
    text: str = "",
    data: Any = None,
    is_unchanged: bool = False,
    validators: Mapping[str, str] | None = None,
) -> Answer:
    return Answer(
        status=reply.status,
        url=str(reply.url),
        headers=reply.headers,
        text=text,
        data=data,
        is_unchanged=is_unchanged,
        validators=_validators(reply) if validators is None else validators,
    )
