"""Test papers at the gateway: of test terminals alone, at no price, and felt by nobody else."""

from proofs.guards.guard import Cut, Guard, never

_GATEWAY = "gateway/src/gateway"
_METERING = f"{_GATEWAY}/metering/records.py"
_SERVING = f"{_GATEWAY}/municipalities/serving.py"
_TESTS = "gateway/tests/issuances/test_test_papers.py"
_FREE = "test_a_test_paper_is_audited_as_a_test_and_neither_metered_nor_booked"
_ALONE = "test_an_adapter_that_fails_tests_is_asked_by_cardholders_all_the_same"


def _of(name: str, cut: Cut, *tests: str) -> Guard:
    return Guard(
        f"gateway.test-papers.{name}",
        "§2 test papers for test records at test terminals alone",
        (cut,),
        tuple(f"{_TESTS}::{test}" for test in tests),
    )


GUARDS = (
    _of(
        "enrolment",
        never(f"{_GATEWAY}/cardholders/sessions.py", "session.test is not terminal.test"),
        "test_an_enrolment_that_says_otherwise_than_the_chains_file_opens_nothing",
    ),
    _of(
        "attested",
        Cut(f"{_GATEWAY}/issuances/preparing.py", "        test=issuance.test,\n", ""),
        _FREE,
    ),
    _of("kept", Cut(f"{_GATEWAY}/issuances/accepting.py", "first.test,", "False,"), _FREE),
    _of(
        "metered",
        Cut(_METERING, "FROM moved\n    WHERE NOT test", "FROM moved\n    WHERE true"),
        _FREE,
    ),
    _of(
        "booked",
        Cut(_METERING, "AS booked\n    WHERE NOT test", "AS booked"),
        _FREE,
    ),
    _of(
        "free",
        Cut(f"{_GATEWAY}/municipalities/rules/tariffs.py", "if not terminal.test:", "if True:"),
        _FREE,
    ),
    _of(
        "no-commission",
        Cut(f"{_GATEWAY}/terminals/terminal.py", "self.test or self.channel", "self.channel"),
        _FREE,
    ),
    _of(
        "newest",
        Cut(_SERVING, "if not terminal.test:", "if True:"),
        "test_a_test_terminal_is_served_by_the_newest_version_and_a_store_by_that_in_force",
    ),
    _of(
        "stops-nobody",
        Cut(f"{_GATEWAY}/issuances/quarantining.py", "[] if issuance.test else ", ""),
        "test_a_paper_that_is_attested_as_what_its_terminal_does_not_print_is_quarantined",
    ),
    _of(
        "doubts-stop-nobody",
        Cut(f"{_GATEWAY}/issuances/suspecting.py", "[] if issuance.test else ", ""),
        "test_a_test_paper_that_is_doubted_or_rejected_stops_nobody",
    ),
    _of("lane", Cut(_SERVING, 'f"{code} (test)" if test else code', "code"), _ALONE),
    _of(
        "told",
        Cut(
            f"{_GATEWAY}/issuances/rows.py",
            'facts | {"test": True} if self.test else facts',
            "facts",
        ),
        _FREE,
    ),
)
