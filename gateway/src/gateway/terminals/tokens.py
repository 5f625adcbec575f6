"""Access tokens: HS256 under a secret that the replicas share, verified without the database."""

from datetime import datetime, timedelta
from typing import Any

import jwt
from madoguchi_wire.errors import CallerRefused

LIFETIME = timedelta(minutes=10)
_TYPE = "at+jwt"
_JWT = jwt.PyJWT()


def issue_token(terminal: str, issuer: str, secret: bytes, now: datetime) -> str:
    """Return an access token for a terminal, good for `LIFETIME`."""
    claims = {
        "iss": issuer,
        "sub": terminal,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
    }
    return _JWT.encode(claims, secret, algorithm="HS256", headers={"typ": _TYPE})


def terminal_of_token(token: str, issuer: str, secret: bytes, now: datetime) -> str:
    """Return the id of the terminal that the token was given to.

    Raises:
        CallerRefused: not our token, or expired.

    """
    claims = _claims(token, issuer, secret)
    subject, expires_at = claims["sub"], claims["exp"]
    if not isinstance(subject, str) or not isinstance(expires_at, int):
        raise CallerRefused()
    if now.timestamp() >= expires_at:
        raise CallerRefused()
    return subject


def _claims(token: str, issuer: str, secret: bytes) -> dict[str, Any]:
    try:
        return _JWT.decode(
            token,
            secret,
            algorithms=["HS256"],
            issuer=issuer,
            options={
                "require": ["iss", "sub", "exp"],
                # Judged by our clock, which a simulation may have moved.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise CallerRefused() from error
