"""Keys and secrets of the centre and of each municipality, and the trust list over them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.trust_list import AllowedBuild, TrustList
from municipal_adapter.evidence.sealing import make_evidence_keys

from local_stack.installation.facts import GATEWAY_NAME, MUNICIPALITIES, VENDORS
from local_stack.installation.layout import Layout

TRUST_LIST_LASTS = timedelta(days=30)
SECRET_BYTES = 32


@dataclass
class Keys:
    """The keys of one installation, as they are made."""

    layout: Layout
    now: datetime
    """The simulation's present."""
    lasts: timedelta
    root: SigningKey = field(default_factory=SigningKey.generate)
    trusted: list[TrustedKey] = field(default_factory=list[TrustedKey])

    @property
    def valid_from(self) -> datetime:
        """A day ago, so that nobody stumbles over a few seconds."""
        return self.now - timedelta(days=1)

    @property
    def valid_until(self) -> datetime:
        """When everything of this installation ends."""
        return self.now + self.lasts

    def make(self) -> None:
        """Make root, gateway and municipality keys, and the secrets."""
        self._make_root()
        self._add(self.layout.request_key, KeyPurpose.GATEWAY_REQUEST, GATEWAY_NAME)
        self._add(self.layout.stamping_key, KeyPurpose.STAMPING, GATEWAY_NAME)
        _secret(self.layout.token_secret)
        _secret(self.layout.challenge_secret)
        _token(self.layout.audit_token)
        _token(self.layout.billing_token)
        _secret(self.layout.pseudonym_secret)
        for code in MUNICIPALITIES:
            folder = self.layout.municipality_keys(code)
            self._add(folder / "attestation.pem", KeyPurpose.ATTESTATION, code)
            self._add(folder / "countersigning.pem", KeyPurpose.COUNTERSIGNING, code)
            _secret(folder / "beacon.secret")
            _secret(folder / "handles.secret")
            _secret(folder / "registrations.secret")
            make_evidence_keys(folder)

    def publish(self, build: str, vendors: Mapping[str, str] = VENDORS) -> None:
        """Sign the trust list over all keys; every municipality allows this one build.

        Args:
            build: fingerprint of the adapters.
            vendors: name and version of the system behind an adapter, by municipality.

        """
        trust = TrustList(
            version=1,
            environment="development",
            issued_at=self.valid_from,
            expires_at=min(self.valid_until, self.now + TRUST_LIST_LASTS),
            keys=tuple(self.trusted),
            builds=tuple(
                AllowedBuild(municipality=code, build=build, vendor=vendors.get(code))
                for code in MUNICIPALITIES
            ),
        )
        self.layout.trust_list.write_text(trust.signed_by(self.root))

    def _make_root(self) -> None:
        _folder_of(self.layout.root_key)
        self.root.save(self.layout.root_key)
        pem = self.root.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.layout.trust_root.write_bytes(pem)

    def _add(self, path: Path, purpose: KeyPurpose, owner: str) -> None:
        _folder_of(path)
        key = SigningKey.generate()
        key.save(path)
        self.trusted.append(
            TrustedKey(
                kid=key.kid,
                purpose=purpose,
                owner=owner,
                public_key=key.public,
                not_before=self.valid_from,
                not_after=self.valid_until,
            )
        )


def renew_trust_list(layout: Layout, now: datetime) -> datetime:
    """Sign the next version of the trust list, of the same keys; return when it expires.

    Processes take it up by themselves, as any that its root signed.
    """
    root = SigningKey.load(layout.root_key)
    last = TrustList.verified(layout.trust_list.read_text("ascii"), root.private.public_key())
    expires_at = now + TRUST_LIST_LASTS
    renewed = last.model_copy(
        update={"version": last.version + 1, "issued_at": now, "expires_at": expires_at}
    )
    # In one step: a process that reads half of it would complain.
    unfinished = layout.trust_list.with_suffix(".unfinished")
    unfinished.write_text(renewed.signed_by(root))
    unfinished.replace(layout.trust_list)
    return expires_at


def _secret(path: Path) -> None:
    _folder_of(path)
    path.touch(mode=0o600)
    path.write_bytes(secrets.token_bytes(SECRET_BYTES))


def _token(path: Path) -> None:
    _folder_of(path)
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(SECRET_BYTES))


def _folder_of(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
