"""Tells addresses of the public internet from all others. Pure: it resolves nothing."""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from models.errors import RefusedError

_SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_PUBLIC_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Whether an address may be reached from anywhere; of IPv6 addresses that wrap an IPv4 one, whether that may."""
    address = _unwrapped(ip_address(text))
    if isinstance(address, IPv6Address):
        return address in _PUBLIC_V6 and address.is_global
    is_special = address.is_multicast or address.is_reserved or any(address in special for special in _SPECIAL)
    return address.is_global and not is_special


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def check_address(host: str, address: str) -> None:
    """Raise RefusedError if the address that a host name stands for is not public."""
    if not is_public(address):
        named = host if host == address else f"{host} ({address})"
        advice = "if it is meant, set network.allow_private_addresses = true"
        raise RefusedError(f"{named} is not an address of the public internet; {advice}")


def check_host(host: str) -> None:
    """Raise RefusedError if a host as written in a URL is plainly not public, without looking names up."""
    if host.rstrip(".").lower().rpartition(".")[2] == "localhost":
        check_address(host, "127.0.0.1")
    literal = _literal(host)
    if literal is not None:
        check_address(host, literal)


def _literal(host: str) -> str | None:
    """The address that a host is, in any of its spellings (``127.1``, ``0x7f000001``); None for a name."""
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        pass
    if not host.rstrip(".").rpartition(".")[2][:1].isdigit():
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None
