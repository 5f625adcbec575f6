"""A stamp record as it comes: kept if it can be read; whether it holds is judged by `verify`."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.signed import token_digest, unverified_payload
from madoguchi_wire.stamps import MAXIMUM_EVENTS, Stamp, StampRecord
from pydantic import ValidationError

from audit.archive.event import Refused

MAXIMUM_BYTES = 256 * 1024
"""Of a record: a thousand digests, and tokens."""


@dataclass(frozen=True)
class ArchivedStamp:
    """A stamp record as a row; the fields are the columns in order."""

    centre: str
    number: int
    stamp: str
    """Token digest of the stamp."""
    stamped_at: datetime
    record: bytes
    record_digest: str


def read_stamp(value: bytes, centre: str) -> ArchivedStamp:
    """Return the stamp record that a message holds.

    Raises:
        Refused: it does not belong here, or cannot be understood.

    """
    if len(value) > MAXIMUM_BYTES:
        raise Refused("oversized", f"{len(value)} bytes: a record has at most {MAXIMUM_BYTES}")
    try:
        record = StampRecord.model_validate_json(value)
        stamp = Stamp.parsed(unverified_payload(record.stamp))
    except (ValidationError, SignatureRefused, ValueError):
        raise Refused("poison", "no stamp record") from None
    if stamp.centre != centre:
        raise Refused("foreign", "a stamp of another centre")
    if stamp.number >= 2**63 or len(record.leaves) > MAXIMUM_EVENTS:
        raise Refused("wrong-schema", "more than a stamp can be")
    if record.canonical() != value:
        raise Refused("wrong-schema", "not in its canonical spelling")
    return ArchivedStamp(
        centre=stamp.centre,
        number=stamp.number,
        stamp=token_digest(record.stamp),
        stamped_at=stamp.stamped_at,
        record=value,
        record_digest=sha256_hex(value),
    )
