"""Keys and signed statements, whoever verifies them."""

from proofs.guards.guard import Cut, Guard, Part, never

KEYS = "wire/src/madoguchi_wire/keys.py"
SIGNED = "wire/src/madoguchi_wire/signed.py"
ENCODING = "wire/src/madoguchi_wire/encoding.py"
SESSION = "wire/src/madoguchi_wire/session.py"
SEALING = "wire/src/madoguchi_wire/sealing.py"
REPORTS = "wire/src/madoguchi_wire/reports.py"
ATTESTATION = "wire/src/madoguchi_wire/attestation.py"
SETTINGS = "wire/src/madoguchi_wire/kit/settings.py"


def _of(part: Part, name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"{part}.{name}", design, (cut,), (test,))


_KEYS = (
    _of(
        "shared",
        "key.purpose-and-owner",
        "§2 keys each have one purpose",
        never(KEYS, "key.purpose is not purpose or (owner is not None and key.owner != owner)"),
        "wire/tests/test_keys.py::test_a_key_of_one_purpose_serves_no_other",
    ),
    _of(
        "shared",
        "key.validity",
        "§2 keys each have a validity",
        never(KEYS, "not key.not_before <= at <= key.not_after"),
        "wire/tests/test_keys.py::test_unknown_foreign_early_and_late_keys_are_refused",
    ),
    _of(
        "shared",
        "signed.algorithm",
        "§2 statements are JWS by one algorithm",
        never(SIGNED, 'set(header) != {"alg", "typ", "kid"} or header["alg"] != "ES256"'),
        "wire/tests/test_signed.py::test_any_other_header_is_refused",
    ),
    _of(
        "shared",
        "signed.type",
        "§2 domain-separated signatures",
        Cut(SIGNED, 'header["typ"] != cls.typ or not', "not"),
        "wire/tests/test_signed.py::test_a_statement_of_one_type_never_verifies_as_another",
    ),
    _of(
        "shared",
        "signed.spelling",
        "§3 order digest: one spelling",
        never(SIGNED, "spelled != payload"),
        "wire/tests/test_signed.py::test_any_other_spelling_of_the_payload_is_refused",
    ),
    _of(
        "shared",
        "signed.low-s",
        "§3 order digest: one spelling",
        never(SIGNED, "_with_low_s(signature) != signature"),
        "wire/tests/test_signed.py"
        "::test_the_other_signature_that_anybody_can_make_of_one_is_refused",
    ),
    _of(
        "shared",
        "key.known",
        "§2 verifiers hold sets of keys",
        Cut(KEYS, "self._keys.get(kid)", "self._keys.get(kid) or next(iter(self._keys.values()))"),
        "wire/tests/test_keys.py::test_unknown_foreign_early_and_late_keys_are_refused[unknown]",
    ),
    _of(
        "shared",
        "signed.length",
        "§2 statements are JWS by one algorithm",
        Cut(SIGNED, "len(token) > maximum or token.count", "token.count"),
        "wire/tests/test_signed.py::test_a_token_beyond_the_limit_is_refused_before_it_is_read",
    ),
    _of(
        "shared",
        "spelling.base64",
        "§3 order digest: one spelling",
        never(ENCODING, "to_base64url(data) != text"),
        "wire/tests/test_encoding.py::test_only_the_one_spelling_of_bytes_is_read",
    ),
    *(
        _of(
            "shared",
            f"spelling.json.{name}",
            "§3 order digest: one spelling",
            never(ENCODING, condition),
            "wire/tests/test_encoding.py"
            f"::test_json_that_others_may_read_as_something_else_is_refused[{what}]",
        )
        for name, condition, what in (
            ("names", "len(found) != len(pairs)", "a name twice"),
            ("doubles", "not math.isfinite(number)", "larger than any double"),
            ("digits", "len(digits) > _MAXIMUM_DIGITS", "too many digits"),
        )
    ),
    _of(
        "shared",
        "session.signing-key",
        "§2 session: its one-time keys",
        never(SESSION, "to_base64url(public_bytes(signing)) != statement.signing_key"),
        "wire/tests/test_session.py::test_one_time_keys_that_cannot_be_used_are_refused"
        "[a compressed point in its envelope]",
    ),
    _of(
        "shared",
        "session.sealing-key",
        "§2 session: its one-time keys",
        never(SEALING, 'int.from_bytes(public[-_X25519_BYTES:], "little") >= _X25519_PRIME'),
        "wire/tests/test_session.py::test_one_time_keys_that_cannot_be_used_are_refused"
        "[a sealing key in another spelling]",
    ),
    _of(
        "shared",
        "report.issuance",
        "§2 reports of a terminal are by the terminal's own key",
        never(REPORTS, "(report.issuance is None) != isinstance(report.body, OfMachine)"),
        "wire/tests/test_reports.py::test_every_other_report_names_its_issuance",
    ),
    _of(
        "shared",
        "attestation.ciphertext",
        "§4 attestation: digests",
        never(ATTESTATION, "sha256_hex(ciphertext) != attestation.ciphertext_sha256"),
        "wire/tests/test_attestation.py::test_other_sealed_bytes_are_refused",
    ),
    _of(
        "shared",
        "clock.real",
        "§5 production refuses a shifted clock",
        never(SETTINGS, 'self.environment == "production" and self.clock_offset_seconds != 0'),
        "wire/tests/kit/test_settings.py::test_production_refuses_any_shifted_clock",
    ),
    _of(
        "shared",
        "clock.file",
        "§5 production refuses a shifted clock",
        never(SETTINGS, 'self.environment == "production" and self.clock_file is not None'),
        "wire/tests/kit/test_settings.py::test_production_refuses_a_clock_that_a_file_moves",
    ),
)
GUARDS = (*_KEYS,)
