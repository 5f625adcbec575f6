"""The virtual authority of cards, in the shape of JPKI's for 利用者証明用電子証明書."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from madoguchi_wire.card_certificates import CardAuthority

from store_terminal_sim.cards.key_pool import (
    CardKey,
    RsaKeyPool,
    key_pem,
    load_key,
    write_private,
)
from store_terminal_sim.cards.profiles import (
    USER_AUTHENTICATION_POLICY,
    CardProfile,
    CertificateKind,
    authority_certificate,
    card_certificate,
)
from store_terminal_sim.cards.revocations import Revocation, Revocations
from store_terminal_sim.cards.virtual_card import VirtualCard

AUTHORITY_LIFETIME = timedelta(days=3650)
CARD_LIFETIME = timedelta(days=5 * 365)


class KeyKind(StrEnum):
    """The kinds of key that cards and authorities have."""

    RSA_2048 = "rsa-2048"
    P_384 = "p-384"


@dataclass
class CardAuthoritySim:
    """An authority that issues cards, revokes them and signs CRLs.

    Its certificate carries `DEVELOPMENT_MARK`, so that production refuses it at start.
    """

    name: str
    key_kind: KeyKind
    certificate: x509.Certificate
    key: CardKey
    keys: RsaKeyPool = field(default_factory=RsaKeyPool)
    revocations: Revocations = field(default_factory=Revocations)

    @classmethod
    def create(
        cls, name: str, key_kind: KeyKind, at: datetime, keys: RsaKeyPool | None = None
    ) -> Self:
        """Make a new authority, valid from a year before `at` so that simulations may go back.

        Args:
            name: part of the person's key (authority, serial), and the name of its CRL.
            key_kind: of the authority and, unless told otherwise, of its cards.
            at: the present of the simulation.
            keys: where RSA keys come from.

        """
        pool = keys or RsaKeyPool()
        key = _new_key(key_kind, pool)
        start = at - timedelta(days=366)
        certificate = authority_certificate(name, key, start, at + AUTHORITY_LIFETIME)
        return cls(name, key_kind, certificate, key, pool)

    def issue(
        self,
        at: datetime,
        *,
        pin: str | None = None,
        kind: CertificateKind = CertificateKind.USER_AUTHENTICATION,
        key: CardKey | None = None,
        lifetime: timedelta = CARD_LIFETIME,
    ) -> VirtualCard:
        """Return a new card, valid from a day before `at` for `lifetime`.

        Args:
            at: the present of the simulation.
            pin: four digits; random when not given.
            kind: the signing kind is for tests of what terminals refuse.
            key: one of a kind that must be refused, for tests.
            lifetime: negative ones make a card that has expired.

        """
        card_key = key or _new_key(self.key_kind, self.keys)
        valid_until = at + lifetime
        valid_from = min(at, valid_until) - timedelta(days=1)
        profile = CardProfile(kind, valid_from, valid_until)
        certificate = card_certificate(profile, card_key, self.certificate, self.key)
        chosen = pin or f"{secrets.randbelow(10_000):04d}"
        return VirtualCard(self.name, certificate.public_bytes(Encoding.DER), card_key, chosen)

    def revoke(
        self,
        serial: int,
        at: datetime,
        reason: x509.ReasonFlags = x509.ReasonFlags.key_compromise,
    ) -> None:
        """Revoke a card certificate (失効) for good."""
        self.revocations[serial] = Revocation(reason, at)

    def hold(self, serial: int, at: datetime) -> None:
        """Put a card certificate on temporary hold (一時停止)."""
        self.revoke(serial, at, x509.ReasonFlags.certificate_hold)

    def release(self, serial: int) -> None:
        """Lift the hold of a card certificate.

        Raises:
            ValueError: it is not on hold; what is revoked stays revoked.

        """
        entry = self.revocations.get(serial)
        if entry is None or entry.reason is not x509.ReasonFlags.certificate_hold:
            raise ValueError("The card certificate is not on hold.")
        del self.revocations[serial]

    def crl(self, at: datetime) -> bytes:
        """Return the revocation list as of `at`, DER."""
        return self.revocations.crl(self.certificate, self.key, at)

    def as_trusted(self) -> CardAuthority:
        """Return the authority as gateway and adapter know it."""
        return CardAuthority(self.name, self.certificate, USER_AUTHENTICATION_POLICY)

    def save(self, folder: Path) -> None:
        """Write the authority to a folder of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        facts = {"name": self.name, "key_kind": self.key_kind.value}
        (folder / "authority.json").write_text(json.dumps(facts))
        (folder / "certificate.pem").write_bytes(self.certificate.public_bytes(Encoding.PEM))
        write_private(folder / "key.pem", key_pem(self.key))
        self.revocations.save(folder / "revocations.json")

    @classmethod
    def load(cls, folder: Path, keys: RsaKeyPool | None = None) -> Self:
        """Read an authority from its folder.

        Raises:
            OSError, ValueError: no authority there, or damaged.

        """
        facts = json.loads((folder / "authority.json").read_bytes())
        return cls(
            facts["name"],
            KeyKind(facts["key_kind"]),
            x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes()),
            load_key(folder / "key.pem"),
            keys or RsaKeyPool(),
            Revocations.load(folder / "revocations.json"),
        )


def _new_key(kind: KeyKind, pool: RsaKeyPool) -> CardKey:
    return pool.take() if kind is KeyKind.RSA_2048 else ec.generate_private_key(ec.SECP384R1())


def development_authorities(at: datetime, keys: RsaKeyPool) -> list[CardAuthoritySim]:
    """Return today's cards (RSA-2048), the next generation (P-384) and phones (P-384)."""
    return [
        CardAuthoritySim.create("jpki-card", KeyKind.RSA_2048, at, keys),
        CardAuthoritySim.create("jpki-card-next", KeyKind.P_384, at, keys),
        CardAuthoritySim.create("jpki-phone", KeyKind.P_384, at, keys),
    ]
