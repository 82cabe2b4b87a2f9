"""``POST /import``."""

from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Query, Request
from fastapi.concurrency import run_in_threadpool

from api import examples
from api.dependencies import SharedDep
from api.importing import classify_new, import_file
from api.problems import ParameterError, problem_responses
from api.shapes import ImportResult
from api.uploads import spooled

router = APIRouter(tags=["import"])
_LINE = '{"source":"forum","source_id":"1","text":"My parcel is late","published_at":"2026-11-01T09:30:00Z"}\n'
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-ndjson": {"schema": {"type": "string"}, "example": _LINE},
            "text/csv": {"schema": {"type": "string"}},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
        },
    }
}


@router.post(
    "/import",
    summary="Import posts from a file",
    description=(
        "The file as the body or as the form field `file`, gzip or not, at most 50 MiB. A bad line is reported by its "
        "number and skipped; the same file twice changes nothing. New posts are labelled after the answer."
    ),
    response_model=ImportResult,
    responses={
        200: examples.answer(examples.IMPORT_RESULT, "What the import did."),
        **problem_responses(400, 403, 413, 422),
    },
    openapi_extra=_BODY,
)
async def import_posts(
    request: Request,
    background: BackgroundTasks,
    shared: SharedDep,
    brand: Annotated[str | None, Query(max_length=100, description="Its slug; twcs names brands itself.")] = None,
    format: Annotated[Literal["posts", "csv", "twcs"], Query(description="posts: JSON lines.")] = "posts",
) -> ImportResult:
    """Spool, import and link; labels follow."""
    if not brand and format != "twcs":
        raise ParameterError("brand", "brand is missing: say which brand the posts are about, ?brand=SLUG")
    async with spooled(request) as file:
        result = await run_in_threadpool(import_file, shared, file, format, brand or None)
    if result.is_classifying:
        background.add_task(classify_new, shared)
    return result
