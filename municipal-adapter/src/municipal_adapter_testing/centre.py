"""A centre of the tests: root, trust list, gateway's and terminals' keys; honest or lying."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.trust_list import AllowedBuild, TrustList
from madoguchi_wire.withdrawn import Withdrawn, WithdrawnList
from store_terminal_sim.testing.enrolled import enrolled

GATEWAY = "centre.test.example"
TERMINALS = ("tokiwa-0001-1", "tokiwa-0002-1")
TEST_TERMINAL = "centre-0001-1"
"""Prints test papers (見本), and nothing else."""


def _key() -> SigningKey:
    return SigningKey.generate()


@dataclass
class Centre:
    """Holds the keys that municipalities trust."""

    root: SigningKey = field(default_factory=_key)
    gateway: SigningKey = field(default_factory=_key)
    registrar: SigningKey = field(default_factory=_key)
    terminals: dict[str, SigningKey] = field(
        default_factory=lambda: {terminal: _key() for terminal in (*TERMINALS, TEST_TERMINAL)}
    )
    municipalities: dict[str, SigningKey] = field(default_factory=dict[str, SigningKey])
    builds: dict[str, str] = field(default_factory=dict[str, str])
    version: int = 1
    stamping: SigningKey = field(default_factory=_key)
    witnesses: dict[str, SigningKey] = field(default_factory=dict[str, SigningKey])

    def enrolment(self, terminal: str) -> str:
        """Return the enrolment of a terminal (JWS)."""
        key, test = self.terminals[terminal], terminal == TEST_TERMINAL
        return enrolled(self.registrar, terminal, key, datetime.now(UTC), test=test)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write trust list and root, and return their paths."""
        trust_list, root = folder / "trust-list.jws", folder / "trust-root.pem"
        trust_list.write_text(self.trust_list().signed_by(self.root))
        root.write_bytes(
            self.root.private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        return trust_list, root

    def withdraw(self, folder: Path, withdrawn: Sequence[str] = (), number: int = 1) -> Path:
        """Write the list of withdrawn enrolments (JWS), all of this moment; return its path."""
        now = datetime.now(UTC)
        ids = [Enrolment.parsed(unverified_payload(one)).enrolment for one in withdrawn]
        said = WithdrawnList(
            number=number,
            issued_at=now - timedelta(minutes=1),
            expires_at=now + timedelta(days=1),
            withdrawn=tuple(Withdrawn(enrolment=one, since=now) for one in ids),
        )
        path = folder / "withdrawn-enrolments.jws"
        path.write_text(said.signed_by(self.registrar))
        return path

    def trust_list(self) -> TrustList:
        """Return the list of everybody's keys."""
        now = datetime.now(UTC)
        owned = [(KeyPurpose.GATEWAY_REQUEST, GATEWAY, self.gateway)]
        owned += [(KeyPurpose.ENROLMENT, GATEWAY, self.registrar)]
        owned += [(KeyPurpose.ATTESTATION, *city) for city in self.municipalities.items()]
        owned += [(KeyPurpose.STAMPING, GATEWAY, self.stamping)]
        owned += [(KeyPurpose.COUNTERSIGNING, *witness) for witness in self.witnesses.items()]
        return TrustList(
            version=self.version,
            environment="development",
            issued_at=now - timedelta(days=1),
            expires_at=now + timedelta(days=30),
            keys=tuple(_trusted(*entry, now) for entry in owned),
            builds=tuple(
                AllowedBuild(municipality=code, build=build) for code, build in self.builds.items()
            ),
        )


def _trusted(purpose: KeyPurpose, owner: str, key: SigningKey, now: datetime) -> TrustedKey:
    return TrustedKey(
        kid=key.kid,
        purpose=purpose,
        owner=owner,
        public_key=key.public,
        not_before=now - timedelta(days=1),
        not_after=now + timedelta(days=30),
    )
