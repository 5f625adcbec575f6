"""The person behind an API request: named by whoever signs people in, who shows our token."""

import hmac
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Header, Request
from pydantic import StringConstraints

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
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.problems import problem_responses

_NAMED = (
    "Only named persons are answered: sign in, so that the request carries the sign-in's token and"
    " Madoguchi-Person."
)


async def person_of(
    request: Request,
    madoguchi_person: Annotated[str, Header(description="Who asks")] = "",
    madoguchi_reason: Annotated[str, Header(description="Why; percent-encoded UTF-8")] = "",
) -> Person:
    """Return who asks, and why; `app.state.sign_in` is the token of whoever signs people in.

    Raises:
        CallerRefused: without the token, or without a name.
        InvalidFields: name or reason do not fit.

    """
    expected: str = request.app.state.sign_in
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    shown = scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), expected.encode())
    if not shown or not madoguchi_person:
        raise CallerRefused(_NAMED)
    try:
        return Person.of(madoguchi_person, unquote(madoguchi_reason, errors="strict"))
    except ValueError as error:
        raise InvalidFields(f"Madoguchi-Person and Madoguchi-Reason: {error}.") from error


Named = Annotated[Person, Depends(person_of)]
"""Who asks, and why."""
PersonName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{1,63}$")]
"""A person's name as callers may spell it: what no name can be is not looked for."""


def problems(*more: type[MadoguchiError]) -> dict[int | str, dict[str, Any]]:
    """Return the responses of an endpoint for named persons, and for more problems."""
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
