"""Papers that are missing, stray, unreadable or swapped."""

from checker.fault import FaultName
from checker.testing import Planted

N = FaultName


def test_a_paper_of_another_issuance_is_the_wrong_person(planted: Planted) -> None:
    first = planted.issuance("kind = 'resident_record' AND municipality = '122033'")
    other = planted.issuance("kind = 'seal_registration'")
    planted.paper(first).write_bytes(planted.paper(other).read_bytes())
    found = planted.found()
    assert found[N.PAPER_ALTERED] == {first}
    assert found[N.PAGE_OF_ANOTHER_ISSUANCE] == {first}
    assert found[N.FOREIGN_PERSON] == {first}
    assert found[N.PERSON_MISSING] == {first}
    assert planted.verdict().wrong_person == 1


def test_a_missing_paper(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.paper(issuance).unlink()
    assert planted.found() == {N.PAPER_MISSING: {issuance}}


def test_a_paper_of_nobody(planted: Planted) -> None:
    stray = "00000000-0000-4000-8000-000000000000"
    planted.paper(stray).write_bytes(planted.paper(planted.issuance()).read_bytes())
    assert planted.found() == {N.PAPER_WITHOUT_ISSUANCE: {stray}}


def test_a_paper_that_is_no_pdf(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.paper(issuance).write_bytes(b"not a PDF")
    assert planted.found() == {N.PAPER_UNREADABLE: {issuance}, N.PAPER_ALTERED: {issuance}}
