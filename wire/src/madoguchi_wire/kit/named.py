"""The person behind an API request: named by whoever signs people in, who shows our token."""

import hmac
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Header, Request

from madoguchi_wire.errors import CallerRefused, InvalidFields
from madoguchi_wire.kit.person import Person

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
