"""Card certificates: only the user-authentication kind, of our authorities, in its time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.card_certificates import CardAuthority, CardVerifier, verify_card_signature
from madoguchi_wire.errors import (
    CardAuthorityUnknown,
    CardCertificateExpired,
    CardCertificateOfWrongKind,
    CardRefused,
)
from madoguchi_wire_testing.cast import AUTHORITY, CARD, MILLISECOND, NOW
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cards.key_pool import CardKey
from store_terminal_sim.cards.profiles import (
    USER_AUTHENTICATION_POLICY,
    CertificateKind,
    demo_name,
)

VERIFIER = CardVerifier([AUTHORITY.as_trusted()])
P_384 = ec.generate_private_key(ec.SECP384R1())
RSA_2048 = rsa.generate_private_key(65537, 2048)
RSA_1024 = rsa.generate_private_key(65537, 1024)
Builder = x509.CertificateBuilder
AUTHENTICATION = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
POLICIES = x509.CertificatePolicies([x509.PolicyInformation(USER_AUTHENTICATION_POLICY, None)])


def certificate(
    *,
    key: CardKey = P_384,
    usage: x509.KeyUsage | None = AUTHENTICATION,
    policies: x509.CertificatePolicies | None = POLICIES,
    policies_critical: bool = True,
    extra: Callable[[Builder], Builder] = lambda builder: builder,
) -> bytes:
    """Return a certificate that the authority really signed, of another shape than a card's."""
    identifier = x509.SubjectKeyIdentifier.from_public_key(AUTHORITY.certificate.public_key())
    builder = (
        Builder()
        .subject_name(demo_name("demo card"))
        .issuer_name(AUTHORITY.certificate.subject)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    if policies is not None:
        builder = builder.add_extension(policies, critical=policies_critical)
    signed = extra(builder).sign(AUTHORITY.key, hashes.SHA384())
    return signed.public_bytes(Encoding.DER)


def refusal(der: bytes, error: type[CardRefused], verifier: CardVerifier = VERIFIER) -> str:
    with pytest.raises(error) as raised:
        verifier.certificate(der, NOW)
    assert type(raised.value) is error
    return str(raised.value)


@pytest.mark.parametrize("kind", KeyKind)
def test_cards_of_both_generations_hold(kind: KeyKind) -> None:
    authority = CardAuthoritySim.create("generation", kind, NOW)
    card = authority.issue(NOW)
    found, identity = CardVerifier([authority.as_trusted()]).certificate(card.certificate, NOW)
    assert (identity.authority, identity.serial) == ("generation", f"{card.serial:x}")
    verify_card_signature(found, card.sign(b"message", card.pin), b"message")
    with pytest.raises(CardRefused):
        verify_card_signature(found, card.sign(b"message", card.pin), b"another message")
    with pytest.raises(CardRefused):
        verify_card_signature(found, b"", b"message")


def test_the_shape_that_the_other_tests_change_holds() -> None:
    VERIFIER.certificate(certificate(), NOW)
    VERIFIER.certificate(certificate(key=RSA_2048), NOW)


def test_a_certificate_holds_from_its_first_to_its_last_moment() -> None:
    der = CARD.certificate
    found = x509.load_der_x509_certificate(der)
    for at in (found.not_valid_before_utc, found.not_valid_after_utc):
        VERIFIER.certificate(der, at)
    for at in (
        found.not_valid_before_utc - MILLISECOND,
        found.not_valid_after_utc + timedelta(seconds=1),
    ):
        with pytest.raises(CardCertificateExpired):
            VERIFIER.certificate(der, at)


def test_other_authorities_are_refused_whatever_they_call_themselves() -> None:
    stranger = CardAuthoritySim.create("stranger", KeyKind.P_384, NOW)
    impostor = CardAuthoritySim.create(AUTHORITY.name, KeyKind.P_384, NOW)
    assert impostor.certificate.subject == AUTHORITY.certificate.subject
    for authority in (stranger, impostor):
        refusal(authority.issue(NOW).certificate, CardAuthorityUnknown)
    refusal(AUTHORITY.certificate.public_bytes(Encoding.DER), CardCertificateOfWrongKind)
    refusal(CARD.certificate, CardAuthorityUnknown, CardVerifier([]))


def test_an_authority_that_renewed_its_key_keeps_its_name_and_its_old_cards() -> None:
    renewed = CardAuthoritySim.create(AUTHORITY.name, KeyKind.RSA_2048, NOW)
    both = CardVerifier(
        [
            AUTHORITY.as_trusted(),
            CardAuthority("card-2", renewed.certificate, USER_AUTHENTICATION_POLICY),
        ]
    )
    assert both.certificate(CARD.certificate, NOW)[1].authority == AUTHORITY.name
    assert both.certificate(renewed.issue(NOW).certificate, NOW)[1].authority == "card-2"
    impostor = CardAuthoritySim.create(AUTHORITY.name, KeyKind.P_384, NOW)
    refusal(impostor.issue(NOW).certificate, CardAuthorityUnknown, both)


def test_the_signing_kind_is_refused_whatever_its_policies_say() -> None:
    signing = AUTHORITY.issue(NOW, kind=CertificateKind.SIGNING)
    refusal(signing.certificate, CardCertificateOfWrongKind)
    non_repudiation = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    refusal(certificate(usage=non_repudiation), CardCertificateOfWrongKind)


def test_a_certificate_must_say_that_it_is_of_the_right_kind() -> None:
    any_policy = x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)
    refusal(certificate(usage=None), CardCertificateOfWrongKind)
    refusal(certificate(policies=None), CardCertificateOfWrongKind)
    refusal(
        certificate(policies=x509.CertificatePolicies([any_policy])), CardCertificateOfWrongKind
    )
    refusal(certificate(policies_critical=False), CardAuthorityUnknown)


def test_an_unknown_critical_extension_is_refused_and_a_harmless_one_is_not() -> None:
    oid = x509.ObjectIdentifier("2.25.99")

    def with_extension(*, critical: bool) -> bytes:
        unknown = x509.UnrecognizedExtension(oid, b"\x05\x00")
        return certificate(extra=lambda builder: builder.add_extension(unknown, critical=critical))

    refusal(with_extension(critical=True), CardAuthorityUnknown)
    VERIFIER.certificate(with_extension(critical=False), NOW)


def test_a_card_that_could_issue_cards_is_refused() -> None:
    constraint = x509.BasicConstraints(ca=True, path_length=None)
    of_authority = certificate(
        extra=lambda builder: builder.add_extension(constraint, critical=True)
    )
    refusal(of_authority, CardAuthorityUnknown)
    parent = x509.load_der_x509_certificate(of_authority)
    child = (
        Builder()
        .subject_name(demo_name("child"))
        .issuer_name(parent.subject)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .public_key(P_384.public_key())
        .serial_number(1)
        .sign(P_384, hashes.SHA384())
    )
    refusal(child.public_bytes(Encoding.DER), CardAuthorityUnknown)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_certificate_are_refused(data: bytes) -> None:
    refusal(data, CardRefused)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@given(st.integers(0, len(CARD.certificate) - 1), st.integers(1, 255))
def test_what_the_authority_signed_cannot_be_changed(place: int, change: int) -> None:
    der = CARD.certificate
    damaged = der[:place] + bytes([der[place] ^ change]) + der[place + 1 :]
    try:
        found, _ = VERIFIER.certificate(damaged, NOW)
    except CardRefused:
        return
    # The name of the algorithm stands a second time beside the signature, covered by nothing.
    signed = x509.load_der_x509_certificate(der).tbs_certificate_bytes
    assert found.tbs_certificate_bytes == signed


def test_a_refusal_never_tells_the_serial() -> None:
    for der in (
        AUTHORITY.issue(NOW, lifetime=timedelta(seconds=-1)).certificate,
        AUTHORITY.issue(NOW, kind=CertificateKind.SIGNING).certificate,
    ):
        with pytest.raises(CardRefused) as raised:
            VERIFIER.certificate(der, NOW)
        serial = x509.load_der_x509_certificate(der).serial_number
        assert f"{serial:x}" not in str(raised.value)
        assert str(serial) not in str(raised.value)


@pytest.mark.parametrize(
    "key",
    [RSA_1024, ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP521R1())],
    ids=["RSA-1024", "P-256", "P-521"],
)
def test_a_signature_of_another_kind_of_key_is_refused(key: CardKey) -> None:
    found = x509.load_der_x509_certificate(certificate(key=key))
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(b"message", padding.PKCS1v15(), hashes.SHA256())
    else:
        signature = key.sign(b"message", ec.ECDSA(hashes.SHA384()))
    with pytest.raises(CardRefused, match="not accepted"):
        verify_card_signature(found, signature, b"message")


def test_a_signature_with_another_padding_or_digest_is_refused() -> None:
    found = x509.load_der_x509_certificate(certificate(key=RSA_2048))
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)
    for signature in (
        RSA_2048.sign(b"message", pss, hashes.SHA256()),
        RSA_2048.sign(b"message", padding.PKCS1v15(), hashes.SHA1()),
    ):
        with pytest.raises(CardRefused):
            verify_card_signature(found, signature, b"message")
