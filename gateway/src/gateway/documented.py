"""How endpoints document the problems that they may answer with."""

from typing import Any

from madoguchi_wire.errors import (
    AdapterBusy,
    AdapterFailed,
    AdapterNonsense,
    AdapterPaused,
    AdapterTimeout,
    BodyTooLarge,
    CallerRefused,
    CollectorNotDesignated,
    HeadersTooLarge,
    InvalidFields,
    MachineOfAnotherMunicipality,
    MadoguchiError,
    RequestRefused,
    RequestTimeout,
    ServiceUnavailable,
    TerminalSuspended,
    TerminalUnknown,
    TooManyRequests,
    UnsupportedMediaType,
    family,
)
from madoguchi_wire.gateway_api import Problem
from pydantic import BaseModel

from gateway.adapters.asking import OURS, PASSED_ON

Responses = dict[int | str, dict[str, Any]]

TERMINAL_PROBLEMS = (CallerRefused, TerminalUnknown, TerminalSuspended, TooManyRequests)
"""What an endpoint for terminals may answer with before it does anything."""
SITE_PROBLEMS = (CollectorNotDesignated, MachineOfAnotherMunicipality)
"""What an endpoint may answer with at a terminal where a municipality does not issue."""
ADAPTER_PROBLEMS = (AdapterFailed, AdapterBusy, AdapterPaused, AdapterTimeout, AdapterNonsense)
"""What an endpoint that asks an adapter may answer with."""

PASSED_ON_PROBLEMS = tuple(e for e in family(*PASSED_ON) if not issubclass(e, OURS))
"""What an endpoint that asks an adapter may pass on from it: whatever it likes of these."""

WITH_BODY = (UnsupportedMediaType,)
"""What an endpoint that reads a body may answer with."""

_ANYWHERE = (
    RequestRefused,
    RequestTimeout,
    InvalidFields,
    BodyTooLarge,
    HeadersTooLarge,
    ServiceUnavailable,
    MadoguchiError,
)
"""What any endpoint may answer with."""


def problems(*errors: type[MadoguchiError]) -> Responses:
    """Return the `responses` of an endpoint: one for each status, naming its problem types."""
    by_status: dict[int, list[type[MadoguchiError]]] = {}
    for error in (*errors, *_ANYWHERE):
        by_status.setdefault(error.status, []).append(error)
    return {status: _response(found) for status, found in sorted(by_status.items())}


def _response(errors: list[type[MadoguchiError]]) -> dict[str, Any]:
    named = {error.slug: error for error in errors}
    return {
        "description": "; ".join(f"`{slug}`: {e.title}" for slug, e in sorted(named.items())),
        "model": Problem,
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {slug: {"value": _example(e)} for slug, e in sorted(named.items())},
            }
        },
    }


def _example(error: type[MadoguchiError]) -> dict[str, Any]:
    example = Problem(
        type=f"/problems/{error.slug}",
        title=error.title,
        title_ja=error.title_ja,
        status=error.status,
        detail=error.advice,
        detail_ja=error.advice_ja,
        retryable=error.retryable,
    )
    return example.model_dump(mode="json", exclude_none=True)


def example(status: int, body: BaseModel | list[BaseModel]) -> Responses:
    """Return the `responses` entry that shows what a success looks like."""
    shown = (
        [b.model_dump(mode="json") for b in body]
        if isinstance(body, list)
        else (body.model_dump(mode="json"))
    )
    return {status: {"content": {"application/json": {"example": shown}}}}
