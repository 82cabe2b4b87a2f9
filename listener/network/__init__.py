"""One polite HTTP client for all sources: paced, patient, guarded. It knows neither a source's shapes nor the store."""

from listener.network.caps import Caps
from listener.network.client import PoliteClient
from listener.network.limits import from_retry_headers
from listener.network.network import Network
from listener.network.robots import is_noindex

__all__ = ["Caps", "Network", "PoliteClient", "from_retry_headers", "is_noindex"]
