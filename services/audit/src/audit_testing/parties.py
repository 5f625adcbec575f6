"""A centre, three municipalities that witness it, and the trust list over their keys."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.trust_list import TrustList, signed_trust_list

CENTRE = "centre.madoguchi.example"
MUNICIPALITIES = ("122033", "131130", "132047")
NOW = datetime(2026, 7, 1, tzinfo=UTC)
"""When tests look back at a quarter."""
SIGN_IN = "the token of the sign-in"
"""AUDIT_TOKEN of archives in tests."""
_VALIDITY = timedelta(days=3650)


@dataclass
class Parties:
    """Keys of everybody; `now` is when the trust list was made."""

    now: datetime
    root: SigningKey = field(default_factory=SigningKey.generate)
    stamping: SigningKey = field(default_factory=SigningKey.generate)
    countersigning: dict[str, SigningKey] = field(
        default_factory=lambda: {code: SigningKey.generate() for code in MUNICIPALITIES}
    )

    @property
    def trust_list(self) -> str:
        """The signed trust list."""
        keys = [self._trusted(self.stamping, KeyPurpose.STAMPING, CENTRE)]
        keys += [
            self._trusted(key, KeyPurpose.COUNTERSIGNING, code)
            for code, key in self.countersigning.items()
        ]
        return TrustList(
            version=1,
            environment="development",
            issued_at=self.now - _VALIDITY,
            expires_at=self.now + _VALIDITY,
            keys=tuple(keys),
            builds=(),
        ).signed_by(self.root)

    @property
    def rules(self) -> ChainRules:
        """By what stamps are judged."""
        trust = signed_trust_list(self.trust_list, self.root.private.public_key())
        return ChainRules(centre=CENTRE, keys=trust.key_set())

    def save(self, folder: Path) -> tuple[Path, Path]:
        """Write trust list and root into a folder; return their paths."""
        trust_list, root = folder / "trust-list.jws", folder / "trust-root.pem"
        trust_list.write_text(self.trust_list, "ascii")
        root.write_bytes(
            self.root.private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        return trust_list, root

    def _trusted(self, key: SigningKey, purpose: KeyPurpose, owner: str) -> TrustedKey:
        return TrustedKey(
            kid=key.kid,
            purpose=purpose,
            owner=owner,
            public_key=key.public,
            not_before=self.now - _VALIDITY,
            not_after=self.now + _VALIDITY,
        )
