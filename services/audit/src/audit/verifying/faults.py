"""What can be wrong with an archive, beside what can be wrong with a chain of stamps."""

from dataclasses import dataclass
from enum import StrEnum

from madoguchi_wire.stamp_chain import ChainFault


class Name(StrEnum):
    """The kinds of fault; those of stamps are `ChainFaultName`."""

    EVENT_CHANGED = "event-changed"
    """Its bytes are not those that its digest says."""
    EVENT_MISSING = "event-missing"
    EVENT_FOREIGN = "event-foreign"
    """No stamp names it, though later ones are stamped."""
    EVENT_UNSTAMPED = "event-unstamped"
    """It should have long been stamped, and was not."""
    EVENT_OUT_OF_ORDER = "event-out-of-order"
    """It was stamped before an earlier one of its issuance."""
    SEQUENCE_GAP = "sequence-gap"
    """An issuance has later events, and lacks one before them."""
    SEQUENCE_TWICE = "sequence-twice"
    """Another event has its number in its issuance."""
    ROW_CHANGED = "row-changed"
    """A column says something else than the bytes of its event or stamp, or than what is proven."""
    NOT_COUNTED = "not-counted"
    """It is stamped, and left out of reports and recalls."""
    COUNTED_UNSTAMPED = "counted-unstamped"
    """Reports and recalls count it, and no stamp names it."""
    STAMP_UNJUDGED = "stamp-unjudged"
    STAMP_RECORD_MISSING = "stamp-record-missing"
    """It was judged when it came, and is gone."""
    PAYLOAD_MISSING = "payload-missing"
    """It was emptied, and no rule of retention did it."""
    ROW_LOST = "row-lost"
    """A look, hold, lifting, rule or removal is not as the journal entered it."""
    ROW_UNENTERED = "row-unentered"
    """A look, hold, lifting, rule or removal that the journal does not have."""
    JOURNAL_BROKEN = "journal-broken"
    JOURNAL_REWRITTEN = "journal-rewritten"
    """Others noted another digest of it."""
    JOURNAL_CUT = "journal-cut"
    """Others noted more of it."""
    HEAD_MISSING = "head-missing"
    """A witness that was asked does not say what it saw last."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, with its exact place."""

    name: str
    what: str
    """In words."""
    stamp: int | None = None
    """Number of the stamp."""
    event: int | None = None
    """Place within its batch, from 1."""
    event_id: str | None = None
    subject: str | None = None
    sequence: int | None = None
    witness: str | None = None
    entry: int | None = None
    """Of the journal."""

    @classmethod
    def of(cls, fault: ChainFault) -> "Fault":
        """Return a fault of the chain of stamps."""
        return cls(
            fault.name.value, fault.what, fault.stamp, fault.event, witness=fault.municipality
        )

    def __str__(self) -> str:
        """Return it as one line."""
        places = {
            "stamp": self.stamp,
            "event": self.event,
            "id": self.event_id,
            "subject": self.subject,
            "sequence": self.sequence,
            "witness": self.witness,
            "entry": self.entry,
        }
        where = ", ".join(f"{name} {value}" for name, value in places.items() if value is not None)
        return f"{self.name}: {where}: {self.what}"
