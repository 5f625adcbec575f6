"""The card's X.509 certificate: chain, policy, time, revocation, and what its key signed.

In the shape of JPKI's 利用者証明用電子証明書: no subject alternative name, critical
certificatePolicies, RSA-2048 today and P-384 for the next generation (domain §9). Gateway and
adapter each run these checks for themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import verification

from madoguchi_wire.errors import (
    CardAuthorityUnknown,
    CardCertificateExpired,
    CardCertificateOfWrongKind,
    CardCertificateOnHold,
    CardCertificateRevoked,
    CardRefused,
    RevocationUnknown,
)

DEVELOPMENT_MARK = x509.ObjectIdentifier("2.25.284618339402775031954167719530571162273")
"""An extension that marks certificates made by demo and tests; refused outside development."""
_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What reading a certificate, a CRL or its parts may raise when they are damaged or strange."""


@dataclass(frozen=True)
class CardIdentity:
    """Whose card it is, to the one who holds the mapping: (authority, serial).

    The serial is personal data: it never reaches a log, an event or an error text.
    """

    authority: str
    serial: str


@dataclass(frozen=True)
class CardAuthority:
    """An authority whose user-authentication certificates are accepted."""

    name: str
    certificate: x509.Certificate
    policy: x509.ObjectIdentifier
    """The policy OID of the user-authentication kind; the signing kind has another."""

    @property
    def is_for_development(self) -> bool:
        """Whether demo or tests made this authority."""
        return any(extension.oid == DEVELOPMENT_MARK for extension in self.certificate.extensions)


class RevocationList:
    """A CRL of one authority, verified at load, looked up by serial."""

    def __init__(self, der: bytes, authority: CardAuthority) -> None:
        """Read and verify a DER CRL.

        Raises:
            RevocationUnknown: not a CRL, or not signed by this authority.

        """
        try:
            crl = x509.load_der_x509_crl(der)
            genuine = crl.is_signature_valid(
                authority.certificate.public_key()  # pyright: ignore[reportArgumentType]
            )
            if not genuine or crl.issuer != authority.certificate.subject:
                raise RevocationUnknown()
            self.issued_at = crl.last_update_utc
            self.next_update = crl.next_update_utc
            self._reasons = {entry.serial_number: _reason(entry) for entry in crl}
        except _UNREADABLE as error:
            raise RevocationUnknown() from error

    def is_fresh(self, at: datetime, maximum_age: timedelta) -> bool:
        """Tell whether the list may be asked: not from the future, stale or past its next update.

        Clocks may differ by 5 minutes.
        """
        past = self.next_update is not None and at > self.next_update
        return not past and timedelta(minutes=-5) <= at - self.issued_at <= maximum_age

    def check(self, serial: int, at: datetime, maximum_age: timedelta) -> None:
        """Pass if the card certificate is good at `at`.

        Raises:
            RevocationUnknown: the list is not fresh.
            CardCertificateOnHold: temporary hold (一時停止).
            CardCertificateRevoked: revoked (失効).

        """
        if not self.is_fresh(at, maximum_age):
            raise RevocationUnknown()
        if serial not in self._reasons:
            return
        if self._reasons[serial] is x509.ReasonFlags.certificate_hold:
            raise CardCertificateOnHold()
        raise CardCertificateRevoked()


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return x509.ReasonFlags.unspecified


class CardVerifier:
    """Verifies card certificates of a set of authorities at a given moment."""

    def __init__(self, authorities: list[CardAuthority]) -> None:
        self.authorities = {authority.name: authority for authority in authorities}

    def certificate(self, der: bytes, at: datetime) -> tuple[x509.Certificate, CardIdentity]:
        """Return the certificate and whose it is, revocation aside.

        Raises:
            CardAuthorityUnknown: not issued by an authority of ours.
            CardCertificateExpired: not valid at `at`.
            CardCertificateOfWrongKind: the signing kind, or without the required policy.
            CardRefused: not a certificate.

        """
        try:
            certificate = x509.load_der_x509_certificate(der)
            authority = self._issuer(certificate)
            if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
                raise CardCertificateExpired()
            _require_user_authentication(certificate, authority)
            _verify_chain(certificate, authority, at)
        except _UNREADABLE as error:
            raise CardRefused("The card certificate cannot be read.") from error
        return certificate, CardIdentity(authority.name, f"{certificate.serial_number:x}")

    def _issuer(self, certificate: x509.Certificate) -> CardAuthority:
        named = [
            authority
            for authority in self.authorities.values()
            if certificate.issuer == authority.certificate.subject
        ]
        # An authority that has renewed its key keeps its name.
        signed = named if len(named) == 1 else [a for a in named if _is_issued_by(certificate, a)]
        if not signed:
            raise CardAuthorityUnknown()
        return signed[0]


def _is_issued_by(certificate: x509.Certificate, authority: CardAuthority) -> bool:
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, *_UNREADABLE):
        return False
    return True


def _require_user_authentication(certificate: x509.Certificate, authority: CardAuthority) -> None:
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise CardCertificateOfWrongKind() from error
    has_policy = any(p.policy_identifier == authority.policy for p in policies.value)
    # The signing kind (署名用) is told by non-repudiation, whatever its policies say.
    if not has_policy or not usage.digital_signature or usage.content_commitment:
        raise CardCertificateOfWrongKind()


def _verify_chain(certificate: x509.Certificate, authority: CardAuthority, at: datetime) -> None:
    end_entity = (
        verification.ExtensionPolicy.webpki_defaults_ee()
        .may_be_present(x509.SubjectAlternativeName, verification.Criticality.AGNOSTIC, None)
        .require_present(x509.CertificatePolicies, verification.Criticality.CRITICAL, None)
    )
    builder = (
        verification.PolicyBuilder()
        .store(verification.Store([authority.certificate]))
        .time(at)
        .extension_policies(
            ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(), ee_policy=end_entity
        )
    )
    try:
        builder.build_client_verifier().verify(certificate, [])
    except verification.VerificationError as error:
        raise CardAuthorityUnknown() from error


def verify_card_signature(certificate: x509.Certificate, signature: bytes, message: bytes) -> None:
    """Pass if the card's key signed `message`: RSA-2048 or more (PKCS #1 v1.5), or P-384.

    Raises:
        CardRefused: it did not, or the key is of another kind.

    """
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1):
            key.verify(signature, message, ec.ECDSA(hashes.SHA384()))
        else:
            raise CardRefused("The card's key is of a kind that is not accepted.")
    except InvalidSignature as error:
        raise CardRefused() from error
    except _UNREADABLE as error:
        raise CardRefused("The card's key cannot be read.") from error
