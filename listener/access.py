"""Who may reach the service: the names that it answers to, and whether people have to sign in. Reads no request."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from listener.settings import ServerSettings


def is_loopback(name: str) -> bool:
    """Whether a host name or address is this machine's own and nothing else's."""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def as_origin(value: str) -> str:
    """``https://listen.example.org``, as browsers write it. Raises ValueError.

    No path: the pages' addresses begin at the root.
    """
    try:
        parts = urlsplit(value.lower().rstrip("/"))
        port = parts.port
    except ValueError:
        raise ValueError(f"{value!r} is no address such as https://listen.example.org") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or "@" in parts.netloc:
        raise ValueError(f"{value!r} is no address such as https://listen.example.org (without a path)")
    is_default = port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(f':{port}') if is_default else parts.netloc}"


@dataclass(frozen=True, slots=True)
class Access:
    """``hosts`` are answered to beside loopback names; one that begins with ``*.`` stands for whatever is under it.

    ``is_open_to_others``: reached from other machines, so that everybody signs in. Else people sign in as soon as
    there are some, unless ``asks_on_loopback`` is False.
    """

    hosts: frozenset[str] = frozenset()
    public_url: str | None = None
    is_open_to_others: bool = False
    asks_on_loopback: bool = True

    def knows(self, host: str) -> bool:
        """Whether a request for this host name (without port) was meant for us."""
        if is_loopback(host) or host in self.hosts:
            return True
        return any(name.startswith("*.") and host.endswith(name[1:]) for name in self.hosts)

    def is_own(self, origin: str, host: str) -> bool:
        """Whether a page of ``origin`` is one of ours, when it calls ``host`` (with port)."""
        if self.public_url and (origin == self.public_url or host == urlsplit(self.public_url).netloc):
            return origin == self.public_url
        return origin in (f"http://{host}", f"https://{host}")

    def is_secure(self, scheme: str, host: str) -> bool:
        """Whether cookies are for TLS only: always, but on loopback and where ``public_url`` says plain http."""
        public = urlsplit(self.public_url or "")
        if self.public_url and host == public.hostname:
            return public.scheme == "https"
        return scheme == "https" or not is_loopback(host)

    def is_in_clear(self, scheme: str, host: str) -> bool:
        """Whether a password would cross a network in clear, as far as can be told from here."""
        is_public = self.public_url is not None and host == urlsplit(self.public_url).hostname
        return scheme == "http" and not is_public and not is_loopback(host)


def access_of(host: str, server: "ServerSettings") -> Access:
    """Access to a service that listens on ``host`` with these settings."""
    names = {name.lower() for name in server.trusted_hosts}
    if server.public_url:
        names.add(urlsplit(server.public_url).hostname or "")
    others = {name for name in names if not is_loopback(name)}
    if host not in ("0.0.0.0", "::", ""):
        names.add(host.lower())
    return Access(
        hosts=frozenset(names),
        public_url=server.public_url,
        is_open_to_others=not is_loopback(host) or bool(others),
        asks_on_loopback=server.sign_in_on_loopback,
    )
