"""Attestations that are forged, or say something else than the books."""

import pytest
from checker.fault import FaultName
from checker.testing import Planted
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.signed import unverified_payload

N = FaultName


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
    assert planted.found() == {
        N.ATTESTATION_DIFFERS: {issuance},
        N.CLAIM_DIFFERS: {issuance},  # the adapter answered another one
        N.EVENT_DIFFERS: {issuance},
    }


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
    # The number printed on the page is another one, too.
    names = {N.ATTESTATION_DIFFERS, N.CLAIM_DIFFERS, N.EVENT_DIFFERS, N.FOREIGN_PERSON}
    assert set(found) == names
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
