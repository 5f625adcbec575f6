"""A history that was stamped and countersigned, and hands that may spoil it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from madoguchi_wire import merkle
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.stamps import NO_STAMP, Countersignature, Head, Stamp, StampRecord

from madoguchi_wire_testing.cast import GATEWAY, ICHIKAWA, NOW, SHIBUYA, trusted

STAMPING_KEY = SigningKey.generate()
WITNESS_KEYS = {ICHIKAWA: SigningKey.generate(), SHIBUYA: SigningKey.generate()}
STAMP_KEYS = KeySet(
    [
        trusted(STAMPING_KEY, KeyPurpose.STAMPING, GATEWAY),
        *[trusted(key, KeyPurpose.COUNTERSIGNING, code) for code, key in WITNESS_KEYS.items()],
    ]
)
RULES = ChainRules(GATEWAY, STAMP_KEYS)


def digests_of(*names: object) -> tuple[str, ...]:
    """Return what stands for events."""
    return tuple(sha256_hex(str(name).encode()) for name in names)


def countersigned(stamp: str, municipality: str) -> str:
    """Return what a witness says that sees a stamp at once."""
    said = Stamp.verified(stamp, STAMPING_KEY.private.public_key())
    return Countersignature(
        municipality=municipality,
        centre=said.centre,
        number=said.number,
        stamp=token_digest(stamp),
        total=said.total,
        seen_at=said.stamped_at,
    ).signed_by(WITNESS_KEYS[municipality])


def head(stamp: str, municipality: str, as_of: datetime = NOW) -> str:
    """Return what a witness says whose newest stamp this is."""
    said = Stamp.verified(stamp, STAMPING_KEY.private.public_key())
    return Head(
        municipality=municipality,
        centre=said.centre,
        number=said.number,
        stamp=token_digest(stamp),
        total=said.total,
        as_of=as_of,
    ).signed_by(WITNESS_KEYS[municipality])


def record_of(stamp: str, leaves: Sequence[str]) -> StampRecord:
    """Return the record of a stamp that both witnesses signed."""
    signed = tuple(countersigned(stamp, code) for code in WITNESS_KEYS)
    return StampRecord(stamp=stamp, leaves=tuple(leaves), countersignatures=signed)


@dataclass
class Stamping:
    """The centre's stamper, in a few lines."""

    key: SigningKey = STAMPING_KEY
    stamps: list[str] = field(default_factory=list[str])
    total: int = 0

    def stamp(self, leaves: Sequence[str], at: datetime | None = None) -> str:
        """Return the stamp over the next batch; it says it was made then."""
        self.total += len(leaves)
        made = Stamp(
            centre=GATEWAY,
            number=len(self.stamps) + 1,
            previous=token_digest(self.stamps[-1]) if self.stamps else NO_STAMP,
            events=len(leaves),
            total=self.total,
            root=merkle.root(leaves),
            stamped_at=at or NOW + timedelta(seconds=len(self.stamps)),
        )
        self.stamps.append(made.signed_by(self.key))
        return self.stamps[-1]


def stamped(batches: Sequence[Sequence[str]]) -> list[StampRecord]:
    """Return an honest history."""
    stamping = Stamping()
    return [record_of(stamping.stamp(leaves), leaves) for leaves in batches]
