"""The X.509 profiles: an authority, and both kinds of certificate that a card carries."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from madoguchi_wire.card_certificates import DEVELOPMENT_MARK

from store_terminal_sim.cards.key_pool import CardKey


class CertificateKind(StrEnum):
    """The two certificates of a card; terminals use the first."""

    USER_AUTHENTICATION = "user_authentication"
    """利用者証明用電子証明書"""
    SIGNING = "signing"
    """署名用電子証明書"""


USER_AUTHENTICATION_POLICY = x509.ObjectIdentifier("2.25.281903765404420173855927461103859267143")
SIGNING_POLICY = x509.ObjectIdentifier("2.25.190557238816408132967750324419861073552")
_POLICIES = {
    CertificateKind.USER_AUTHENTICATION: USER_AUTHENTICATION_POLICY,
    CertificateKind.SIGNING: SIGNING_POLICY,
}


def demo_name(common_name: str) -> x509.Name:
    """Return a subject that says at first sight that it is of the demonstration."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Madoguchi demonstration"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def digest_for(key: CardKey) -> hashes.SHA256 | hashes.SHA384:
    """Return the digest that a key signs with: SHA-384 for P-384, SHA-256 for RSA."""
    return hashes.SHA384() if isinstance(key, ec.EllipticCurvePrivateKey) else hashes.SHA256()


def authority_certificate(
    name: str,
    key: CardKey,
    valid_from: datetime,
    valid_until: datetime,
    serial: int | None = None,
) -> x509.Certificate:
    """Return an authority's certificate, by itself, with the mark of development.

    Its serial number is random when not given.
    """
    subject = demo_name(f"Demo card authority {name}")
    public = key.public_key()
    return (
        _builder(subject, subject, valid_from, valid_until)
        .public_key(public)
        .serial_number(serial or x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(of_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.UnrecognizedExtension(DEVELOPMENT_MARK, b"\x05\x00"), critical=False)
        .sign(key, digest_for(key))
    )


@dataclass(frozen=True)
class CardProfile:
    """What a card certificate says beside its key."""

    kind: CertificateKind
    valid_from: datetime
    valid_until: datetime
    serial: int = field(default_factory=x509.random_serial_number)


def card_certificate(
    profile: CardProfile, card_key: CardKey, authority: x509.Certificate, authority_key: CardKey
) -> x509.Certificate:
    """Return a card certificate: no subject alternative name, critical certificatePolicies."""
    serial = profile.serial
    policy = x509.PolicyInformation(_POLICIES[profile.kind], None)
    signing = profile.kind is CertificateKind.SIGNING
    builder = (
        _builder(
            demo_name(f"demo card {serial:x}"),
            authority.subject,
            profile.valid_from,
            profile.valid_until,
        )
        .public_key(card_key.public_key())
        .serial_number(serial)
        .add_extension(_usage(non_repudiation=signing), critical=True)
        .add_extension(x509.CertificatePolicies([policy]), critical=True)
        .add_extension(_issuer_key(authority), critical=False)
    )
    if not signing:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(authority_key, digest_for(authority_key))


def _builder(
    subject: x509.Name, issuer: x509.Name, valid_from: datetime, valid_until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
    )


def _issuer_key(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _usage(*, of_authority: bool = False, non_repudiation: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not of_authority,
        content_commitment=non_repudiation,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=of_authority,
        crl_sign=of_authority,
        encipher_only=False,
        decipher_only=False,
    )
