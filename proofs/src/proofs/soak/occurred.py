"""What really happened in a run: a promise about what never occurred was not tried."""

from collections.abc import Mapping

from checker.evidence.askings import Askings
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance
from madoguchi_wire.events import EventType

BOUGHT = "132047"
"""The municipality whose papers a vendor's server makes."""


def occurred(evidence: Evidence) -> dict[str, int]:
    """Count the ends of issuances, and papers that are more than one page of one person."""
    books, askings = evidence.books, Askings(evidence.askings or ())
    decided = {one.issuance_id for one in books.decisions}
    held = _passed(evidence, EventType.ISSUANCE_QUARANTINED)
    doubted = _passed(evidence, EventType.ISSUANCE_IN_DOUBT)
    reported = [one for one in books.issuances if one.issuance_id in doubted - decided]
    papers = [one for one in books.issuances if one.state == "completed"]

    def persons(issuance: Issuance) -> int:
        asking = askings.of(issuance)
        shown = asking is not None and issuance.kind == "resident_record"
        return len(asking.members) if asking is not None and shown else 1

    ended = {
        state: sum(one.state == state for one in books.issuances)
        for state in ("completed", "refused", "expired", "voided")
    }
    return ended | {
        "quarantined, then decided": len(held & decided),
        "in doubt, then reported": sum(one.state in ("completed", "voided") for one in reported),
        "not mine": sum(one.event == "not_mine" for one in books.reports),
        "stops, then released": sum(one.released_at is not None for one in books.stops),
        "papers of several pages": sum((one.pages or 1) > 1 for one in papers),
        "papers of several persons": sum(persons(one) > 1 for one in papers),
        "papers of a vendor": sum(one.municipality == BOUGHT for one in papers),
    }


def never(counts: Mapping[str, int]) -> list[str]:
    """Return what did not occur."""
    return [name for name, count in counts.items() if count == 0]


def _passed(evidence: Evidence, event: EventType) -> set[str]:
    return {row.subject for row in evidence.books.outbox if row.type == event.value}
