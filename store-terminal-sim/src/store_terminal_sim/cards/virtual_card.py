"""A card that lives in a file: certificate, key, and a PIN that locks after three wrong tries."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.serialization import Encoding

from store_terminal_sim.cards.key_pool import CardKey, key_pem, load_key, write_private
from store_terminal_sim.cards.profiles import digest_for

PIN_TRIES = 3
"""Wrong PINs until the card locks; midnight does not reset them (domain §1.3)."""


class PinWrong(Exception):
    """The PIN is not the card's; the card may now be locked."""


class CardLocked(Exception):
    """Three wrong PINs: only the counter of the municipality unlocks the card."""


@dataclass
class VirtualCard:
    """What a person puts into the slot. The key never leaves it: others see signatures only."""

    authority: str
    certificate: bytes
    """The card certificate, DER."""
    key: CardKey
    pin: str
    tries_left: int = PIN_TRIES

    @property
    def serial(self) -> int:
        """The serial number of the card certificate; personal data."""
        return x509.load_der_x509_certificate(self.certificate).serial_number

    def sign(self, message: bytes, pin: str) -> bytes:
        """Return the card's signature: RSA PKCS #1 v1.5 with SHA-256, or P-384 with SHA-384.

        Raises:
            PinWrong: another PIN; one try fewer is left.
            CardLocked: no tries are left.

        """
        if self.tries_left == 0:
            raise CardLocked("The card is locked. The counter of the municipality unlocks it.")
        if pin != self.pin:
            self.tries_left -= 1
            raise PinWrong(f"The PIN is wrong. Tries left: {self.tries_left}.")
        self.tries_left = PIN_TRIES
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), digest_for(self.key))
        return self.key.sign(message, ECDSA(digest_for(self.key)))

    def save(self, folder: Path) -> None:
        """Write the card to a folder of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        certificate = x509.load_der_x509_certificate(self.certificate)
        (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        write_private(folder / "key.pem", key_pem(self.key))
        facts = {"authority": self.authority, "pin": self.pin, "tries_left": self.tries_left}
        write_private(folder / "card.json", json.dumps(facts).encode())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a card from its folder.

        Raises:
            OSError, ValueError: no card there, or damaged.

        """
        facts = json.loads((folder / "card.json").read_bytes())
        certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
        return cls(
            facts["authority"],
            certificate.public_bytes(Encoding.DER),
            load_key(folder / "key.pem"),
            facts["pin"],
            facts["tries_left"],
        )
