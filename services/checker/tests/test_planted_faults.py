"""Every kind of fault that is planted into a good history is found, and named for what it is."""

import json

import pytest
from checker.fault import FaultName
from checker.testing import Planted
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.events import salted_digest
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.signed import unverified_payload

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


def test_a_missing_metering_record(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '132047'")
    planted.sql("DELETE FROM metering_records WHERE issuance_id = $1::text::uuid", issuance)
    assert planted.found() == {N.METERING_MISSING: {issuance}, N.NOT_RECONCILED: {"132047"}}


def test_a_record_for_a_paper_that_was_refused(planted: Planted) -> None:
    refused = planted.sql(
        """
        INSERT INTO metering_records (municipality, accepted_on, issuance_id, kind, chain, site,
            place, yen, tariff_version, configuration_version)
        SELECT municipality, accepted_on, issuance_id, kind, chain, site, place, fee,
            tariff_version, configuration_version
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
    "column", ["kind = 'x'", "chain = 'x'", "site = 'x'", "place = 'x'", "tariff_version = 'x'"]
)
def test_a_bill_for_something_else(planted: Planted, column: str) -> None:
    issuance = planted.issuance()
    statement = f"UPDATE metering_records SET {column} WHERE issuance_id = $1::text::uuid"
    planted.sql(statement, issuance)
    assert planted.found() == {N.METERING_DIFFERS: {issuance}}


def test_a_price_that_no_tariff_has(planted: Planted) -> None:
    """Books and bill agree with each other, and both are wrong."""
    issuance = planted.issuance("municipality = '132047'")
    for table, column in (("issuances", "fee"), ("metering_records", "yen")):
        statement = f"UPDATE {table} SET {column} = 300 WHERE issuance_id = $1::text::uuid"
        planted.sql(statement, issuance)
    found = planted.found()
    assert found[N.PRICE_WRONG] == {issuance}
    assert found[N.EVENT_DIFFERS] == {issuance}
    assert found[N.REPORT_DIFFERS] == {issuance}


def test_a_paper_booked_at_another_place(planted: Planted) -> None:
    issuance = planted.issuance()
    for table in ("issuances", "metering_records"):
        statement = f"UPDATE {table} SET place = '埼玉県' WHERE issuance_id = $1::text::uuid"
        planted.sql(statement, issuance)
    assert planted.found()[N.PLACE_WRONG] == {issuance}


@pytest.mark.parametrize("purpose", ["fee_deposited", "fee_earned", "commission"])
def test_a_missing_transfer(planted: Planted, purpose: str) -> None:
    issuance = planted.issuance("chain = 'komorebi'")
    statement = "DELETE FROM ledger_transfers WHERE issuance_id = $1::text::uuid AND purpose = $2"
    planted.sql(statement, issuance, purpose)
    assert planted.found() == {N.LEDGER_TRANSFER_MISSING: {issuance}}


@pytest.mark.parametrize(
    "change",
    ["yen = yen + 1", "debit_account = 'cash:x'", "credit_account = 'owed_to_chain:x'"],
)
def test_a_changed_transfer(planted: Planted, change: str) -> None:
    issuance = planted.issuance("chain = 'komorebi'")
    statement = f"UPDATE ledger_transfers SET {change} WHERE issuance_id = $1::text::uuid"
    planted.sql(statement + " AND purpose = 'commission'", issuance)
    assert planted.found() == {N.LEDGER_TRANSFER_DIFFERS: {issuance}}


def test_a_transfer_that_nothing_explains(planted: Planted) -> None:
    issuance = planted.issuance("chain = 'komorebi'")
    planted.sql(
        """
        INSERT INTO ledger_transfers
            (municipality, accepted_on, issuance_id, purpose, debit_account, credit_account, yen)
        SELECT municipality, accepted_on, issuance_id, 'fee_refunded', 'deposits:122033',
            'cash:komorebi', 1 FROM issuances WHERE issuance_id = $1::text::uuid
        """,
        issuance,
    )
    assert planted.found() == {N.LEDGER_TRANSFER_EXCESS: {issuance}}


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


def test_a_missing_event(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.sql("DELETE FROM outbox WHERE subject = $1 AND sequence = 3", issuance)
    found = planted.found()
    assert found[N.EVENT_MISSING] == {issuance}
    assert N.STREAM_LINE_FOREIGN in found
    assert not planted.verdict().audit.verified


def test_a_last_event_that_is_missing_from_books_and_stream(planted: Planted) -> None:
    issuance = planted.issuance()
    deleted = planted.sql(
        "DELETE FROM outbox WHERE subject = $1 AND type LIKE '%completed%' RETURNING canonical",
        issuance,
    )
    planted.rewrite_stream(lambda lines: [x for x in lines if x != deleted[0]["canonical"]])
    assert planted.found()[N.EVENT_MISSING] == {issuance}


def test_an_event_that_was_inserted_twice(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.sql(
        """
        INSERT INTO outbox (recorded_on, municipality, event_id, subject, sequence, type,
            canonical, salt, digest, published_at)
        SELECT recorded_on, municipality, event_id, subject, 99, type, canonical, salt, digest,
            published_at FROM outbox WHERE subject = $1 AND type LIKE '%paid%'
        """,
        issuance,
    )
    assert issuance in planted.found()[N.EVENT_TWICE]


def test_a_doubled_line_of_the_stream(planted: Planted) -> None:
    issuance = planted.issuance()
    mine = issuance.encode()
    planted.rewrite_stream(lambda lines: [*lines, next(x for x in lines if mine in x)])
    assert planted.found()[N.STREAM_LINE_TWICE] == {issuance}


def test_a_missing_line_of_the_stream(planted: Planted) -> None:
    issuance = planted.issuance()
    mine = issuance.encode()

    def without_first(lines: list[bytes]) -> list[bytes]:
        lines.remove(next(x for x in lines if mine in x))
        return lines

    planted.rewrite_stream(without_first)
    assert planted.found() == {N.STREAM_LINE_MISSING: {issuance}}


def test_a_reordered_stream(planted: Planted) -> None:
    planted.rewrite_stream(lambda lines: lines[::-1])
    found = planted.found()
    assert set(found) == {N.STREAM_OUT_OF_ORDER}
    assert planted.issuance() in found[N.STREAM_OUT_OF_ORDER]


def test_two_events_that_changed_places(planted: Planted) -> None:
    issuance = planted.issuance()
    swap = "UPDATE outbox SET sequence = $3 WHERE subject = $1 AND sequence = $2"
    for was, becomes in ((2, 1002), (3, 2), (1002, 3)):
        planted.sql(swap, issuance, was, becomes)
    found = planted.found()
    assert found[N.EVENT_IMPOSSIBLE] == {issuance}
    assert found[N.EVENT_ALTERED] == {issuance}


def test_altered_bytes_of_an_event(planted: Planted) -> None:
    issuance = planted.issuance()
    row = planted.sql("SELECT canonical FROM outbox WHERE subject = $1 AND sequence = 1", issuance)
    altered = row[0]["canonical"].replace(b'"copy_number":1', b'"copy_number":9')
    altered = altered if altered != row[0]["canonical"] else altered.replace(b":2,", b":9,")
    planted.sql(
        "UPDATE outbox SET canonical = $2 WHERE subject = $1 AND sequence = 1", issuance, altered
    )
    found = planted.found()
    assert found[N.EVENT_ALTERED] == {issuance}
    assert N.STREAM_LINE_FOREIGN in found


def test_an_event_that_lies_with_a_fitting_digest(planted: Planted) -> None:
    """Whoever can write the outbox can make the digest fit; books and stream still disagree."""
    issuance = planted.issuance()
    row = planted.sql(
        "SELECT canonical, salt FROM outbox WHERE subject = $1 AND type LIKE '%completed%'",
        issuance,
    )[0]
    body = json.loads(row["canonical"])
    body["data"]["fee"] = 1
    lie = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    planted.sql(
        """
        UPDATE outbox SET canonical = $2, digest = $3
        WHERE subject = $1 AND type LIKE '%completed%'
        """,
        issuance,
        lie,
        salted_digest(row["salt"], lie),
    )
    planted.rewrite_stream(
        lambda lines: [lie if line == row["canonical"] else line for line in lines]
    )
    found = planted.found()
    assert found[N.EVENT_DIFFERS] == {issuance}
    assert N.NOT_RECONCILED in found
    assert N.EVENT_ALTERED not in found


def test_an_issuance_without_an_end(planted: Planted) -> None:
    issuance = planted.issuance()
    statement = """
        UPDATE issuances SET state = 'paid', report_deadline = report_deadline - interval '1 hour'
        WHERE issuance_id = $1::text::uuid
    """
    planted.sql(statement, issuance)
    found = planted.found()
    assert found[N.ISSUANCE_NOT_ENDED] == {issuance}
    assert found[N.PAPER_NOT_RELEASED] == {issuance}
    assert found[N.REPORT_DIFFERS] == {issuance}
    assert found[N.METERING_EXCESS] == {issuance}


@pytest.mark.parametrize("state", ["in_doubt", "quarantined"])
def test_an_issuance_that_waits_for_a_person(planted: Planted, state: str) -> None:
    refused = planted.sql(
        "UPDATE issuances SET state = $1 WHERE state = 'refused' RETURNING issuance_id::text", state
    )
    assert {row[0] for row in refused} == planted.found()[N.ISSUANCE_NOT_ENDED]


def test_an_issuance_that_still_has_time_is_no_fault(planted: Planted) -> None:
    planted.sql(
        """
        UPDATE issuances SET state = 'accepted', event_sequence = 1,
            deadline = now() + interval '9 days' WHERE state = 'refused'
        """
    )
    planted.sql("DELETE FROM outbox WHERE type LIKE '%issuance.refused%'")
    planted.rewrite_stream(
        lambda lines: [line for line in lines if b"issuance.refused" not in line]
    )
    assert planted.found() == {}


def test_one_copy_of_one_order_that_was_issued_twice(planted: Planted) -> None:
    pair = planted.sql(
        """
        SELECT order_digest, array_agg(issuance_id::text ORDER BY copy_number) AS ids
        FROM issuances WHERE state = 'completed' GROUP BY order_digest HAVING count(*) = 2
        """
    )[0]
    planted.sql("UPDATE issuances SET copy_number = 1 WHERE order_digest = $1", pair[0])
    found = planted.found()
    assert len(found[N.ISSUED_TWICE]) == 1
    assert found[N.ISSUED_TWICE] <= set(pair["ids"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document_sha256", "0" * 64),
        ("ciphertext_sha256", "0" * 64),
        ("order", "0" * 64),
        ("session", "0" * 64),
        ("pages", 9),
        ("copy_number", 9),
        ("certificate_number", "000000000000"),
        ("build", "another"),
        ("test", True),
    ],
)
def test_an_attestation_of_the_right_key_that_says_something_else(
    planted: Planted, field: str, value: object
) -> None:
    issuance = planted.issuance("municipality = '122033'")
    statement = "SELECT attestation FROM issuances WHERE issuance_id = $1::text::uuid"
    told = Attestation.parsed(unverified_payload(planted.sql(statement, issuance)[0][0]))
    key = SigningKey.load(planted.installation / "adapters" / "122033" / "attestation.pem")
    planted.sql(
        "UPDATE issuances SET attestation = $2 WHERE issuance_id = $1::text::uuid",
        issuance,
        told.model_copy(update={field: value}).signed_by(key),
    )
    assert planted.found() == {N.ATTESTATION_DIFFERS: {issuance}}


def test_two_papers_with_one_certificate_number(planted: Planted) -> None:
    first, second = (
        row[0]
        for row in planted.sql(
            """
            SELECT issuance_id::text FROM issuances
            WHERE municipality = '122033' AND state = 'completed' ORDER BY 1 LIMIT 2
            """
        )
    )
    statement = "SELECT attestation FROM issuances WHERE issuance_id = $1::text::uuid"
    number = Attestation.parsed(unverified_payload(planted.sql(statement, first)[0][0]))
    told = Attestation.parsed(unverified_payload(planted.sql(statement, second)[0][0]))
    key = SigningKey.load(planted.installation / "adapters" / "122033" / "attestation.pem")
    again = told.model_copy(update={"certificate_number": number.certificate_number})
    planted.sql(
        """
        UPDATE issuances SET attestation = $2, certificate_number = $3
        WHERE issuance_id = $1::text::uuid
        """,
        second,
        again.signed_by(key),
        number.certificate_number,
    )
    found = planted.found()
    assert set(found) == {N.ATTESTATION_DIFFERS}
    assert len(found[N.ATTESTATION_DIFFERS]) == 1


def test_an_attestation_of_another_paper(planted: Planted) -> None:
    first = planted.issuance("municipality = '122033' AND kind = 'resident_record'")
    other = planted.issuance("municipality = '122033' AND kind = 'seal_registration'")
    planted.sql(
        """
        UPDATE issuances SET attestation =
            (SELECT attestation FROM issuances WHERE issuance_id = $2::text::uuid)
        WHERE issuance_id = $1::text::uuid
        """,
        first,
        other,
    )
    found = planted.found()
    assert first in found[N.ATTESTATION_DIFFERS]
    assert first in found[N.ASKED_BY_ANOTHER]


def test_an_attestation_that_the_municipality_did_not_sign(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '122033'")
    planted.sql(
        """
        UPDATE issuances SET attestation =
            (SELECT attestation FROM issuances WHERE municipality = '132047'
             AND state = 'completed' LIMIT 1)
        WHERE issuance_id = $1::text::uuid
        """,
        issuance,
    )
    assert planted.found()[N.ATTESTATION_INVALID] == {issuance}


def test_a_report_that_is_missing(planted: Planted) -> None:
    issuance = planted.issuance("terminal = 'komorebi-ichikawa-yawata-1'")
    statement = """
        DELETE FROM reports WHERE issuance_id = $1::text::uuid AND event = 'completed'
    """
    planted.sql(statement, issuance)
    assert planted.found() == {
        N.REPORT_MISSING: {issuance},
        N.REPORT_GAP: {"komorebi-ichikawa-yawata-1"},
        N.NOT_RECONCILED: {"122033"},
    }


def test_a_report_that_another_terminal_signed(planted: Planted) -> None:
    statement = """
        UPDATE reports SET terminal = 'komorebi-osaka-1', sequence = 1000 + sequence
        WHERE terminal = 'komorebi-ichikawa-yawata-1' AND event = 'completed'
    """
    planted.sql(statement)
    assert planted.found()[N.REPORT_INVALID] == {"komorebi-osaka-1"}


def test_a_report_that_nobody_signed(planted: Planted) -> None:
    statement = """
        UPDATE reports SET token = left(token, length(token) - 8) || 'AAAAAAAA'
        WHERE terminal = 'komorebi-ichikawa-yawata-1' AND event = 'paid'
    """
    planted.sql(statement)
    assert planted.found()[N.REPORT_INVALID] == {"komorebi-ichikawa-yawata-1"}


def test_cash_that_was_never_counted(planted: Planted) -> None:
    planted.sql("DELETE FROM reports WHERE event = 'cash_counted' AND terminal LIKE 'ichikawa%'")
    assert planted.found() == {
        N.CASH_NOT_COUNTED: {"ichikawa-city-hall-1"},
        N.NOT_RECONCILED: {"ichikawa-city-hall-1"},
    }
