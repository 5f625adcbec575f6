"""What can be wrong with a chain of stamps, and where."""

from dataclasses import dataclass
from enum import StrEnum


class ChainFaultName(StrEnum):
    """The kinds of fault."""

    STAMP_REFUSED = "stamp-refused"
    """It is not signed by a stamping key of this centre, or was altered since."""
    STAMP_MISSING = "stamp-missing"
    STAMP_OUT_OF_ORDER = "stamp-out-of-order"
    """It comes again, or after a later one."""
    CHAIN_BROKEN = "chain-broken"
    """It names another stamp as the one before it."""
    TOTAL_WRONG = "total-wrong"
    TIME_RUNS_BACK = "time-runs-back"
    """It was made before the one before it."""
    ROOT_WRONG = "root-wrong"
    """The listed events are not those under the signed root."""

    COUNTERSIGNATURE_REFUSED = "countersignature-refused"
    COUNTERSIGNATURES_MISSING = "countersignatures-missing"
    """Fewer municipalities than needed have signed it."""
    HISTORY_REWRITTEN = "history-rewritten"
    """A municipality signed another stamp of this number."""
    TAIL_CUT = "tail-cut"
    """A municipality has seen later stamps."""
    HEAD_REFUSED = "head-refused"
    """What is shown as a witness's word is none."""
    HEADS_MISSING = "heads-missing"
    """Fewer municipalities than needed have said that they saw no more: the end may be cut."""

    TIMESTAMP_REFUSED = "timestamp-refused"
    TIMESTAMP_MISSING = "timestamp-missing"
    """Those before it have one."""
    TIMESTAMP_LATE = "timestamp-late"
    """The authority saw it long after it says that it was made: history may be written anew."""
    TIMESTAMP_EARLY = "timestamp-early"
    """The authority saw it before it says that it was made."""

    EVENT_CHANGED = "event-changed"
    EVENT_MISSING = "event-missing"
    EVENT_FOREIGN = "event-foreign"
    """It was not in this batch when it was stamped."""
    EVENT_TWICE = "event-twice"
    EVENT_OUT_OF_ORDER = "event-out-of-order"


@dataclass(frozen=True)
class ChainFault:
    """One thing that is wrong, with its exact place."""

    name: ChainFaultName
    stamp: int
    """Number of the stamp."""
    what: str
    """In words."""
    event: int | None = None
    """Place within the batch, from 1."""
    municipality: str | None = None
    """The witness whom it is about."""

    def __str__(self) -> str:
        """Return it as one line."""
        event = "" if self.event is None else f", event {self.event}"
        witness = "" if self.municipality is None else f" ({self.municipality})"
        return f"stamp {self.stamp}{event}{witness}: {self.name.value}: {self.what}"
