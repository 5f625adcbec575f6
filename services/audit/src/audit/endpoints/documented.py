"""What every endpoint may answer, and what it needs."""

from typing import Annotated, Any

from fastapi import Depends, Request
from madoguchi_wire.errors import (
    BodyTooLarge,
    CallerRefused,
    HeadersTooLarge,
    InvalidFields,
    MadoguchiError,
    RequestRefused,
    RequestTimeout,
    ServiceUnavailable,
)
from madoguchi_wire.kit.problems import problem_responses

from audit.parts import Parts


async def parts_of(request: Request) -> Parts:
    """Return the parts of this process."""
    parts: Parts = request.app.state.parts
    return parts


Shared = Annotated[Parts, Depends(parts_of)]


def problems(*more: type[MadoguchiError]) -> dict[int | str, dict[str, Any]]:
    """Return the responses for the problems of every endpoint, and for more."""
    return problem_responses(
        *more,
        RequestRefused,
        RequestTimeout,
        InvalidFields,
        BodyTooLarge,
        HeadersTooLarge,
        CallerRefused,
        ServiceUnavailable,
        MadoguchiError,
    )
