"""The checks: plain functions from evidence to faults; papers are checked by `check_papers`."""

from collections.abc import Callable, Iterator

from checker.checks.askings import check_askings
from checker.checks.attestations import check_attestations
from checker.checks.channels import check_channels
from checker.checks.claims import check_claims
from checker.checks.contents import check_contents
from checker.checks.decisions import check_decisions
from checker.checks.events import check_events
from checker.checks.journals import check_journals
from checker.checks.ledger import check_ledger
from checker.checks.lives import check_lives
from checker.checks.machines import check_machines
from checker.checks.metering import check_metering
from checker.checks.moments import check_moments
from checker.checks.outcomes import check_outcomes
from checker.checks.reports import check_reports
from checker.checks.stamps import check_stamps
from checker.checks.stream import check_stream
from checker.checks.tariffs import check_tariffs
from checker.checks.tests import check_tests
from checker.evidence.evidence import Evidence
from checker.fault import Fault

Check = Callable[[Evidence], Iterator[Fault]]

CHECKS: tuple[Check, ...] = (
    check_askings,
    check_lives,
    check_moments,
    check_tariffs,
    check_channels,
    check_attestations,
    check_claims,
    check_outcomes,
    check_journals,
    check_machines,
    check_events,
    check_contents,
    check_decisions,
    check_stream,
    check_stamps,
    check_metering,
    check_ledger,
    check_reports,
    check_tests,
)
