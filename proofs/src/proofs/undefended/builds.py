"""What gateway and terminal do without the list of allowed builds."""

from collections.abc import Callable
from datetime import datetime

import madoguchi_wire.attestation as wire
from madoguchi_wire.attestation import Attestation, Expected

from proofs.undefended.patching import Patch

_Comparisons = Callable[[Attestation, Expected, datetime], list[tuple[str, bool]]]
_compared: _Comparisons = vars(wire)["_comparisons"]
"""The check that is taken out."""


def without_allowed_builds() -> list[Patch]:
    """Take attestations of any build of the adapter."""
    return [Patch("madoguchi_wire.attestation", "_comparisons", _but_the_build)]


def _but_the_build(
    attestation: Attestation, expected: Expected, at: datetime
) -> list[tuple[str, bool]]:
    return [one for one in _compared(attestation, expected, at) if one[0] != "build"]
