"""Sealing to the session that a card signed."""

from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.errors import SessionRefused
from madoguchi_wire.sealing import seal
from madoguchi_wire.session import VerifiedSession


def sealed_to(session: VerifiedSession, plain: bytes, info: bytes) -> bytes:
    """Return bytes that only the session's key opens, and only for what `info` says.

    Raises:
        SessionRefused: the session's sealing key cannot be used.

    """
    statement = session.statement
    try:
        public = from_base64url(statement.sealing_key)
        return seal(plain, public, statement.sealing_suite, info)
    except ValueError as error:
        raise SessionRefused("The session's sealing key cannot be used.") from error
