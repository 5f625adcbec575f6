"""The list of withdrawn enrolments: what a registrar takes back before its time is over."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.enrolment import EnrolmentId
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet
from madoguchi_wire.signed import Statement


class Withdrawn(BaseModel):
    """One enrolment that does not count from a moment on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enrolment: EnrolmentId
    since: Instant


class WithdrawnList(Statement):
    """All enrolments that would still count, and do not, as of `issued_at`.

    Short: what was withdrawn longer ago than an enrolment lasts is over by itself.
    """

    typ: ClassVar[str] = "madoguchi-withdrawn-enrolments+jws"
    maximum_characters: ClassVar[int] = 4 * 1024 * 1024
    """Some 30,000 enrolments."""

    number: Annotated[int, Field(ge=1, strict=True)]
    """Counts up; nobody goes back to a lower one."""
    issued_at: Instant
    expires_at: Instant
    """Whoever has none that is younger accepts no terminal."""
    withdrawn: tuple[Withdrawn, ...]

    def since(self) -> dict[str, datetime]:
        """Return from when on each does not count."""
        return {one.enrolment: one.since for one in self.withdrawn}


def verified_withdrawn(token: str, keys: KeySet, at: datetime) -> WithdrawnList:
    """Return the list that a trusted registrar signed, current at `at`.

    Raises:
        SignatureRefused: another key, or not of this time.

    """
    kid = WithdrawnList.kid_of(token)
    _, key = keys.find(kid, KeyPurpose.ENROLMENT, at)
    said = WithdrawnList.verified(token, key)
    if not said.issued_at <= at <= said.expires_at:
        raise SignatureRefused("The list of withdrawn enrolments is not of this time.")
    return said
