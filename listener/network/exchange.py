"""Carries one call through to its answer: pace, patience, retries, redirects. It does not read what the answer says."""

from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

import httpx
import structlog

from listener.collectors.contract import Declaration
from listener.network.addresses import check_host
from listener.network.body import read_body, read_start, text_of
from listener.network.caps import Caps
from listener.network.failures import fault_of, message_of, no_answer, too_busy
from listener.network.limits import from_retry_headers, until_reset
from listener.network.pace import Paces
from listener.network.redirects import Ask, follow
from listener.network.transport import DEADLINE
from listener.network.websocket import Closed, Dial, Turned, Wire
from models.errors import GarbledError, SourceError

_A = TypeVar("_A")
_PASSING = (429, 500, 502, 503, 504)
_HOST_WIDE = (403, 429, 503)
_MOST_OF_A_FAULT = 16_384
_LONGEST_REST = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no failure, its body unpacked and not yet read. ``headers`` have lower-case names."""

    status: int
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes


class _Miss(NamedTuple):
    """A failure: what to raise, how long the server wants to be left alone, whether that is about its whole host."""

    error: SourceError
    is_passing: bool
    asked: float | None = None
    is_host_wide: bool = False


@dataclass(slots=True)
class _Budget:
    """What is left of the patience of one call, in seconds, and the failures so far."""

    patience: float
    failure_count: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all calls of a process share; see ``Network`` for the meaning of each."""

    transport: httpx.BaseTransport
    dial: Dial
    paces: Paces
    caps: Caps
    clock: Callable[[], float]
    wall: Callable[[], datetime]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    patience: float
    allow_private: bool


class Exchange:
    """Calls in the name of one source."""

    def __init__(self, shared: Surroundings, declaration: Declaration, given: Collection[str]) -> None:
        self._shared = shared
        self._declaration = declaration
        self._given = given

    def send(self, ask: Ask) -> Reply:
        """The final answer, with a status of success or 304. Raises a ``SourceError`` for any other."""
        budget = _Budget(self._shared.patience)
        seen = {(ask.method, ask.url)}
        for _ in range(self._shared.caps.redirects + 1):
            reply = self._patiently(ask, budget, self._once)
            next_ask = follow(ask, reply.status, reply.headers)
            if next_ask is None:
                return self._final(ask, reply)
            ask = next_ask
            if (ask.method, ask.url) in seen:
                raise GarbledError(f"{ask.place} is redirected in a circle")
            seen.add((ask.method, ask.url))
        raise GarbledError(f"{ask.place} is redirected more than {self._shared.caps.redirects} times")

    def listen(self, ask: Ask, quiet: float) -> Generator[str, None, None]:
        """The messages of a WebSocket as they come; ends once the other side has, or has nothing to say at present.

        That is so if it still answers ``quiet`` seconds after its last message, or three times that without any, as
        finding the place to begin at takes a server time. Raises a ``SourceError`` else.
        """
        wire = self._patiently(ask, _Budget(self._shared.patience), self._dialled)
        end, silence = self._shared.clock() + self._shared.caps.stream, 3 * quiet
        try:
            while self._shared.clock() < end:
                said, silence = wire.receive(silence), quiet
                if said is None and wire.is_answering(self._shared.caps.read):
                    said = wire.receive(0)
                    if said is None:
                        return
                if said is None:
                    raise no_answer(ask.place, httpx.ReadTimeout("silent"))
                yield said
            raise no_answer(ask.place, httpx.ReadTimeout("over"), over=self._shared.caps.stream)
        except Closed:
            return
        except httpx.TransportError as error:
            raise no_answer(ask.place, error) from None
        finally:
            wire.close()

    def _final(self, ask: Ask, reply: Reply) -> Reply:
        """An answer that leads nowhere else; "not modified" is one only if that was asked."""
        is_conditional = "if-none-match" in ask.headers or "if-modified-since" in ask.headers
        if reply.status < 300 or (reply.status == 304 and is_conditional):
            return reply
        raise fault_of(reply.status, ask.place, "", self._declaration, self._given)

    def _patiently(self, ask: Ask, budget: _Budget, once: Callable[[Ask], "_A | _Miss"]) -> _A:
        """One hop, tried again while its failure may pass."""
        if not self._shared.allow_private:
            check_host(ask.url.host)
        while True:
            self._wait_for_turn(ask, budget)
            outcome = once(ask)
            if not isinstance(outcome, _Miss):
                return outcome
            budget.failure_count += 1
            self._rest(ask, outcome, budget)

    def _wait_for_turn(self, ask: Ask, budget: _Budget) -> None:
        """Wait for the pace, and for as long as the server asked for: only the latter costs patience."""
        paces, host = self._shared.paces, ask.url.host
        while True:
            slot = paces.book(host, self._declaration.pace, budget.patience)
            if slot is None:
                left, patience = paces.hold_left(host), self._shared.patience
                raise too_busy(ask.place, left, self._shared.wall(), patience)
            budget.patience -= slot.imposed
            if slot.wait > 0:
                self._shared.sleep(slot.wait)
            if not paces.is_held_beyond(host, slot):
                return

    def _rest(self, ask: Ask, miss: _Miss, budget: _Budget) -> None:
        """Wait after a failure, or raise it. What concerns the whole host is waited for with the next turn."""
        backoff = min(_LONGEST_REST, 2.0**budget.failure_count) * self._shared.chance()
        wait = miss.asked or backoff  # "now" is no answer to a failure
        if miss.is_host_wide:
            self._shared.paces.hold(ask.url.host, wait)
        will_be_held = miss.is_host_wide and bool(miss.asked)
        is_too_long = wait > budget.patience and not will_be_held
        if not miss.is_passing or is_too_long or budget.failure_count >= self._shared.caps.attempts:
            raise miss.error
        if not miss.is_host_wide:
            budget.patience -= wait
            self._shared.sleep(wait)

    def _once(self, ask: Ask) -> Reply | _Miss:
        """One request over the wire, within the time for a whole one."""
        shared = self._shared
        started = shared.clock()
        end = started + shared.caps.whole
        shared.paces.count(ask.url.host)
        token = DEADLINE.set(end)
        status = 0
        try:
            request = httpx.Request(
                ask.method,
                ask.url,
                headers=dict(ask.headers),
                content=ask.body,
                extensions={"timeout": shared.caps.timeouts},
            )
            response = shared.transport.handle_request(request)
            try:
                status = response.status_code
                return self._read(ask, response, end)
            finally:
                response.close()
        except (httpx.TransportError, UnicodeEncodeError) as error:
            return self._no_answer(ask, error, is_over=shared.clock() >= end)
        finally:
            DEADLINE.reset(token)
            ms = round((shared.clock() - started) * 1000)
            structlog.get_logger().debug("request", host=ask.url.host, path=ask.path, status=status, ms=ms)

    def _dialled(self, ask: Ask) -> Wire | _Miss:
        """One attempt to open a WebSocket."""
        shared, started, status = self._shared, self._shared.clock(), 0
        shared.paces.count(ask.url.host)
        try:
            wire = shared.dial(ask, shared.caps)
            status = 101
            return wire
        except Turned as turned:
            status = turned.status
            said = message_of(text_of(turned.body[:_MOST_OF_A_FAULT], turned.headers), ask.hidden)
            return self._miss(ask, status, turned.headers, said)
        except (httpx.TransportError, UnicodeEncodeError) as error:
            return self._no_answer(ask, error, is_over=False)
        finally:
            ms = round((shared.clock() - started) * 1000)
            structlog.get_logger().debug("websocket", host=ask.url.host, path=ask.path, status=status, ms=ms)

    def _no_answer(self, ask: Ask, error: Exception, *, is_over: bool) -> _Miss:
        is_ours = isinstance(error, UnicodeEncodeError | httpx.LocalProtocolError)
        failure = no_answer(ask.place, error, over=self._shared.caps.whole if is_over else None)
        return _Miss(failure, is_passing=not (is_over or is_ours))

    def _read(self, ask: Ask, response: httpx.Response, end: float) -> Reply | _Miss:
        """The answer's body, or what its status means. What its headers say of limits holds either way."""
        status = response.status_code
        headers = dict(response.headers)
        used_up = until_reset(headers, self._shared.wall())
        if used_up is not None:
            self._shared.paces.hold(ask.url.host, used_up)

        def check() -> None:
            if self._shared.clock() >= end:
                raise httpx.ReadTimeout("over")

        if 300 <= status < 400:
            read_start(response, _MOST_OF_A_FAULT, check)  # so that the connection can be used again
            return Reply(status, ask.url, headers, b"")
        if 200 <= status < 300:
            try:
                return Reply(status, ask.url, headers, read_body(response, self._shared.caps.body, check))
            except GarbledError as error:
                raise GarbledError(f"{ask.place}: {error}") from None
        said = message_of(text_of(read_start(response, _MOST_OF_A_FAULT, check), headers), ask.hidden)
        return self._miss(ask, status, headers, said)

    def _miss(self, ask: Ask, status: int, headers: Mapping[str, str], said: str) -> _Miss:
        asked = from_retry_headers(headers, self._shared.wall())
        is_passing = status in _PASSING or (status == 403 and asked is not None)  # as GitHub says that it is too much
        error = fault_of(
            429 if status == 403 and is_passing else status, ask.place, said, self._declaration, self._given
        )
        return _Miss(error, is_passing, asked, is_host_wide=is_passing and status in _HOST_WIDE)
