"""Enrolments: the registrar's word for which keys a terminal signs with, and until when.

A terminal puts its enrolment into whatever it signs, so that gateway, adapters and whoever looks
afterwards judge it by themselves, and no list has to name every terminal of the country.
"""

import operator
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, ClassVar, Self

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url, to_base64url
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet, key_id, load_public_key
from madoguchi_wire.signed import Statement

LONGEST = timedelta(days=397)
"""13 months: a year, and time to renew."""
MAXIMUM_CHARACTERS = 4096
_ID_BYTES = 16

Name = Annotated[str, Field(pattern=r"^[\x21-\x7e]+$", max_length=128)]
"""Of a terminal, a site or a chain."""
EnrolmentId = Annotated[Base64Url, Field(min_length=22, max_length=22)]
EnrolmentToken = Annotated[str, Field(max_length=MAXIMUM_CHARACTERS)]
"""An enrolment (JWS), as it travels in what the terminal signs."""


class Placed(BaseModel):
    """A terminal and where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terminal: Name
    site: Name
    chain: Name
    test: Annotated[bool, Field(exclude_if=operator.not_)] = False
    """Whether it prints test papers (見本), and nothing else."""


class Enrolment(Statement):
    """What the registrar's key of the purpose `enrolment` says about one terminal."""

    typ: ClassVar[str] = "madoguchi-enrolment+jws"
    maximum_characters: ClassVar[int] = MAXIMUM_CHARACTERS

    enrolment: EnrolmentId
    terminal: Name
    site: Name
    chain: Name
    test: Annotated[bool, Field(exclude_if=operator.not_)] = False
    """Whether it prints test papers (見本), and nothing else; spelled only if it is so."""
    statement_key: Base64Url
    """P-256, DER; signs sessions and reports. A kid is the key's own digest."""
    token_key: Base64Url
    """P-256, DER; signs client assertions."""
    not_before: Instant
    not_after: Instant

    @classmethod
    def of(
        cls, placed: Placed, statement_key: str, token_key: str, since: datetime, until: datetime
    ) -> Self:
        """Return a new enrolment, before the registrar signs it; keys are DER in base64url."""
        return cls(
            enrolment=to_base64url(secrets.token_bytes(_ID_BYTES)),
            **placed.model_dump(),
            statement_key=statement_key,
            token_key=token_key,
            not_before=since,
            not_after=until,
        )


@dataclass(frozen=True)
class _Enrolled:
    """An enrolment whose signature held, with its keys read once."""

    said: Enrolment
    keys: dict[KeyPurpose, tuple[str, ec.EllipticCurvePublicKey]]
    """Kid and key."""


def verified_enrolment(token: str, keys: KeySet, at: datetime) -> Enrolment:
    """Return the enrolment that a trusted registrar signed, in force at `at`.

    Raises:
        SignatureRefused: another key, not valid then, too long, or withdrawn.

    """
    return _in_force(token, keys, at).said


def enrolled_key(
    token: str, kid: str, purpose: KeyPurpose, terminal: str, keys: KeySet, at: datetime
) -> ec.EllipticCurvePublicKey:
    """Return the key that `enrolled` finds; raises as it does."""
    return enrolled(token, kid, purpose, terminal, keys, at)[1]


def enrolled(
    token: str, kid: str, purpose: KeyPurpose, terminal: str, keys: KeySet, at: datetime
) -> tuple[Enrolment, ec.EllipticCurvePublicKey]:
    """Return an enrolment, and the key that it gives `terminal` for `purpose`, if named `kid`.

    Args:
        token: the enrolment (JWS) that came with what is judged.
        kid: the key that signed it says to be.
        purpose: what the key must be for.
        terminal: who signed, as the statement says.
        keys: the registrar's keys, and what was withdrawn.
        at: the moment as of which it is judged.

    Raises:
        SignatureRefused: as `verified_enrolment`; of another terminal; no such key for this.

    """
    found = _in_force(token, keys, at)
    if found.said.terminal != terminal:
        raise SignatureRefused("The enrolment is of another terminal.")
    enrolled_kid, key = found.keys[purpose]
    if enrolled_kid != kid:
        raise SignatureRefused("The key that signed is not the one enrolled for this.")
    return found.said, key


def _in_force(token: str, keys: KeySet, at: datetime) -> _Enrolled:
    registrar, _ = keys.find(Enrolment.kid_of(token), KeyPurpose.ENROLMENT, at)
    found = _signed(token, registrar.public_key)
    said = found.said
    if not said.not_before <= at <= said.not_after:
        raise SignatureRefused("The terminal's enrolment is not valid at this time; renew it.")
    if keys.is_withdrawn(said.enrolment, at):
        raise SignatureRefused("The terminal's enrolment is withdrawn.")
    return found


@lru_cache(maxsize=1024)
def _signed(token: str, registrar: str) -> _Enrolled:
    # The same terminal's statements come within minutes. Only what never changes is kept.
    said = Enrolment.verified(token, load_public_key(registrar))
    if said.not_after - said.not_before > LONGEST:
        raise SignatureRefused("The terminal's enrolment is valid for longer than any may be.")
    if said.statement_key == said.token_key:
        raise SignatureRefused("A terminal needs a key for each purpose.")
    statement_key, token_key = load_public_key(said.statement_key), load_public_key(said.token_key)
    keys = {
        KeyPurpose.TERMINAL_STATEMENT: (key_id(statement_key), statement_key),
        KeyPurpose.TERMINAL_TOKEN: (key_id(token_key), token_key),
    }
    return _Enrolled(said, keys)
