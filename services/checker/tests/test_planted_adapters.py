"""Claims and outcomes of adapters that are missing, doubled, foreign or untrue."""

import pytest
from checker.fault import FaultName
from checker.testing import Planted

N = FaultName
CODE = "122033"
OF_CODE = "municipality = '122033'"


def test_a_claim_that_is_missing(planted: Planted) -> None:
    issuance = planted.issuance(OF_CODE)
    planted.adapter_sql(CODE, "DELETE FROM claims WHERE issuance_id = $1::text::uuid", issuance)
    assert planted.found() == {N.CLAIM_MISSING: {issuance}}


@pytest.mark.parametrize("order", ["order_digest", "'the same, its signature spelt another way'"])
def test_a_copy_that_was_claimed_for_two_issuances(planted: Planted, order: str) -> None:
    """The adapter's own keys forbid it; here somebody dropped them."""
    issuance, stray = planted.issuance(OF_CODE), "00000000-0000-4000-8000-000000000000"
    planted.adapter_sql(CODE, "ALTER TABLE claims DROP CONSTRAINT claims_pkey")
    planted.adapter_sql(
        CODE, "ALTER TABLE claims DROP CONSTRAINT claims_session_digest_nonce_copy_number_key"
    )
    planted.adapter_sql(
        CODE,
        f"""
        INSERT INTO claims (order_digest, copy_number, issuance_id, session_digest, nonce,
            terminal, state, lease_owner, lease_until, certificate_number)
        SELECT {order}, copy_number, $2::text::uuid, session_digest, nonce, terminal,
            'claimed', lease_owner, lease_until, '000000000000'
        FROM claims WHERE issuance_id = $1::text::uuid
        """,
        issuance,
        stray,
    )
    assert planted.found() == {N.CLAIM_TWICE: {stray}, N.CLAIM_FOREIGN: {stray}}


@pytest.mark.parametrize(
    "change",
    [
        "order_digest = 'another'",
        "copy_number = 9",
        "session_digest = 'another'",
        "terminal = 'another'",
        "certificate_number = '000000000000'",
        "attestation = attestation || 'A'",
        "attestation = NULL",
    ],
)
def test_a_claim_that_says_something_else(planted: Planted, change: str) -> None:
    issuance = planted.issuance(OF_CODE)
    planted.adapter_sql(
        CODE, f"UPDATE claims SET {change} WHERE issuance_id = $1::text::uuid", issuance
    )
    assert planted.found() == {N.CLAIM_DIFFERS: {issuance}}


def test_an_answer_that_the_gateway_says_was_a_refusal(planted: Planted) -> None:
    refused = planted.sql(
        "SELECT issuance_id::text FROM issuances WHERE state = 'refused' AND " + OF_CODE
    )[0][0]
    planted.adapter_sql(
        CODE,
        """
        UPDATE claims SET attestation = (SELECT max(attestation) FROM claims)
        WHERE issuance_id = $1::text::uuid
        """,
        refused,
    )
    assert planted.found() == {N.CLAIM_DIFFERS: {refused}}


def test_an_answer_that_never_reached_the_gateway_contradicts_nothing(planted: Planted) -> None:
    refused = planted.sql(
        "SELECT issuance_id::text FROM issuances WHERE state = 'refused' AND " + OF_CODE
    )[0][0]
    planted.adapter_sql(
        CODE,
        """
        UPDATE claims SET attestation = (SELECT max(attestation) FROM claims)
        WHERE issuance_id = $1::text::uuid
        """,
        refused,
    )
    planted.sql(
        "UPDATE issuances SET problem = 'adapter-unreachable' WHERE issuance_id = $1::text::uuid",
        refused,
    )
    assert N.CLAIM_DIFFERS not in planted.found()


def test_a_sealed_document_that_outlives_its_issuance(planted: Planted) -> None:
    issuance = planted.issuance(OF_CODE)
    planted.adapter_sql(
        CODE,
        """
        UPDATE claims SET state = 'prepared', ciphertext = 'still here'
        WHERE issuance_id = $1::text::uuid
        """,
        issuance,
    )
    assert planted.found() == {N.ANSWER_KEPT: {issuance}}


def test_an_end_that_the_adapter_never_heard_of(planted: Planted) -> None:
    issuance = planted.issuance(OF_CODE)
    planted.adapter_sql(
        CODE, "DELETE FROM closed_issuances WHERE issuance_id = $1::text::uuid", issuance
    )
    assert planted.found() == {N.OUTCOME_MISSING: {issuance}}


def test_an_end_that_the_adapter_has_not_acknowledged(planted: Planted) -> None:
    issuance = planted.issuance(OF_CODE)
    planted.sql(
        "UPDATE outcomes SET acknowledged_at = NULL WHERE issuance_id = $1::text::uuid", issuance
    )
    assert planted.found() == {N.OUTCOME_MISSING: {issuance}}


@pytest.mark.parametrize(
    "change", ["outcome = 'voided'", "vouched = false", "reports = '{}'", "reports = '{forged}'"]
)
def test_an_end_that_the_adapter_was_told_otherwise(planted: Planted, change: str) -> None:
    issuance = planted.issuance(OF_CODE)
    planted.adapter_sql(
        CODE, f"UPDATE closed_issuances SET {change} WHERE issuance_id = $1::text::uuid", issuance
    )
    assert planted.found() == {N.OUTCOME_DIFFERS: {issuance}}


def test_an_end_of_an_issuance_that_nobody_has(planted: Planted) -> None:
    stray = "00000000-0000-4000-8000-000000000000"
    planted.adapter_sql(
        CODE,
        """
        INSERT INTO closed_issuances (issuance_id, outcome, reports, vouched, decided_at)
        VALUES ($1::text::uuid, 'expired', '{}', false, now())
        """,
        stray,
    )
    assert planted.found() == {N.OUTCOME_FOREIGN: {stray}}
