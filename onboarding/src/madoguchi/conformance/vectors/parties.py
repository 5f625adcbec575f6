"""Vectors of keys, trust lists, requests and cards' revocation."""

import json
from datetime import timedelta
from typing import Any

from madoguchi_wire.adapter_api import PrepareStatement
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import canonical_json, to_base64url
from madoguchi_wire.keys import KeyPurpose, SigningKey

from madoguchi.conformance.signing import signed_payload
from madoguchi.conformance.vectors.cast import (
    AT,
    GATEWAY,
    ISSUANCE,
    MUNICIPALITY,
    OTHER,
    TERMINALS,
    Cast,
)
from madoguchi.conformance.vectors.vector import Vector, numbered

_REFUSED = "signature-refused"
_DAY = timedelta(days=1)


def key_vectors(cast: Cast) -> list[Vector]:
    """Return look-ups in the trust list: kid, purpose, owner."""

    def asked(name: str, purpose: KeyPurpose, owner: str, at: Any = AT) -> dict[str, Any]:  # noqa: ANN401 (a moment)
        kid = cast.key(name).kid
        return {"kid": kid, "purpose": purpose, "owner": owner, "at": at.isoformat()}

    request, enrolment = KeyPurpose.GATEWAY_REQUEST, KeyPurpose.ENROLMENT
    attestation, first = KeyPurpose.ATTESTATION, TERMINALS[0]
    return numbered(
        "KE",
        [
            ("the gateway's key for its requests", asked("gateway", request, GATEWAY), None),
            ("a terminal's key for a request", asked(first, request, GATEWAY), _REFUSED),
            ("the registrar's key for an enrolment", asked("registrar", enrolment, GATEWAY), None),
            ("the registrar's key for a request", asked("registrar", request, GATEWAY), _REFUSED),
            ("another municipality's key", asked(OTHER, attestation, MUNICIPALITY), _REFUSED),
            ("a key that nobody listed", asked("stranger", request, GATEWAY), _REFUSED),
            (
                "a key after its time",
                asked("gateway", request, GATEWAY, AT + 31 * _DAY),
                _REFUSED,
            ),
        ],
    )


def trust_list_vectors(cast: Cast) -> list[Vector]:
    """Return trust lists, held against the pinned root and the newest version seen."""
    trust, root = cast.trust_list, cast.key("root")
    production = trust.model_copy(update={"environment": "production"})

    def given(token: str, seen: int = 3, after: timedelta = timedelta(0)) -> dict[str, Any]:
        return {"token": token, "newest_version_seen": seen, "at": (AT + after).isoformat()}

    return numbered(
        "TL",
        [
            ("the list that the root signed", given(trust.signed_by(root)), None),
            ("signed by another root", given(trust.signed_by(cast.key("stranger"))), _REFUSED),
            ("older than one that was seen", given(trust.signed_by(root), 4), _REFUSED),
            ("after its end", given(trust.signed_by(root), 3, 31 * _DAY), _REFUSED),
            ("of another environment", given(production.signed_by(root)), _REFUSED),
        ],
    )


def request_vectors(cast: Cast) -> list[Vector]:
    """Return requests to prepare, as to who signed them and how they are spelt."""
    statement = PrepareStatement(
        issuance=ISSUANCE,
        municipality=MUNICIPALITY,
        session=cast.session(),
        order=cast.order(),
        copy_number=1,
        accepted_on=japan_day(AT),
        requested_at=AT,
        deadline=AT + timedelta(seconds=30),
    )
    gateway, said = cast.key("gateway"), statement.model_dump(mode="json")
    forger = SigningKey(cast.key("stranger").private, gateway.kid)
    good = statement.signed_by(gateway)

    def spelt(payload: bytes) -> dict[str, str]:
        return {"token": signed_payload(payload, PrepareStatement.typ, gateway)}

    return numbered(
        "RE",
        [
            ("as the gateway signs it", {"token": good}, None),
            (
                "signed by another key under the gateway's kid",
                {"token": statement.signed_by(forger)},
                _REFUSED,
            ),
            (
                "signed by a terminal's key",
                {"token": statement.signed_by(cast.key(TERMINALS[0]))},
                _REFUSED,
            ),
            ("with a field more", spelt(canonical_json(said | {"priority": 1})), _REFUSED),
            ("with spaces between its fields", spelt(json.dumps(said).encode()), _REFUSED),
            (
                "of another type",
                {"token": signed_payload(statement.canonical(), "madoguchi-outcome+jws", gateway)},
                _REFUSED,
            ),
            ("without a signature", {"token": good.rpartition(".")[0] + "."}, _REFUSED),
        ],
    )


def revocation_vectors(cast: Cast) -> list[Vector]:
    """Return cards, held against the revocation list."""
    authority = cast.authority()
    names = {"revoked": cast.card("revoked"), "held": cast.card("held"), "good": cast.card()}
    authority.revoke(names["revoked"].serial, AT - _DAY)
    authority.hold(names["held"].serial, AT - _DAY)
    crl = to_base64url(authority.crl(AT - timedelta(hours=1)))

    def given(card: str, after: timedelta = timedelta(0)) -> dict[str, Any]:
        at = (AT + after).isoformat()
        return {"revocation_list": crl, "serial": f"{names[card].serial:x}", "at": at}

    return numbered(
        "RV",
        [
            ("a card that is not in it", given("good"), None),
            ("a revoked card", given("revoked"), "card-certificate-revoked"),
            ("a card on hold", given("held"), "card-certificate-on-hold"),
            ("a list that is two days old", given("good", 2 * _DAY), "revocation-unknown"),
        ],
    )
