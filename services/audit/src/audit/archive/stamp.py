"""A stamp record as it comes: kept if the centre and its witnesses signed it.

Whoever reaches the topic can write a record, and what is archived stays. So its signatures and its
leaves are judged before; whether it continues the chain is for `verify`.
"""

from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.signed import token_digest, unverified_payload
from madoguchi_wire.stamp_chain import ChainFaultName, ChainPoint, ChainRules, verify_chain
from madoguchi_wire.stamps import MAXIMUM_EVENTS, Stamp, StampRecord
from pydantic import ValidationError

from audit.archive.event import Refused, can_be_archived

MAXIMUM_BYTES = 256 * 1024
"""Of a record: a thousand digests, and tokens."""
UNVERIFIED = "unverified"
"""Reason of records that nobody who counts has signed, as far as the trust list says today."""
_LARGEST_NUMBER = 2**53
_NOT_SIGNED = frozenset(
    {
        ChainFaultName.STAMP_REFUSED,
        ChainFaultName.ROOT_WRONG,
        ChainFaultName.COUNTERSIGNATURE_REFUSED,
        ChainFaultName.COUNTERSIGNATURES_MISSING,
        ChainFaultName.TIMESTAMP_REFUSED,
    }
)
"""What anybody can make; all other faults are signed by a party, and are evidence to be kept."""


@dataclass(frozen=True)
class ArchivedStamp:
    """A stamp record as it is kept."""

    centre: str
    number: int
    stamp: str
    """Token digest of the stamp."""
    stamped_at: datetime
    record: bytes
    record_digest: str
    leaves: tuple[str, ...]
    """Digests of the events that it covers."""


def read_stamp(value: bytes, rules: ChainRules, now: datetime) -> ArchivedStamp:
    """Return the stamp record that a message holds, signed by those whose signatures count.

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
    if stamp.centre != rules.centre:
        raise Refused("foreign", "a stamp of another centre")
    if not stamp.number <= stamp.total <= _LARGEST_NUMBER or len(record.leaves) > MAXIMUM_EVENTS:
        raise Refused("wrong-schema", "more than a stamp can be")
    if record.canonical() != value:
        raise Refused("wrong-schema", "not in its canonical spelling")
    if not can_be_archived(stamp.stamped_at, now):
        raise Refused("wrong-schema", "its time cannot be: before 2010, or in the future")
    _check_signed(stamp, record, rules)
    return ArchivedStamp(
        centre=stamp.centre,
        number=stamp.number,
        stamp=token_digest(record.stamp),
        stamped_at=stamp.stamped_at,
        record=value,
        record_digest=sha256_hex(value),
        leaves=record.leaves,
    )


def _check_signed(stamp: Stamp, record: StampRecord, rules: ChainRules) -> None:
    before = ChainPoint(stamp.number - 1, None, None)
    for fault in verify_chain([record], rules, start=before).faults:
        if fault.name in _NOT_SIGNED:
            raise Refused(UNVERIFIED, f"{fault.name.value}: {fault.what}")
