"""The checks: plain functions from evidence to faults."""

from collections.abc import Callable, Iterator

from checker.checks.attestations import check_attestations
from checker.checks.events import check_events
from checker.checks.ledger import check_ledger
from checker.checks.lives import check_lives
from checker.checks.metering import check_metering
from checker.checks.papers import check_papers
from checker.checks.persons import check_persons
from checker.checks.reports import check_reports
from checker.checks.stream import check_stream
from checker.evidence.evidence import Evidence
from checker.fault import Fault

Check = Callable[[Evidence], Iterator[Fault]]

CHECKS: tuple[Check, ...] = (
    check_lives,
    check_papers,
    check_attestations,
    check_persons,
    check_events,
    check_stream,
    check_metering,
    check_ledger,
    check_reports,
)
