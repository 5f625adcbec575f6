"""Stamps: the centre signs for batches of events, and parties outside it sign that they saw it.

Each stamp names the one before it, so that stamps are a chain; witnesses countersign only what
extends the chain that they know. Whoever holds the centre's stamping key alone can therefore
neither change what was stamped nor cut off its end: two witnesses know better.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url, Digest, canonical_json
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.signed import Statement, unverified_payload

NO_STAMP = "0" * 64
"""What the first stamp of a centre names as the one before it."""
MAXIMUM_EVENTS = 1000
"""In one batch."""
NEEDED_COUNTERSIGNATURES = 2
_Count = Annotated[int, Field(ge=1, lt=2**63, strict=True)]
"""What a column of a database can hold."""


class Stamp(Statement):
    """What the centre says of one batch (version 1), signed with its stamping key."""

    typ: ClassVar[str] = "madoguchi-stamp+jws"

    version: Literal[1] = 1
    centre: str
    """The source of the events: the gateway's name."""
    number: _Count
    previous: Digest
    """Token digest of the stamp before it; `NO_STAMP` for number 1."""
    events: Annotated[int, Field(ge=1, le=MAXIMUM_EVENTS, strict=True)]
    """In this batch."""
    total: _Count
    """In this batch and all before it."""
    root: Digest
    """Merkle root over the events' digests, in their order."""
    stamped_at: Instant


class Countersignature(Statement):
    """What a municipality says of a stamp (version 1): it continues the chain known here."""

    typ: ClassVar[str] = "madoguchi-countersignature+jws"

    version: Literal[1] = 1
    municipality: MunicipalityCode
    centre: str
    number: _Count
    stamp: Digest
    """Token digest of the stamp."""
    total: _Count
    seen_at: Instant


class Head(Statement):
    """What a municipality says of a whole chain (version 1): this stamp was its newest at `as_of`.

    It is no countersignature, and none stands in its place: those are kept beside each stamp, so
    that whoever cuts off the end still has those of the stamp that is the last one then.
    """

    typ: ClassVar[str] = "madoguchi-stamp-head+jws"

    version: Literal[1] = 1
    municipality: MunicipalityCode
    centre: str
    number: _Count
    stamp: Digest
    """Token digest of the newest stamp that was made up to then (of the first seen, if later)."""
    total: _Count
    as_of: Instant
    """The moment that was asked for; a witness answers for none that is still to come."""


class StampRecord(BaseModel):
    """A stamp with all that proves it: what travels to the archive, and is kept there."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    stamp: str
    """Token of a `Stamp`."""
    leaves: tuple[Digest, ...]
    """Digests of the batch's events, in their order."""
    countersignatures: tuple[str, ...] = ()
    """Tokens of `Countersignature`, by municipality."""
    timestamp: Base64Url | None = None
    """An RFC 3161 time-stamp token over the stamp's token, DER; None where no authority is used."""

    def canonical(self) -> bytes:
        """Return the record's one spelling."""
        return canonical_json(self.model_dump(mode="json"))


def verified_stamp(token: str, keys: KeySet, centre: str) -> Stamp:
    """Return a stamp of a centre, signed with a key that was its stamping key at that time.

    Raises:
        SignatureRefused: it is none.

    """
    said = Stamp.parsed(unverified_payload(token))
    if said.centre != centre:
        raise SignatureRefused("The stamp is another centre's.")
    _, key = keys.find(Stamp.kid_of(token), KeyPurpose.STAMPING, said.stamped_at, owner=said.centre)
    return Stamp.verified(token, key)


def verified_countersignature(token: str, keys: KeySet) -> Countersignature:
    """Return a countersignature, signed with a key that was the municipality's at that time.

    Raises:
        SignatureRefused: it is none.

    """
    said = Countersignature.parsed(unverified_payload(token))
    _, key = keys.find(
        Countersignature.kid_of(token),
        KeyPurpose.COUNTERSIGNING,
        said.seen_at,
        owner=said.municipality,
    )
    return Countersignature.verified(token, key)


def verified_head(token: str, keys: KeySet) -> Head:
    """Return what a witness saw last, signed with a key that was the municipality's at that time.

    Raises:
        SignatureRefused: it is none; a countersignature is none.

    """
    said = Head.parsed(unverified_payload(token))
    _, key = keys.find(
        Head.kid_of(token), KeyPurpose.COUNTERSIGNING, said.as_of, owner=said.municipality
    )
    return Head.verified(token, key)
