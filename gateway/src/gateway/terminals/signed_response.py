"""An answer that is a signed statement, as whoever signed it made it."""

from fastapi import Response


class SignedResponse(Response):
    """A JWS; its reader verifies it and need not trust who hands it over."""

    media_type = "application/jose"
