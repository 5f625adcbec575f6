"""Test papers that somebody charged, and papers that are not what their terminal prints."""

import pytest
from checker.fault import FaultName
from checker.testing import Planted

N = FaultName
_METERED = """
    INSERT INTO metering_records SELECT (jsonb_populate_record(m, jsonb_build_object(
        'issuance_id', $1::text, 'municipality', '122033', 'yen', 0))).*
    FROM metering_records AS m LIMIT 1
"""
_BOOKED = """
    INSERT INTO ledger_transfers SELECT (jsonb_populate_record(t, jsonb_build_object(
        'issuance_id', $1::text, 'municipality', '122033'))).*
    FROM ledger_transfers AS t LIMIT 1
"""


@pytest.mark.parametrize(
    ("statement", "also"),
    [
        (_METERED, {N.METERING_EXCESS, N.NOT_RECONCILED}),
        (_BOOKED, {N.LEDGER_TRANSFER_EXCESS, N.NOT_RECONCILED}),
    ],
    ids=["metered", "booked"],
)
def test_a_test_paper_that_is_charged(
    planted: Planted, statement: str, also: set[FaultName]
) -> None:
    test = planted.issuance("test AND municipality = '122033'")
    planted.sql(statement, test)
    found = planted.found()
    assert found[N.TEST_CHARGED] == {test}
    assert found.keys() == {N.TEST_CHARGED, *also}


def test_a_fee_of_a_test_paper(planted: Planted) -> None:
    test = planted.issuance("test")
    planted.sql("ALTER TABLE issuances DROP CONSTRAINT issuances_test_is_free")
    planted.sql("UPDATE issuances SET fee = 250 WHERE issuance_id = $1::text::uuid", test)
    assert planted.found()[N.TEST_CHARGED] == {test}


@pytest.mark.parametrize("of", ["test", "NOT test AND kind = 'resident_record'"])
def test_books_that_say_otherwise_what_a_paper_is(planted: Planted, of: str) -> None:
    """Its money is the least: terminal, attestation, events and paper all say what it is."""
    issuance = planted.issuance(of)
    planted.sql("ALTER TABLE issuances DROP CONSTRAINT issuances_test_is_free")
    planted.sql("UPDATE issuances SET test = NOT test WHERE issuance_id = $1::text::uuid", issuance)
    found = planted.found()
    for name in (N.TEST_ELSEWHERE, N.ATTESTATION_DIFFERS, N.EVENT_DIFFERS, N.TEST_NOT_SAID):
        assert found[name] == {issuance}, name
