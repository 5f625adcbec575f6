"""The next stamp of a chain: a plain function of the newest one and a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire import merkle
from madoguchi_wire.stamps import NO_STAMP, Stamp


@dataclass(frozen=True)
class Newest:
    """The newest stamp of a chain."""

    number: int
    digest: str
    total: int
    stamped_at: datetime


def next_stamp(centre: str, newest: Newest | None, digests: Sequence[str], now: datetime) -> Stamp:
    """Return the stamp that follows `newest` over events in their order.

    A clock that was set back does not set the chain back: witnesses would refuse that.
    """
    number, previous, total = 0, NO_STAMP, 0
    if newest is not None:
        number, previous, total = newest.number, newest.digest, newest.total
        now = max(now, newest.stamped_at)
    return Stamp(
        centre=centre,
        number=number + 1,
        previous=previous,
        events=len(digests),
        total=total + len(digests),
        root=merkle.root(digests),
        stamped_at=now,
    )
