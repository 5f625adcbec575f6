"""By what a chain is judged, and from where on."""

from dataclasses import dataclass, field

from cryptography import x509

from madoguchi_wire.keys import KeySet
from madoguchi_wire.stamps import NEEDED_COUNTERSIGNATURES, NO_STAMP


@dataclass(frozen=True)
class ChainRules:
    """What every stamp has to have."""

    centre: str
    """Owner of the stamping keys: the gateway's name."""
    keys: KeySet = field(repr=False)
    """Of trust lists that cover the whole time of the chain."""
    needed: int = NEEDED_COUNTERSIGNATURES
    """Countersignatures by different municipalities."""
    timestamp_roots: tuple[x509.Certificate, ...] = ()
    """Of the time-stamp authorities; without any, time stamps are not looked at."""


@dataclass(frozen=True)
class ChainPoint:
    """How far a chain is known to hold."""

    number: int
    digest: str | None
    """Of the last stamp's token; None: unknown, so that the next may name any."""
    total: int | None
    """Events so far; None: unknown."""
    is_timed: bool = False
    """Whether an authority signed the time of a stamp up to here; then no later one may lack it."""


BEGINNING = ChainPoint(0, NO_STAMP, 0)
"""Before the first stamp."""
