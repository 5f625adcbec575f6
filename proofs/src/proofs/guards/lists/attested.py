"""The fields of an attestation that gateway and terminal compare, by the same code."""

from proofs.guards.guard import Cut, never

ATTESTATION = "wire/src/madoguchi_wire/attestation.py"
_ASKED = "§4 attestation = what was asked"
COMPARED = {
    "issuance": _ASKED,
    "order": _ASKED,
    "session": _ASKED,
    "copy_number": _ASKED,
    "card": _ASKED,
    "municipality": _ASKED,
    "kind": _ASKED,
    "build": "§4 attestation: build allowed",
    "test": _ASKED,
}
"""Each by its name in the code, with the check of the design that it is."""
TIMES = {
    "early": never(ATTESTATION, "not asked_at - CLOCK_TOLERANCE <= issued_at"),
    "late": never(ATTESTATION, "not issued_at <= at + CLOCK_TOLERANCE"),
    "lifetime": Cut(
        ATTESTATION, "expires_at - issued_at <= MAXIMUM_LIFETIME", "expires_at - issued_at"
    ),
}
"""Between which moments it is made, and for how long."""
_SPELT = {
    "card": "attestation.card_commitment == commitment",
    "kind": "attestation.kind is expected.kind",
    "build": "attestation.build in expected.allowed_builds",
}


def comparison(name: str) -> Cut:
    """Return the cut after which a field is not compared."""
    condition = _SPELT.get(name, f"attestation.{name} == expected.{name}")
    return Cut(ATTESTATION, f'("{name}", {condition}),', f'("{name}", True),')
