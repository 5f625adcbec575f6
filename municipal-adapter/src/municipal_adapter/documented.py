"""How endpoints document the problems that they may answer with."""

from typing import Any

from madoguchi_wire.errors import (
    BodyTooLarge,
    HeadersTooLarge,
    InvalidFields,
    MadoguchiError,
    MunicipalityUnknown,
    RequestRefused,
    RequestTimeout,
    ServiceUnavailable,
    UnsupportedMediaType,
)
from madoguchi_wire.kit.problems import problem_responses

_ANYWHERE = (
    RequestRefused,
    InvalidFields,
    BodyTooLarge,
    HeadersTooLarge,
    RequestTimeout,
    UnsupportedMediaType,
    MunicipalityUnknown,
    ServiceUnavailable,
    MadoguchiError,
)


def problems(*errors: type[MadoguchiError]) -> dict[int | str, dict[str, Any]]:
    """Return FastAPI's `responses` for these errors and those of every endpoint."""
    return problem_responses(*_ANYWHERE, *errors)
