"""What a terminal does without its checks of a document."""

from madoguchi_wire.attestation import Attestation
from madoguchi_wire.signed import unverified_payload

from proofs.undefended.patching import Patch


def without_attestation() -> list[Patch]:
    """Believe whatever attestation comes, whoever signed it."""
    where = "store_terminal_sim.core.document"
    return [Patch(where, "verified_attestation", _believed)]


def _believed(token: str, *_: object) -> Attestation:
    return Attestation.parsed(unverified_payload(token))
