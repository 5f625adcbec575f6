"""How endpoints document the problems that they may answer with."""

from typing import Any

from madoguchi_wire.errors import (
    BeaconRefused,
    BodyTooLarge,
    CardRefused,
    HeadersTooLarge,
    InvalidFields,
    MadoguchiError,
    MunicipalityUnknown,
    OfferRefused,
    OrderNotOfSession,
    OrderReplayed,
    PersonRefused,
    RequestRefused,
    RequestTimeout,
    RevocationUnknown,
    ServiceUnavailable,
    SessionExpired,
    SessionOfAnotherMunicipality,
    SessionOfAnotherTerminal,
    SessionRefused,
    SignatureRefused,
    UnsupportedMediaType,
    family,
)
from madoguchi_wire.kit.problems import problem_responses

CARDHOLDER_PROBLEMS = (
    SignatureRefused,
    *family(CardRefused),
    RevocationUnknown,
    SessionRefused,
    SessionExpired,
    SessionOfAnotherTerminal,
    SessionOfAnotherMunicipality,
    BeaconRefused,
    OrderNotOfSession,
    OrderReplayed,
    OfferRefused,
    *family(PersonRefused),
)
"""What an endpoint may answer with that verifies what a cardholder signed, and asks the rules."""

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
