"""Every failure in the one error shape."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from local_server.contracts import Problem
from local_server.errors import Refusal
from local_server.runtime.storage import storage_refusal

_log = structlog.get_logger(__name__)

_KNOWN = {
    400: Problem(
        code="request_invalid",
        message="The body of the request cannot be read",
        hint="The API is described at /docs.",
    ),
    404: Problem(
        code="route_not_found",
        message="There is no such address on this server",
        hint="The API is described at /docs.",
    ),
    405: Problem(
        code="method_not_allowed",
        message="This address does not take that method",
        hint="The API is described at /docs.",
    ),
    413: Problem(
        code="request_too_large",
        message="The request is too large",
        hint="Send it in several parts.",
    ),
}
_UNEXPECTED = Problem(
    code="internal_error",
    message="Something went wrong in the server",
    hint="Try again; if it stays, the server's log says more.",
    retryable=True,
)


def response(status: int, problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """``problem`` with an HTTP status."""
    return JSONResponse(problem.model_dump(mode="json"), status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Make ``app`` answer every failure with a :class:`~local_server.contracts.Problem`."""
    app.add_exception_handler(Refusal, _failed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _failed)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    problem = _KNOWN.get(error.status_code) or Problem(
        code=HTTPStatus(error.status_code).name.lower(), message=str(error.detail)
    )
    return response(error.status_code, problem, dict(error.headers or {}))


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    first = error.errors()[0]
    # Where and what, never the value: it may be long, or a secret in the wrong place.
    where = ".".join(str(part) for part in first["loc"])
    problem = Problem(
        code="request_invalid",
        message=f"The request does not make sense at {where}: {first['msg']}"[:500],
        hint="The API is described at /docs.",
    )
    return response(422, problem)


def of_failure(error: Exception, *, path: str) -> tuple[int, Problem]:
    """Status and problem of what went wrong inside; logs it."""
    if isinstance(error, Refusal):
        return error.status, error.problem
    refusal = storage_refusal(error)
    if refusal is not None:
        return refusal.status, refusal.problem
    _log.error("gateway.unexpected_error", path=path[:200], exc_info=error)
    return 500, _UNEXPECTED


async def _failed(request: Request, error: Exception) -> JSONResponse:
    return response(*of_failure(error, path=request.url.path))
