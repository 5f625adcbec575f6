"""Bills and ledger that do not fit what was issued."""

import pytest
from checker.fault import FaultName
from checker.testing import Planted

N = FaultName


def test_a_missing_metering_record(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '132047'")
    planted.sql("DELETE FROM metering_records WHERE issuance_id = $1::text::uuid", issuance)
    assert planted.found() == {N.METERING_MISSING: {issuance}, N.NOT_RECONCILED: {"132047"}}


def test_a_record_for_a_paper_that_was_refused(planted: Planted) -> None:
    refused = planted.sql(
        """
        INSERT INTO metering_records (municipality, accepted_on, issuance_id, kind, chain, site,
            place, yen, tariff_version, configuration_version, channel, commission)
        SELECT municipality, accepted_on, issuance_id, kind, chain, site, place, fee,
            tariff_version, configuration_version, channel, commission
        FROM issuances WHERE state = 'refused' LIMIT 1 RETURNING issuance_id::text
        """
    )[0][0]
    assert planted.found() == {N.METERING_EXCESS: {refused}, N.NOT_RECONCILED: {"122033"}}


def test_a_changed_amount_on_the_bill(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '132047'")
    statement = "UPDATE metering_records SET yen = yen + 1 WHERE issuance_id = $1::text::uuid"
    planted.sql(statement, issuance)
    assert planted.found() == {N.METERING_DIFFERS: {issuance}, N.NOT_RECONCILED: {"132047"}}


@pytest.mark.parametrize(
    "column",
    [
        *("kind = 'x'", "chain = 'x'", "site = 'x'", "place = 'x'", "tariff_version = 'x'"),
        *("channel = 'x'", "commission = commission + 1"),
    ],
)
def test_a_bill_for_something_else(planted: Planted, column: str) -> None:
    issuance = planted.issuance("municipality = '132047'")
    statement = f"UPDATE metering_records SET {column} WHERE issuance_id = $1::text::uuid"
    planted.sql(statement, issuance)
    assert planted.found() == {N.METERING_DIFFERS: {issuance}, N.NOT_RECONCILED: {"132047"}}


@pytest.mark.parametrize("purpose", ["fee_deposited", "fee_earned", "commission"])
def test_a_missing_transfer(planted: Planted, purpose: str) -> None:
    issuance = planted.issuance("municipality = '132047'")
    statement = "DELETE FROM ledger_transfers WHERE issuance_id = $1::text::uuid AND purpose = $2"
    planted.sql(statement, issuance, purpose)
    assert planted.found() == {N.LEDGER_TRANSFER_MISSING: {issuance}, N.NOT_RECONCILED: {"132047"}}


@pytest.mark.parametrize(
    "change",
    ["yen = yen + 1", "debit_account = 'cash:x'", "credit_account = 'owed_to_chain:x'"],
)
def test_a_changed_transfer(planted: Planted, change: str) -> None:
    issuance = planted.issuance("municipality = '132047'")
    statement = f"UPDATE ledger_transfers SET {change} WHERE issuance_id = $1::text::uuid"
    planted.sql(statement + " AND purpose = 'commission'", issuance)
    assert planted.found() == {N.LEDGER_TRANSFER_DIFFERS: {issuance}, N.NOT_RECONCILED: {"132047"}}


def test_a_transfer_that_nothing_explains(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '132047'")
    planted.sql(
        """
        INSERT INTO ledger_transfers
            (municipality, accepted_on, issuance_id, purpose, debit_account, credit_account, yen)
        SELECT municipality, accepted_on, issuance_id, 'fee_refunded', 'deposits:122033',
            'cash:komorebi', 1 FROM issuances WHERE issuance_id = $1::text::uuid
        """,
        issuance,
    )
    assert planted.found() == {N.LEDGER_TRANSFER_EXCESS: {issuance}, N.NOT_RECONCILED: {"132047"}}


def test_a_ledger_whose_lines_do_not_sum_to_zero(planted: Planted) -> None:
    planted.sql(
        """
        CREATE OR REPLACE VIEW ledger_lines AS
        SELECT transfer_id, municipality, accepted_on, issuance_id, purpose,
            debit_account AS account, yen, booked_at, reverses FROM ledger_transfers
        """
    )
    verdict = planted.verdict()
    assert {fault.name for fault in verdict.faults} == {N.LEDGER_UNBALANCED}
    assert not verdict.ledger.balanced
