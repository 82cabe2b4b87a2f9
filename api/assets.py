"""The service's own style, scripts and icon; addresses change with the content, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"


@cache
def digest_of(name: str) -> str:
    """What tells one content of a file from another, as long as the service runs. Raises OSError for no such file."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:16]


def asset(name: str) -> str:
    """The address of a file, with what tells its content from an older one's."""
    return f"/static/{name}?v={digest_of(name)}"


class Assets(StaticFiles):
    """Serves the folder; what is asked for by its own content never changes, all else is asked for anew."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, which browsers keep for good where the address says what is in it."""
        response = await super().get_response(path, scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
        if response.status_code in (200, 304) and asked == digest_of(path):
            response.headers["Cache-Control"] = _FOREVER
        return response
