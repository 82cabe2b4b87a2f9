"""Takes the body of a request, bare or as a form's file, into a file of its own; never more than the limit."""

import tempfile
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from api.problems import TooLargeError
from listener.formats import open_input
from models.errors import InputError

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 10 * MOST_BYTES
_CHUNK = 1024 * 1024
_FORM_ROOM = 64 * 1024
"""What a form writes around its file."""


@asynccontextmanager
async def spooled(request: Request, most: int = MOST_BYTES) -> AsyncIterator[Path]:
    """The uploaded file, gone afterwards. Raises TooLargeError, or InputError if there is none."""
    is_form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    room = most + (_FORM_ROOM if is_form else 0)
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > room:
        raise _too_large(most)
    limited = Request(request.scope, _Counted(request, room, most))
    with tempfile.TemporaryDirectory(prefix="listener-") as folder:
        file = Path(folder) / "upload"
        with file.open("wb") as target:
            async for chunk in _form_chunks(limited) if is_form else _chunks(limited):
                target.write(chunk)
        size = file.stat().st_size
        if size > most:
            raise _too_large(most)
        if not size:
            raise InputError("the body is empty: send the file's bytes, or a form with the field 'file'")
        yield file


def check_unpacked(file: Path, most: int = MOST_UNPACKED) -> None:
    """Refuse a small gzip file that unpacks to a huge one; damage is left for the import to report by line."""
    total = 0
    with open_input(str(file)) as stream:
        try:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > most:
                    raise TooLargeError(f"the file unpacks to more than {most // 2**20} MiB: use listener import FILE")
        except (EOFError, OSError, zlib.error):
            return


class _Counted:
    """``receive`` that stops once more than the limit came."""

    def __init__(self, request: Request, room: int, most: int) -> None:
        self.request = request
        self.left = room
        self.most = most

    async def __call__(self) -> Message:
        message = await self.request.receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise _too_large(self.most)
        return message


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        raise InputError("the upload broke off") from None


async def _form_chunks(request: Request) -> AsyncIterator[bytes]:
    try:
        form = await request.form(max_files=1, max_fields=20)
    except ClientDisconnect:
        raise InputError("the upload broke off") from None
    try:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise InputError("the form has no file in a field named 'file'")
        while chunk := await upload.read(_CHUNK):
            yield chunk
    finally:
        await form.close()


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"the body is larger than {most / 2**20:g} MiB: split the file, or use listener import FILE")
