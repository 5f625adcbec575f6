"""Keys and secrets of the centre and of each municipality, and the trust list over them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from madoguchi.trust.lists import LASTS, make_root, new_list, put_in_place, read_list, renewed
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.trust_list import AllowedBuild
from madoguchi_wire.withdrawn import WithdrawnList
from municipal_adapter.evidence.sealing import make_evidence_keys
from store_terminal_sim.terminal_folder import Delivered, enrol_delivered

from local_stack.installation.facts import GATEWAY_NAME, MUNICIPALITIES, VENDORS
from local_stack.installation.layout import Layout

SECRET_BYTES = 32


@dataclass
class Keys:
    """The keys of one installation, as they are made."""

    layout: Layout
    now: datetime
    """The simulation's present."""
    lasts: timedelta
    root: SigningKey = field(init=False)
    registrar: SigningKey = field(init=False)
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
        self.root = make_root(self.layout.root_key, self.layout.trust_root)
        self._add(self.layout.request_key, KeyPurpose.GATEWAY_REQUEST, GATEWAY_NAME)
        self._add(self.layout.stamping_key, KeyPurpose.STAMPING, GATEWAY_NAME)
        self.registrar = self._add(self.layout.enrolment_key, KeyPurpose.ENROLMENT, GATEWAY_NAME)
        _secret(self.layout.token_secret)
        _secret(self.layout.challenge_secret)
        _secret(self.layout.codes_secret)
        _token(self.layout.audit_token)
        _token(self.layout.billing_token)
        _secret(self.layout.pseudonym_secret)
        for code in MUNICIPALITIES:
            self.make_municipality(code)
            countersigning = self.layout.municipality_keys(code) / "countersigning.pem"
            self._add(countersigning, KeyPurpose.COUNTERSIGNING, code)

    def make_municipality(self, code: str) -> None:
        """Make what every municipality has; who is a witness has a key more."""
        folder = self.layout.municipality_keys(code)
        self._add(folder / "attestation.pem", KeyPurpose.ATTESTATION, code)
        _secret(folder / "beacon.secret")
        _secret(folder / "handles.secret")
        _secret(folder / "registrations.secret")
        make_evidence_keys(folder)

    def enrol(self, folder: Path, delivered: Delivered) -> None:
        """Make a terminal's folder, with keys and enrolment."""
        enrol_delivered(folder, delivered, self.registrar, self.valid_from, self.valid_until)

    def publish(self, build: str, vendors: Mapping[str, str] = VENDORS) -> None:
        """Sign the trust list over all keys; every municipality allows this one build.

        Args:
            build: fingerprint of the adapters.
            vendors: name and version of the system behind an adapter, by municipality.

        """
        trust = new_list(
            "development",
            self.trusted,
            [
                AllowedBuild(municipality=code, build=build, vendor=vendors.get(code))
                for code in MUNICIPALITIES
            ],
            self.valid_from,
            min(self.valid_until, self.now + LASTS),
        )
        put_in_place(self.layout.trust_list, trust.signed_by(self.root))
        none = WithdrawnList(
            number=1, issued_at=trust.issued_at, expires_at=trust.expires_at, withdrawn=()
        )
        put_in_place(self.layout.withdrawn, none.signed_by(self.registrar))

    def _add(self, path: Path, purpose: KeyPurpose, owner: str) -> SigningKey:
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
        return key


def renew_trust_list(layout: Layout, now: datetime) -> datetime:
    """Sign the next version of trust list and withdrawn enrolments; return when they expire.

    Processes take it up by themselves, as any that its root signed.
    """
    root, expires_at = SigningKey.load(layout.root_key), now + LASTS
    again = renewed(read_list(layout.trust_list, root), now, expires_at)
    put_in_place(layout.trust_list, again.signed_by(root))
    registrar = SigningKey.load(layout.enrolment_key)
    token = layout.withdrawn.read_text("ascii")
    known = WithdrawnList.verified(token, registrar.private.public_key())
    still = known.model_copy(
        update={"number": known.number + 1, "issued_at": now, "expires_at": expires_at}
    )
    put_in_place(layout.withdrawn, still.signed_by(registrar))
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
