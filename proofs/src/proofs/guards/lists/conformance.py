"""The conformance kit: what lets no adapter pass that prints the wrong person's paper."""

from proofs.guards.guard import Cut, Guard, gone, never

_KIT = "onboarding/src/madoguchi/conformance"
PAPER, ANSWERS, REPEATS = (
    f"{_KIT}/paper.py",
    f"{_KIT}/checks/answers.py",
    f"{_KIT}/checks/repeats.py",
)
_TESTS = "onboarding/tests/conformance"
_FAULTS = (
    f"{_TESTS}/test_faults.py"
    "::test_an_adapter_with_a_fault_fails_by_the_name_of_what_it_does_not_do"
)
_CLEAR = f"{_TESTS}/test_requirements.py::test_addresses_that_may_not"
_ASKED = "§2 attestation: what was asked"


def _of(name: str, design: str, cut: Cut, test: str = _FAULTS) -> Guard:
    return Guard(f"onboarding.conformance.{name}", design, (cut,), (test,))


GUARDS = (
    _of(
        "in-clear",
        "§2 nobody listens between a gateway and an adapter",
        never(
            f"{_KIT}/address.py",
            'parts.scheme == "http" and not _is_loopback(parts.hostname)',
        ),
        _CLEAR,
    ),
    _of(
        "attested",
        _ASKED,
        gone(PAPER, "verified_attestation(self.prepared.attestation, keys, expected, at)"),
    ),
    _of("digest", _ASKED, never(PAPER, "sha256_hex(document) != self.claimed.document_sha256")),
    _of(
        "pages",
        "§2 every page is of this issuance",
        gone(PAPER, "check_pages(page_texts(document), self.issuance, self.claimed.pages)"),
    ),
    _of(
        "nobody-else",
        "§2 the right person's paper",
        never(ANSWERS, "others := len(there - set(wanted))"),
    ),
    _of("build", "§2 allowed builds", never(ANSWERS, "named != allowed")),
    _of("same-bytes", "§3 the same bytes", never(REPEATS, "again.body != paper.answered.body")),
)
