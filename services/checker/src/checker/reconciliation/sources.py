"""What the parties left, ready to be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import AuditEvent, EventType
from madoguchi_wire.reports import TerminalReport

from checker.checks.decisions import decided_issuances
from checker.checks.events import parsed_event
from checker.checks.life import is_completed
from checker.checks.reports import verified_reports
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance

_COMPLETED = EventType.ISSUANCE_COMPLETED.value.encode()
OWN_MACHINE = "city_machine"
"""Channel of a municipality's own machines."""


@dataclass(frozen=True, eq=False)
class Sources:
    """Books of gateway and billing, audit stream, signed reports and machines' logs."""

    books: Books
    stream: Sequence[bytes]
    reports: Sequence[TerminalReport]
    """Those whose signature holds."""
    now: datetime
    decided: frozenset[str] = frozenset()
    """Issuances that a named person ended: no terminal's report has to say so."""
    printed: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Issuances whose paper came out, as each machine's own log says, by terminal."""

    @classmethod
    def of(cls, evidence: Evidence) -> "Sources":
        """Return what evidence has of them."""
        return cls(
            books=evidence.books,
            stream=evidence.stream,
            reports=verified_reports(evidence),
            now=evidence.now,
            decided=decided_issuances(evidence),
            printed={
                record.terminal: frozenset(
                    one.issuance or "" for one in record.happenings if one.what == "printed"
                )
                for record in evidence.terminals.values()
                if record.has_machine_log
            },
        )

    @property
    def today(self) -> date:
        """Japan's day."""
        return japan_day(self.now)

    @cached_property
    def issuances(self) -> dict[str, Issuance]:
        """Return all issuances by id."""
        return {one.issuance_id: one for one in self.books.issuances}

    @cached_property
    def uncarried(self) -> frozenset[str]:
        """Return the issuances whose completion waits in the outbox for its relay."""
        waiting = (row for row in self.books.outbox if row.published_at is None)
        return frozenset(row.subject for row in waiting if row.type == EventType.ISSUANCE_COMPLETED)

    @cached_property
    def completions(self) -> tuple[AuditEvent, ...]:
        """Return the completions in the audit stream."""
        read = (parsed_event(line) for line in self.stream if _COMPLETED in line)
        return tuple(
            one
            for one in read
            if one and one.type is EventType.ISSUANCE_COMPLETED and not one.data.get("test")
        )

    @cached_property
    def completed(self) -> tuple[Issuance, ...]:
        """Return the papers that came out and count."""
        return tuple(one for one in self.books.issuances if is_completed(one) and not one.test)

    @cached_property
    def tests(self) -> int:
        """Return how many test papers (見本) came out, for which no yen moves."""
        return sum(is_completed(one) and one.test for one in self.books.issuances)


def entered_on(issuance: Issuance) -> date:
    """Return Japan's day on which an issuance ended; its own day if it has not."""
    return japan_day(issuance.ended_at) if issuance.ended_at else issuance.accepted_on
