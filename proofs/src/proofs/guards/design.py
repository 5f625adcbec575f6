"""Design §4 (which check runs where), one check at a time, and the parts that run it.

What is held afterwards, by billing, the history checker and reconciliation, is no check of a print
path: `make soak` tries the checker, and what decides about yen is declared beside these.
"""

from proofs.guards.guard import Part

_BOTH: tuple[Part, ...] = ("adapter", "gateway")
_READERS: tuple[Part, ...] = ("gateway", "terminal")
CHECKS: dict[str, tuple[Part, ...]] = {
    "§4 card: chain": _BOTH,
    "§4 card: revocation": _BOTH,
    "§4 card: policy": _BOTH,
    "§4 card: time": _BOTH,
    "§4 card: signature": _BOTH,
    "§4 card: single use": _BOTH,
    "§4 order signed by the session": _BOTH,
    "§4 person's rules: moved": ("adapter",),
    "§4 person's rules: blocked": ("adapter",),
    "§4 person's rules: seal": ("adapter",),
    "§4 person's rules: age": ("adapter",),
    "§4 person's rules: freshness": ("adapter",),
    "§4 person's rules: gaps": ("adapter",),
    "§4 every page read back against the record": ("adapter",),
    "§4 glyphs drawn, not only text": ("adapter",),
    "§4 attestation = what was asked": _READERS,
    "§4 attestation: digests": _READERS,
    "§4 attestation: pages": _READERS,
    "§4 attestation: expiry": _READERS,
    "§4 attestation: build allowed": _READERS,
    "§4 hours": ("gateway",),
    "§4 offer": ("gateway",),
    "§4 price": ("gateway",),
    "§4 breaker": ("gateway",),
    "§4 stop": ("gateway",),
    "§4 life": ("gateway",),
    "§4 opens only in its session": ("terminal",),
    "§4 page n/m on each page": ("terminal",),
    "§4 issuance id on each page": ("terminal",),
}
"""Each check by the words of the design; those of other sections are declared beside them."""
