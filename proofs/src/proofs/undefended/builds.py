"""What gateway and terminal do without the list of allowed builds."""

from collections.abc import Callable

import madoguchi_wire.attestation as wire

from proofs.undefended.patching import Patch

_compared: Callable[..., list[tuple[str, bool]]] = vars(wire)["_comparisons"]
"""The check that is taken out."""


def without_allowed_builds() -> list[Patch]:
    """Take attestations of any build of the adapter."""
    return [Patch("madoguchi_wire.attestation", "_comparisons", _but_the_build)]


def _but_the_build(*asked: object) -> list[tuple[str, bool]]:
    return [one for one in _compared(*asked) if one[0] != "build"]
