"""How long and how large a request may get."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caps:
    """Bounds of one call. ``connect``, ``read`` and ``whole`` in seconds; ``body`` in bytes, counted once unpacked.

    ``read`` is the longest silence, ``whole`` the time from sending a request to the last byte of its answer.
    Of a WebSocket ``message`` is the size of one message once unpacked, ``stream`` how long it may be read, in seconds.
    ``attempts`` and ``redirects`` are counts for one call of the client.
    """

    connect: float = 10.0
    read: float = 30.0
    whole: float = 60.0
    body: int = 20_000_000
    redirects: int = 5
    attempts: int = 5
    message: int = 2_000_000
    stream: float = 900.0

    @property
    def timeouts(self) -> dict[str, float]:
        """As the transport takes them."""
        return {"connect": self.connect, "read": self.read, "write": self.read, "pool": self.whole}
