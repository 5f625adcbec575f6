"""Test papers (見本) come out of test terminals alone, and no yen moves for them anywhere."""

from collections.abc import Iterator

from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.signed import unverified_payload

from checker.checks.reports import verified_reports
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance
from checker.fault import Fault, FaultName


def check_tests(evidence: Evidence) -> Iterator[Fault]:
    """Find tests that were charged, and papers of a terminal that does not print their kind."""
    tests = {one.issuance_id: one for one in evidence.books.issuances if one.test}
    for where, what in _charged(evidence.books, tests):
        yield Fault(name=FaultName.TEST_CHARGED, where=where, what=what)
    for report in verified_reports(evidence):
        # The enrolment is in the verified report; the registrar signed what the terminal prints.
        of_test = Enrolment.parsed(unverified_payload(report.enrolment)).test
        if report.issuance is not None and of_test is not (report.issuance in tests):
            what = "a terminal for test papers reported it" if of_test else "no test terminal did"
            yield Fault(name=FaultName.TEST_ELSEWHERE, where=report.issuance, what=what)


def _charged(books: Books, tests: dict[str, Issuance]) -> Iterator[tuple[str, str]]:
    for where, one in tests.items():
        if one.fee or one.commission:
            yield where, f"its fee is {one.fee} yen, its commission {one.commission}"
    for record in books.metering:
        if record.issuance_id in tests:
            yield record.issuance_id, "it is metered"
    for transfer in books.transfers:
        if transfer.issuance_id in tests:
            yield transfer.issuance_id, f"the ledger has its {transfer.purpose}"
    for paper in books.billing.papers if books.billing is not None else ():
        if paper.issuance_id in tests:
            yield paper.issuance_id, "it is billed"
