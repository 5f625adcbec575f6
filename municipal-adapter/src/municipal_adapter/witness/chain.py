"""Whether a stamp continues the chain that this municipality has seen."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire.stamps import NO_STAMP, Stamp


@dataclass(frozen=True)
class Seen:
    """A stamp that was countersigned here."""

    number: int
    digest: str
    """Of the stamp's token."""
    total: int
    stamped_at: datetime
    seen_at: datetime


def fault_of_first(stamp: Stamp) -> str | None:
    """Say why a stamp cannot be the first that is seen here; it may have any number."""
    if stamp.number == 1 and (stamp.previous != NO_STAMP or stamp.total != stamp.events):
        return "stamp 1 names one before it"
    return None


def fault_of_next(head: Seen, stamp: Stamp) -> str | None:
    """Say why a stamp does not follow `head`, the newest that is seen here."""
    if stamp.number <= head.number:
        return f"another stamp {stamp.number}: this witness has seen stamps up to {head.number}"
    if stamp.number != head.number + 1:
        return f"stamp {stamp.number} after stamp {head.number}: those between are missing"
    if stamp.previous != head.digest:
        return f"stamp {stamp.number} names another stamp {head.number} than was seen here"
    if stamp.total != head.total + stamp.events:
        return f"{head.total} events and {stamp.events} are not {stamp.total}"
    if stamp.stamped_at < head.stamped_at:
        return f"stamp {stamp.number} was made before stamp {head.number}"
    return None
