"""The one place where the tree of errors becomes RFC 9457 problem documents, and the way back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from madoguchi_wire.errors import (
    InvalidFields,
    MadoguchiError,
    NotFound,
    RequestRefused,
    all_errors,
)
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.kit.telemetry import current_trace_id
from madoguchi_wire.kit.unexpected import UnexpectedErrors

MEDIA_TYPE = "application/problem+json"
OnProblem = Callable[[Request, MadoguchiError], Awaitable[None]]
_RETRY_AFTER = {429: "60", 503: "1"}
"""Seconds, by status: what is limited is limited by the minute."""
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_log = structlog.get_logger()


class MethodNotAllowed(RequestRefused):
    """The address is right, the method is not."""

    slug = "method-not-allowed"
    status = 405
    title = "This address does not take this method"
    title_ja = "このメソッドは使用できません"


def problem_of(error: MadoguchiError, trace: str | None = None) -> Problem:
    """Return the problem document of an error."""
    return Problem.model_validate(
        error.says
        | {
            "type": f"/problems/{error.slug}",
            "title": error.title,
            "title_ja": error.title_ja,
            "status": error.status,
            "detail": error.detail,
            "detail_ja": error.advice_ja,
            "retryable": error.retryable,
            "trace": trace,
            "evidence": error.evidence,
        }
    )


def error_of(document: object) -> MadoguchiError | None:
    """Return the error that a problem document of another part of ours names, if any."""
    try:
        problem = Problem.model_validate(document)
    except ValueError:
        return None
    found = all_errors().get(problem.type.removeprefix("/problems/"))
    return found(problem.detail, problem.evidence) if found is not None else None


def problem_responses(*errors: type[MadoguchiError]) -> dict[int | str, dict[str, Any]]:
    """Return FastAPI's `responses` for these errors, by status."""
    titles: dict[int, list[str]] = {}
    for error in errors:
        titles.setdefault(error.status, []).append(f"`{error.slug}`: {error.title}")
    return {
        status: {"model": Problem, "description": "; ".join(sorted(texts))}
        for status, texts in sorted(titles.items())
    }


def install_problems(app: FastAPI, on_problem: OnProblem | None = None) -> None:
    """Answer every error of `app` with a problem document; tell `on_problem` before."""

    async def answer(
        request: Request, error: MadoguchiError, more: Mapping[str, str] | None = None
    ) -> JSONResponse:
        if on_problem is not None:
            await on_problem(request, error)
        body = problem_of(error, current_trace_id()).model_dump(mode="json")
        headers = {**_headers(error), **(more or {})}
        return JSONResponse(body, error.status, headers=headers, media_type=MEDIA_TYPE)

    async def known(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, MadoguchiError)  # noqa: S101 (registered for this type)
        return await answer(request, error)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 (as above)
        return await answer(request, InvalidFields(_fields(error)))

    async def routing(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 (as above)
        more = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
        return await answer(request, _of_status(error.status_code), more)

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        # The exception's text may hold what a person sent: its type and place must do.
        _log.error("unexpected_error", kind=type(error).__name__, at=_place(error))
        return await answer(request, MadoguchiError())

    app.add_exception_handler(MadoguchiError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, routing)
    app.add_middleware(UnexpectedErrors, answer=unexpected)


def _allowed(request: Request) -> str:
    """Return all methods that an address takes: Starlette tells those of its first route alone."""
    routes: list[BaseRoute] = request.app.router.routes

    def takes(method: str) -> bool:
        scope: dict[str, Any] = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in routes)

    return ", ".join(filter(takes, _METHODS))


def _headers(error: MadoguchiError) -> Mapping[str, str]:
    if error.status == 401:
        return {"WWW-Authenticate": "Bearer"}
    wait = _RETRY_AFTER.get(error.status)
    return {"Retry-After": wait} if wait else {}


def _fields(error: RequestValidationError) -> str:
    found = {_field(fault["loc"], fault["type"]) for fault in error.errors()}
    return f"These fields do not fit: {'; '.join(sorted(found)[:10])}."


def _field(place: Sequence[object], fault: str) -> str:
    # The name of a field that we do not know is a text that somebody sent.
    known = place[:-1] if fault == "extra_forbidden" else place
    return f"{'.'.join(str(part) for part in known)}: {fault}"


def _of_status(status: int) -> MadoguchiError:
    if status == 404:
        return NotFound()
    return MethodNotAllowed() if status == 405 else RequestRefused()


def _place(error: Exception) -> str:
    trace, place = error.__traceback__, "unknown"
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_qualname}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
