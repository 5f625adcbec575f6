"""The verdict on a history: it holds only if nothing is wrong and the sums agree."""

from collections import Counter
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from checker.checks import CHECKS
from checker.checks.contents import check_contents
from checker.checks.events import check_events
from checker.checks.ledger import accounts, is_balanced
from checker.checks.papers import check_papers
from checker.checks.stream import check_stream
from checker.evidence.evidence import Evidence
from checker.fault import WRONG_PERSON, Fault
from checker.reconciliation.model import Reconciliation
from checker.reconciliation.reconcile import check_reconciliation, reconcile
from checker.reconciliation.sources import Sources


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class LedgerSummary(_Part):
    """The ledger in sums."""

    lines: int
    balanced: bool
    accounts: dict[str, int]
    """Balance in yen: debits positive, credits negative."""


class AuditSummary(_Part):
    """The trail."""

    events: int
    verified: bool
    """Every event fits its digest, is in the stream once, and tells the lives as they were."""


class Verdict(_Part):
    """What the checker found."""

    holds: bool
    faults: tuple[Fault, ...]
    issuances: dict[str, int]
    """How many ended in each state."""
    papers: int
    terminals: int
    """Whose journals were read."""
    claims: int
    """Of adapters."""
    wrong_person: int
    """Papers that may have shown somebody to somebody else."""
    ledger: LedgerSummary
    audit: AuditSummary
    reconciled: bool
    reconciliation: Reconciliation


def judge(evidence: Evidence, told: Callable[[str], None] = lambda _progress: None) -> Verdict:
    """Run every check; `told` hears how far it is."""
    found = {check: list(check(evidence)) for check in CHECKS}
    faults = [fault for check in CHECKS for fault in found[check]]
    faults += check_papers(evidence, told)
    books, reconciliation = evidence.books, reconcile(Sources.of(evidence))
    differences = list(check_reconciliation(reconciliation))
    faults += differences
    wrong = {fault.where for fault in faults if fault.name in WRONG_PERSON}
    audited = not any(found[check] for check in (check_events, check_contents, check_stream))
    return Verdict(
        holds=not faults,
        faults=tuple(faults),
        issuances=_by_state(evidence),
        papers=len(evidence.papers),
        terminals=len(evidence.terminals),
        claims=sum(len(books.claims) for books in evidence.adapters.values()),
        wrong_person=len(wrong),
        ledger=LedgerSummary(
            lines=len(books.ledger_lines), balanced=is_balanced(books), accounts=accounts(books)
        ),
        audit=AuditSummary(events=len(books.outbox), verified=audited),
        reconciled=not differences,
        reconciliation=reconciliation,
    )


def _by_state(evidence: Evidence) -> dict[str, int]:
    states = Counter(issuance.state for issuance in evidence.books.issuances)
    return dict(sorted(states.items()))
