"""Turns every failure into a problem document (RFC 9457); browsers asking for a page get the same as a page."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from api.headers import SECURITY_HEADERS
from api.templating import templates
from models.errors import InputError, ListenerError, NotFoundError, SourceError, StoreError

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:moment-listener:problem:"


class ParameterError(InputError):
    """A parameter that is well-formed but says nothing that can be done; ``place`` is query, path or body."""

    def __init__(self, name: str, detail: str, place: str = "query") -> None:
        super().__init__(detail)
        self.name = name
        self.place = place


class CursorError(InputError):
    """A cursor that this service did not give out."""


class ConflictError(InputError):
    """What is to be changed is not any more what was shown; ``mention_ids`` are those that have changed."""

    def __init__(self, detail: str, mention_ids: tuple[int, ...] = ()) -> None:
        super().__init__(detail)
        self.mention_ids = mention_ids


class TooLargeError(InputError):
    """A body over the limit."""


class Fault(BaseModel):
    """One wrong parameter."""

    parameter: str = Field(description="its name; for a body the path of the key")
    place: str = Field(description="query, path or body")
    detail: str


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(examples=[f"{_TYPE}not-found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no brand 'amber'; known: amber-roast"])
    instance: str = Field(examples=["/api/v1/posts"])
    errors: list[Fault] | None = None


_KINDS: dict[type[ListenerError], tuple[int, str]] = {  # the first that fits, so the narrow ones first
    ParameterError: (422, "invalid-parameter"),
    CursorError: (400, "invalid-cursor"),
    ConflictError: (409, "changed-meanwhile"),
    TooLargeError: (413, "too-large"),
    InputError: (400, "invalid-input"),
    NotFoundError: (404, "not-found"),
    StoreError: (503, "store-unavailable"),
    SourceError: (502, "source-failed"),
    ListenerError: (500, "failed"),
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the problems that a route may answer with."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def install_problems(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(ListenerError, _of_listener)
    app.add_exception_handler(OperationalError, _of_database)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_surprise)


def respond(request: Request, status: int, detail: str, kind: str | None = None, **more: Any) -> Response:
    """A problem as JSON, or as a page where a browser asked for one."""
    headers = more.pop("headers", None)
    problem = Problem(
        type=f"{_TYPE}{kind}" if kind else "about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        **more,
    )
    path = request.url.path
    if not path.startswith(("/api/", "/openapi")) and "text/html" in request.headers.get("accept", ""):
        return templates.TemplateResponse(
            request, "problem.html", {"problem": problem}, status_code=status, headers=headers
        )
    body = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _of_listener(request: Request, error: Exception) -> Response:
    status, kind = next(found for known, found in _KINDS.items() if isinstance(error, known))
    if status >= 500:
        structlog.get_logger().error("request failed", path=request.url.path, error=str(error))
    faults = None
    if isinstance(error, ParameterError):
        faults = [Fault(parameter=error.name, place=error.place, detail=str(error))]
    return respond(request, status, str(error), kind, errors=faults)


def _of_database(request: Request, error: Exception) -> Response:
    structlog.get_logger().error("database failed", path=request.url.path, exc_info=error)
    detail = "the database cannot be reached or is busy; try again, or run: listener doctor"
    return respond(request, 503, detail, "store-unavailable", headers={"Retry-After": "5"})


def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_fault(found) for found in error.errors()]
    detail = "; ".join(f"{fault.parameter} {fault.detail}".strip() for fault in faults)
    return respond(request, 422, detail, "invalid-parameter", errors=faults)


def _fault(found: dict[str, Any]) -> Fault:
    place, *path = [str(part) for part in found["loc"]]
    said = {"missing": "is missing", "extra_forbidden": "is not a known parameter"}.get(found["type"])
    text = said or f"is wrong: {found['msg'].removeprefix('Value error, ')}"
    if found["type"] == "json_invalid":
        path, text = [], "is no valid JSON"
    return Fault(parameter=".".join(path) or place, place=place, detail=text)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {
        404: f"there is nothing at {request.url.path}; the routes are listed at /docs",
        405: f"{request.method} is not allowed at {request.url.path}",
    }
    phrase = HTTPStatus(error.status_code).phrase
    detail = details.get(error.status_code, error.detail) if error.detail == phrase else error.detail
    return respond(request, error.status_code, detail, headers=error.headers)


def _of_surprise(request: Request, error: Exception) -> Response:
    """Says nothing of what went wrong: that is in the log. Answers outside the middleware, hence the headers here."""
    structlog.get_logger().error("unexpected failure", path=request.url.path, method=request.method, exc_info=error)
    detail = "something unexpected went wrong; the service's log says what"
    return respond(request, 500, detail, "unexpected", headers=dict(SECURITY_HEADERS))
