"""Cards: each check of the shared code, as the adapter and the gateway run it."""

from proofs.guards.guard import Cut, Guard, Part, holds, never

CARDS = "wire/src/madoguchi_wire/card_certificates.py"
SESSION = "wire/src/madoguchi_wire/session.py"
REVOCATION = "wire/src/madoguchi_wire/kit/revocation.py"
_ADAPTER = "municipal-adapter/tests/requests/test_without_a_card.py"
_ADAPTER_CARDS = f"{_ADAPTER}::test_cards_that_do_not_hold_are_refused"
_ADAPTER_SESSIONS = f"{_ADAPTER}::test_a_session_with_one_element_altered_is_refused"
_GATEWAY = "gateway/tests/cardholders/test_sessions.py"
_GATEWAY_CARDS = f"{_GATEWAY}::test_a_card_that_does_not_count_is_refused"
_WIRE = "wire/tests/test_card_certificates.py"


def _both(name: str, design: str, cuts: tuple[Cut, ...], **tests: str) -> tuple[Guard, ...]:
    """Return a check that two parts run by the same code, each with tests of its own."""
    return tuple(Guard(f"{part}.{name}", design, cuts, (test,)) for part, test in tests.items())


def _of(part: Part, name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"{part}.{name}", design, (cut,), (test,))


_CARD = (
    *_both(
        "card.chain",
        "§4 card: chain",
        (Cut(CARDS, "            _verify_chain(certificate, authority, at)\n", ""),),
        adapter=_ADAPTER_CARDS,
        gateway=f"{_GATEWAY_CARDS}[an impostor of the authority-card-authority-unknown]",
    ),
    *_both(
        "card.policy",
        "§4 card: policy",
        (
            Cut(
                CARDS,
                "            _require_user_authentication(certificate, authority)\n",
                "",
            ),
        ),
        adapter=_ADAPTER_CARDS,
        gateway=f"{_GATEWAY_CARDS}[signing kind-card-certificate-of-wrong-kind]",
    ),
    *_both(
        "card.time",
        "§4 card: time",
        (
            never(
                CARDS,
                "not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc",
            ),
        ),
        adapter=_ADAPTER_CARDS,
        gateway=f"{_GATEWAY_CARDS}[expired-card-certificate-expired]",
    ),
    *_both(
        "card.signature",
        "§4 card: signature",
        (
            Cut(
                SESSION,
                "verify_card_signature(\n"
                "            certificate, from_base64url(signed.card_signature),"
                " statement.message()\n"
                "        )",
                "pass",
            ),
        ),
        adapter=f"{_ADAPTER_SESSIONS}[made-up card signature]",
        gateway=f"{_GATEWAY}::test_another_card_cannot_sign_for_this_one",
    ),
    _of(
        "shared",
        "card.policy.oid",
        "§2 card certificates: policy OID required",
        Cut(CARDS, "if not has_policy or not", "if not"),
        f"{_WIRE}::test_a_certificate_must_say_that_it_is_of_the_right_kind",
    ),
    _of(
        "shared",
        "card.policy.signing-kind",
        "§2 card certificates: the signing kind refused",
        Cut(CARDS, " or usage.content_commitment:", ":"),
        f"{_WIRE}::test_the_signing_kind_is_refused_whatever_its_policies_say",
    ),
    _of(
        "shared",
        "card.policy.critical",
        "§2 card certificates: critical certificatePolicies",
        Cut(CARDS, "verification.Criticality.CRITICAL", "verification.Criticality.AGNOSTIC"),
        f"{_WIRE}::test_a_certificate_must_say_that_it_is_of_the_right_kind",
    ),
    _of(
        "shared",
        "card.signature.weak-key",
        "§2 card certificates: RSA-2048",
        holds(CARDS, "key.key_size >= 2048"),
        f"{_WIRE}::test_a_signature_of_another_kind_of_key_is_refused[RSA-1024]",
    ),
    _of(
        "shared",
        "card.signature.curve",
        "§2 card certificates: P-384",
        holds(CARDS, "isinstance(key.curve, ec.SECP384R1)"),
        f"{_WIRE}::test_a_signature_of_another_kind_of_key_is_refused[P-256]",
    ),
)
_LISTS = "wire/tests/test_revocation_list.py"
_REVOCATION = (
    _of(
        "adapter",
        "card.revocation",
        "§4 card: revocation",
        Cut(
            "municipal-adapter/src/municipal_adapter/requests/cardholder_request.py",
            "self.revocation.check(session.identity.authority, session.certificate.serial_number)",
            "pass",
        ),
        "municipal-adapter/tests/requests/test_revocation.py"
        "::test_revoked_and_held_cards_are_refused_and_released_ones_issue_again",
    ),
    _of(
        "gateway",
        "card.revocation",
        "§4 card: revocation",
        Cut(
            "gateway/src/gateway/cardholders/sessions.py",
            "gateway.revocation.check("
            "session.identity.authority, session.certificate.serial_number)",
            "pass",
        ),
        f"{_GATEWAY}::test_a_revoked_or_held_card_is_refused",
    ),
    _of(
        "gateway",
        "card.revocation.at-accepted",
        "§4 card: revocation",
        Cut(
            "gateway/src/gateway/issuances/ordering.py",
            "session = sessions.verified_again(gateway, terminal, opened, body.signed_session)",
            "from gateway.cardholders.sessions import SessionVerifier\n"
            "    session = SessionVerifier(\n"
            "        gateway.settings.name, gateway.terminal_keys, gateway.cards\n"
            "    ).verify(body.signed_session, opened.municipality, gateway.clock.now())",
        ),
        f"{_GATEWAY}::test_a_card_revoked_after_the_session_orders_nothing",
    ),
    _of(
        "shared",
        "card.revocation.stale",
        "§2 revocation with a maximum age, stale or unreachable means refuse",
        never(CARDS, "not self.is_fresh(at, maximum_age)"),
        f"{_LISTS}::test_a_list_out_of_its_time_says_nothing",
    ),
    _of(
        "shared",
        "card.revocation.next-update",
        "§2 revocation with a maximum age, stale or unreachable means refuse",
        Cut(CARDS, "return not past and timedelta", "return timedelta"),
        f"{_LISTS}::test_a_list_out_of_its_time_says_nothing",
    ),
    _of(
        "shared",
        "card.revocation.unknown",
        "§2 revocation with a maximum age, stale or unreachable means refuse",
        Cut(REVOCATION, "            raise RevocationUnknown()\n", "            return\n"),
        "wire/tests/kit/test_revocation.py::test_before_a_list_has_come_nothing_is_known",
    ),
    _of(
        "shared",
        "card.revocation.hold",
        "§2 temporary hold known",
        Cut(CARDS, "raise CardCertificateOnHold()", "return"),
        f"{_LISTS}::test_a_hold_and_a_revocation_are_told_apart",
    ),
    _of(
        "shared",
        "card.revocation.authority",
        "§2 revocation by CRL",
        never(CARDS, "not genuine or crl.issuer != authority.certificate.subject"),
        f"{_LISTS}::test_a_list_of_another_authority_is_refused",
    ),
    _of(
        "shared",
        "card.revocation.never-back",
        "§2 revocation by CRL",
        holds(REVOCATION, "known is None or fetched.issued_at >= known.issued_at"),
        "wire/tests/kit/test_revocation.py"
        "::test_an_older_list_never_takes_the_place_of_a_newer_one",
    ),
)
GUARDS = (*_CARD, *_REVOCATION)
