"""What the gateway compares of an attestation before it takes a paper."""

from proofs.guards.guard import Cut, Guard, never
from proofs.guards.lists.attested import ATTESTATION, COMPARED, TIMES, comparison

_ISSUANCES = "gateway/src/gateway/issuances"
PREPARING = f"{_ISSUANCES}/preparing.py"
JUDGING = f"{_ISSUANCES}/rules/reporting.py"
ASKING = "gateway/src/gateway/adapters/asking.py"
_TESTS = "gateway/tests"
_LIES = f"{_TESTS}/issuances/test_adapters_that_fail_or_lie.py"
_LIE = f"{_LIES}::test_an_attestation_of_something_else_is_quarantined_and_never_delivered"
_DEADLINES = f"{_TESTS}/issuances/test_deadlines_and_crashes.py"
_WORDS = {
    "copy_number": "another copy",
    "build": "a build that is not allowed",
    "test": "a test paper",
}
"""How the tests call a difference in a field."""


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.{name}", design, (cut,), (test,))


_ATTESTATION = (
    *(
        Guard(
            f"gateway.attestation.{name}",
            design,
            (comparison(name),),
            (f"{_LIE}[{_WORDS.get(name, f'another {name}')}]",),
        )
        for name, design in COMPARED.items()
    ),
    _one(
        "attestation.signature",
        "§4 attestation = what was asked",
        Cut(
            ATTESTATION,
            "attestation = Attestation.verified(token, key)",
            "attestation = Attestation.parsed(from_base64url(token.split('.')[1]))",
        ),
        f"{_LIES}::test_an_attestation_that_a_forger_signed_is_quarantined",
    ),
    _one(
        "attestation.municipality-key",
        "§4 attestation = what was asked",
        Cut(ATTESTATION, "at, owner=expected.municipality", "at"),
        "wire/tests/test_attestation.py::test_only_the_municipality_attests",
    ),
    Guard(
        "gateway.attestation.expiry",
        "§4 attestation: expiry",
        (
            Cut(ATTESTATION, "if not timedelta(0) < expires_at", "if not expires_at"),
            never(ATTESTATION, "not at < expires_at"),
        ),
        (f"{_LIE}[already expired]",),
    ),
    *(
        _one(f"attestation.{name}", "§4 attestation: expiry", TIMES[name], f"{_LIE}[{lie}]")
        for name, lie in (
            ("early", "made before it was asked for"),
            ("late", "made tomorrow"),
            ("lifetime", "good for years"),
        )
    ),
    _one(
        "attestation.ciphertext",
        "§4 attestation: digests",
        Cut(PREPARING, "    check_ciphertext(attestation, ciphertext)\n", ""),
        f"{_LIE}[other ciphertext]",
    ),
    _one(
        "attestation.pages",
        "§4 attestation: pages",
        never(JUDGING, "known.state in (State.PAID, State.IN_DOUBT) and body.pages != known.pages"),
        f"{_DEADLINES}::test_a_wrong_amount_or_number_of_pages_gets_no_go",
    ),
    _one(
        "attestation.number",
        "§4 attestation = what was asked",
        never(PREPARING, "not number.isprintable() or len(number) > MAXIMUM_NUMBER_CHARACTERS"),
        f"{_LIE}[an endless number]",
    ),
)
_ANSWERS = (
    _one(
        "answer.of-an-adapter",
        "§4 attestation = what was asked",
        Cut(ASKING, "isinstance(named, PASSED_ON) and not isinstance(named, OURS)", "named"),
        f"{_LIES}::test_an_adapter_cannot_speak_for_the_gateway",
    ),
    _one(
        "answer.not-elsewhere",
        "§2 the gateway cannot misdirect",
        Cut(ASKING, ", allow_redirects=False", ""),
        f"{_LIES}::test_nonsense_refuses_the_issuance_and_a_repeat_gets_the_same_answer"
        "[_elsewhere-502-adapter-nonsense]",
    ),
    _one(
        "answer.of-a-proxy",
        "§3 any mismatch in what an adapter returned",
        never(ASKING, "good and response.content_type != _JSON"),
        f"{_LIES}::test_nonsense_refuses_the_issuance_and_a_repeat_gets_the_same_answer"
        "[_html-503-adapter-unreachable]",
    ),
)
GUARDS = (*_ATTESTATION, *_ANSWERS)
