"""The channels of the settings with their addresses and secrets, which come from the environment; it sends nothing."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from listener.alerts.settings import DeliverySettings
from models.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go. The address may hold a password, so that neither it nor the secret is ever shown."""

    name: str
    is_webhook: bool
    url: str = field(repr=False)
    secret: bytes = field(default=b"", repr=False)


def variable_of(channel: str, part: str) -> str:
    """The environment variable of a channel's ``URL`` or ``SECRET``."""
    return f"LISTENER_DELIVERY_{channel.upper().replace('-', '_')}_{part}"


def channels_of(delivery: Sequence[DeliverySettings], environ: Mapping[str, str] | None = None) -> list[Channel]:
    """Every channel. Raises SettingsError for one without an address or secret, and for an address that is none."""
    environ = os.environ if environ is None else environ
    names = [one.name for one in delivery]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(f"delivery {twice!r} is there twice: give each [[delivery]] a name of its own")
    return [_channel(one, environ) for one in delivery]


def _channel(one: DeliverySettings, environ: Mapping[str, str]) -> Channel:
    at = variable_of(one.name, "URL")
    url = environ.get(at) or one.url
    if not url:
        raise SettingsError(f"delivery {one.name!r} has no url: set {at} in the environment")
    if one.kind == "webhook":
        secret = environ.get(variable_of(one.name, "SECRET"), "")
        if not secret:
            raise SettingsError(f"delivery {one.name!r} is a webhook: set {variable_of(one.name, 'SECRET')}")
        if urlsplit(url).scheme not in ("http", "https"):
            raise SettingsError(f"delivery {one.name!r}: the url of a webhook begins with https://")
        return Channel(one.name, True, url, secret.encode())
    from listener.delivery.apprising import is_known

    if not is_known(url):
        raise SettingsError(f"delivery {one.name!r}: its url is none that Apprise knows, such as mailtos://...")
    return Channel(one.name, False, url)
