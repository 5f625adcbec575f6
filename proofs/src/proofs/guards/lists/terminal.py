"""What a terminal checks before it takes money, and before it prints."""

from proofs.guards.guard import Cut, Guard, holds, never
from proofs.guards.lists.attested import COMPARED, TIMES, comparison

DOCUMENT = "store-terminal-sim/src/store_terminal_sim/core/document.py"
PAGES = "store-terminal-sim/src/store_terminal_sim/core/pages.py"
PAPER = "store-terminal-sim/src/store_terminal_sim/core/paper.py"
ORDERING = "store-terminal-sim/src/store_terminal_sim/core/ordering.py"
TRUST = "store-terminal-sim/src/store_terminal_sim/core/trust.py"
TRUST_LIST = "wire/src/madoguchi_wire/trust_list.py"
SEALING = "wire/src/madoguchi_wire/sealing.py"
JOURNAL = "store-terminal-sim/src/store_terminal_sim/journal.py"
_TESTS = "store-terminal-sim/tests/core"
_JOURNAL = "store-terminal-sim/tests/test_journal.py"
_DIFFERS = (
    f"{_TESTS}/test_document.py"
    "::test_a_field_that_differs_from_what_was_asked_is_rejected_whoever_signed_it"
)
_FORGED = (
    f"{_TESTS}/test_document.py::test_a_field_that_was_altered_without_the_municipality_is_rejected"
)
_TIME = f"{_TESTS}/test_document.py::test_an_attestation_of_another_time_is_rejected"
_PAGE = f"{_TESTS}/test_document.py::test_a_page_that_does_not_belong_is_rejected"
_ANSWERS = f"{_TESTS}/test_gateway_answers.py"

_FIELDS = {"card": "card_commitment"}
"""Where the name of the comparison is not that of the attestation's field."""


def _compared() -> list[Guard]:
    return [
        Guard(
            f"terminal.attestation.{name}",
            design,
            (comparison(name),),
            (f"{_DIFFERS}[{_FIELDS.get(name, name)}]",),
        )
        for name, design in COMPARED.items()
    ]


GUARDS = (
    *_compared(),
    Guard(
        "terminal.attestation.signature",
        "§4 attestation = what was asked",
        (
            Cut(
                "wire/src/madoguchi_wire/attestation.py",
                "attestation = Attestation.verified(token, key)",
                "attestation = Attestation.parsed(from_base64url(token.split('.')[1]))",
            ),
        ),
        (f"{_FORGED}[certificate_number]",),
    ),
    Guard(
        "terminal.attestation.expiry",
        "§4 attestation: expiry",
        (never(PAPER, "has_expired(sealed.attestation, terminal.clock.now())"),),
        (f"{_TESTS}/test_serve.py::test_expiry_is_judged_before_money_is_taken",),
    ),
    *(
        Guard(
            f"terminal.attestation.{name}",
            "§4 attestation: expiry",
            (TIMES[name],),
            (f"{_TIME}[{when}]",),
        )
        for name, when in (
            ("early", "before the order"),
            ("late", "tomorrow"),
            ("lifetime", "for years"),
        )
    ),
    Guard(
        "terminal.attestation.ciphertext",
        "§4 attestation: digests",
        (Cut(DOCUMENT, "        check_ciphertext(attestation, sealed.ciphertext)\n", ""),),
        (f"{_DIFFERS}[ciphertext_sha256]",),
    ),
    Guard(
        "terminal.attestation.document",
        "§4 attestation: digests",
        (never(DOCUMENT, "sha256_hex(document) != attestation.document_sha256"),),
        (f"{_DIFFERS}[document_sha256]",),
    ),
    Guard(
        "terminal.attestation.pages",
        "§4 attestation: pages",
        (never(PAGES, "len(texts) != attested_pages"),),
        (f"{_PAGE}[page_missing]",),
    ),
    Guard(
        "terminal.attestation.of-the-order",
        "§4 attestation = what was asked",
        (never(PAPER, "sealed.attestation != request.issued.attestation"),),
        (f"{_TESTS}/test_document.py::test_another_attestation_than_the_orders_is_rejected",),
    ),
    Guard(
        "terminal.sealed.issuance",
        "§4 opens only in its session",
        (Cut(SEALING, '{"issuance": issuance, "order": order_digest}', '{"order": order_digest}'),),
        (f"{_TESTS}/test_document.py::test_what_is_sealed_for_another_does_not_open[issuance]",),
    ),
    Guard(
        "terminal.sealed.order",
        "§4 opens only in its session",
        (Cut(SEALING, '{"issuance": issuance, "order": order_digest}', '{"issuance": issuance}'),),
        (f"{_TESTS}/test_document.py::test_what_is_sealed_for_another_does_not_open[order]",),
    ),
    Guard(
        "terminal.sealed.household.session",
        "§4 opens only in its session",
        (
            Cut(
                SEALING,
                '{"request": request_digest, "session": session_digest}',
                '{"request": request_digest}',
            ),
        ),
        (f"{_ANSWERS}::test_a_household_sealed_for_another_is_not_shown[session]",),
    ),
    Guard(
        "terminal.sealed.household.request",
        "§3 household: sealed with the digests of session and request",
        (
            Cut(
                SEALING,
                '{"request": request_digest, "session": session_digest}',
                '{"session": session_digest}',
            ),
        ),
        (f"{_ANSWERS}::test_a_household_sealed_for_another_is_not_shown[request]",),
    ),
    Guard(
        "terminal.page.issuance",
        "§4 issuance id on each page",
        (never(PAGES, "shown != {issuance.lower()}"),),
        (f"{_PAGE}[page_without_id]",),
    ),
    Guard(
        "terminal.page.issuance-alone",
        "§4 issuance id on each page",
        (Cut(PAGES, "shown != {issuance.lower()}", "issuance.lower() not in shown"),),
        (f"{_PAGE}[two_issuances_on_one_page]",),
    ),
    Guard(
        "terminal.page.number",
        "§4 page n/m on each page",
        (never(PAGES, "(str(number), str(of)) not in _PAGE_NUMBER.findall(page)"),),
        (f"{_PAGE}[pages_in_wrong_order]",),
    ),
    Guard(
        "terminal.page.number-whole",
        "§4 page n/m on each page",
        (
            Cut(
                PAGES,
                r'r"(?<![\d/])(\d+)\s*/\s*(\d+)(?![\d/])"',
                r'r"(?=(\d)\s*/\s*(\d))"',
            ),
        ),
        (f"{_PAGE}[page_number_is_part_of_a_longer_one]",),
    ),
    Guard(
        "terminal.fee-as-shown",
        "§2 takes money: the price that was shown",
        (never(PAPER, "request.issued.fee != request.order.unit_price"),),
        (f"{_TESTS}/test_document.py::test_a_fee_that_was_not_shown_is_rejected",),
    ),
    Guard(
        "terminal.go",
        "§2 prints only on the gateway's go",
        (Cut(PAPER, "answer is not None and answer.go and", "answer is not None and"),),
        (f"{_TESTS}/test_serve.py::test_without_the_go_the_money_goes_back",),
    ),
    Guard(
        "terminal.go.of-this-issuance",
        "§2 prints only on the gateway's go",
        (holds(PAPER, "str(answer.issuance) == issuance"),),
        (f"{_ANSWERS}::test_a_go_for_another_issuance_is_no_go",),
    ),
    Guard(
        "terminal.journal.whole",
        "§3 after a restart a terminal never prints: it voids, refunds, reports",
        (never(JOURNAL, 'content.find(b"\\n", end + 1) >= 0'),),
        (f"{_JOURNAL}::test_damage_before_the_last_entry_takes_the_terminal_out_of_service",),
    ),
    Guard(
        "terminal.copies",
        "§1 n copies are n issuances of one order",
        (Cut(ORDERING, "    _check_copies(answer, choice.copies)\n", ""),),
        (f"{_ANSWERS}::test_one_paper_cannot_be_sold_twice_in_one_order",),
    ),
    Guard(
        "terminal.trust-list.never-back",
        "§2 trust list, pinned at enrolment, never rolled back",
        (
            Cut(
                TRUST,
                "check_trust_list(trust, now, terminal.identity.environment, seen)",
                "check_trust_list(trust, now, terminal.identity.environment, 0)",
            ),
        ),
        (f"{_TESTS}/test_trust.py::test_an_older_list_is_refused_even_after_a_restart",),
    ),
    Guard(
        "terminal.trust-list.root",
        "§2 trust list, signed by a root key, pinned at enrolment",
        (
            never(TRUST_LIST, "TrustList.kid_of(token) != key_id(root)"),
            Cut(
                TRUST_LIST,
                "TrustList.verified(token, root)",
                "TrustList.parsed(unverified_payload(token))",
            ),
            Cut(TRUST_LIST, "import Statement", "import Statement, unverified_payload"),
        ),
        (f"{_TESTS}/test_trust.py::test_a_list_of_another_root_is_refused",),
    ),
)
