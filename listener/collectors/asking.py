"""What a collector may ask: the polite client as it sees it, and the answers. It opens no connection itself."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. ``data`` is decoded JSON (None for text); ``headers`` have lower-case names.

    ``is_unchanged``: the server said 304 to the validators given; there are neither text nor data then.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    text: str = ""
    data: Any = None
    is_unchanged: bool = False
    validators: Mapping[str, str] = field(default_factory=dict)


class Client(Protocol):
    """The polite client as a collector sees it: paced by its declaration, patient, guarded, with its secrets.

    Every method raises a ``SourceError``: ``RefusedError`` (401, 403), ``GoneError`` (404, 410), ``BusyError`` (429
    beyond patience), ``UnreachableError`` (no answer, 5xx), ``GarbledError`` (not what was asked for, too large).
    Parameters that are None are left out.
    """

    @property
    def secrets(self) -> Mapping[str, str]:
        """The secrets that are set, by the names of the declaration."""

    def get_json(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET what has to be JSON. ``validators`` of an earlier answer make it conditional: ``Answer.is_unchanged``."""

    def get_text(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET text, decoded by its declared charset. ``validators`` of an earlier answer make it conditional."""

    def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """POST JSON for JSON: for reading calls alone, so it is repeated like a GET."""

    def may_fetch(self, url: str) -> bool:
        """Whether the host's robots.txt lets us fetch an address; asked once a day for each host."""

    def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """POST a form for text or JSON (``data`` is set where the answer says it is JSON); reading calls alone."""

    def messages(
        self, url: str, params: Mapping[str, Any] | None = None, quiet: float = 3.0
    ) -> Generator[str, None, None]:
        """What a WebSocket (``ws://``, ``wss://``) says, message by message, until there is nothing more at present.

        That is so where the server, still answering, says nothing for ``quiet`` seconds, or ends it in due form.
        """
