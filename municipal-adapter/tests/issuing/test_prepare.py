"""One certificate, from the card's signature to the opened document."""

from dataclasses import replace
from uuid import uuid4

import pytest
from madoguchi_wire.attestation import Expected, check_ciphertext, verified_attestation
from madoguchi_wire.encoding import from_base64url, sha256_hex
from madoguchi_wire.order import (
    Kind,
    ResidentRecordOptions,
    SealRegistrationOptions,
    order_digest,
)
from madoguchi_wire.sealing import SealingSuite, document_info
from municipal_adapter.build import build_fingerprint
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.reception import Reception

ICHIKAWA, SHIBUYA = "122033", "131130"
OPTIONS = {
    Kind.RESIDENT_RECORD: ResidentRecordOptions(relationship=True, honseki=True),
    Kind.SEAL_REGISTRATION: SealRegistrationOptions(),
}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    ("code", "suite"),
    [(ICHIKAWA, SealingSuite.X25519), (SHIBUYA, SealingSuite.MLKEM768_X25519)],
)
async def test_a_certificate_is_attested_and_opens_in_its_session(
    asking: Asking,
    reception: Reception,
    centre: Centre,
    kind: Kind,
    code: str,
    suite: SealingSuite,
) -> None:
    visit = replace(await reception.visitor(code), suite=suite)
    order, issuance = visit.order(OPTIONS[kind]), str(uuid4())
    prepared = (await asking.prepare(visit, order, issuance)).prepared
    expected = Expected(
        issuance=issuance,
        order=order_digest(order),
        session=visit.digest,
        copy_number=1,
        municipality=code,
        kind=kind,
        card_certificate=visit.card.certificate,
        allowed_builds=frozenset({build_fingerprint()}),
        asked_at=visit.opened_at,
    )
    keys = centre.trust_list().key_set()
    attestation = verified_attestation(prepared.attestation, keys, expected, visit.opened_at)
    ciphertext = from_base64url(prepared.ciphertext)
    check_ciphertext(attestation, ciphertext)
    info = document_info(issuance, order_digest(order))
    document = visit.opening_key.open(ciphertext, info)
    assert document.startswith(b"%PDF")
    assert sha256_hex(document) == attestation.document_sha256


async def test_a_session_whose_sealing_key_cannot_be_used_gets_a_refusal_that_stays(
    asking: Asking, reception: Reception
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    visit.opening_key.public = b"no key"
    visit.session = visit.sign()
    order = visit.order()
    answers = [await asking.prepare(visit, order, issuance) for _ in range(2)]
    assert [answer.slug for answer in answers] == ["session-refused", "session-refused"]
