"""The person behind an API request: named by whoever signs people in, who shows our token."""

import hmac
from typing import Annotated
from urllib.parse import unquote

from fastapi import Header, Request
from madoguchi_wire.errors import CallerRefused, InvalidFields

from audit.access.person import Person
from audit.parts import Parts

_NAMED = (
    "The archive is read by named persons only: sign in, so that the request carries the sign-in's"
    " token and Madoguchi-Person."
)


async def person_of(
    request: Request,
    madoguchi_person: Annotated[str, Header(description="Who asks")] = "",
    madoguchi_reason: Annotated[str, Header(description="Why; percent-encoded UTF-8")] = "",
) -> Person:
    """Return who asks, and why.

    Raises:
        CallerRefused: without the token, or without a name.
        InvalidFields: name or reason do not fit.

    """
    parts: Parts = request.app.state.parts
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    shown = scheme.lower() == "bearer" and hmac.compare_digest(
        token.encode(), parts.settings.token.encode()
    )
    if not shown or not madoguchi_person:
        raise CallerRefused(_NAMED)
    try:
        return Person.of(madoguchi_person, unquote(madoguchi_reason, errors="strict"))
    except ValueError as error:
        raise InvalidFields(f"Madoguchi-Person and Madoguchi-Reason: {error}.") from error
