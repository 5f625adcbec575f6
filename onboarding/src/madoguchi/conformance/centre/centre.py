"""The test centre: keys of a gateway and three terminals, cards, and whose adapter is tested."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey, key_id, load_public_key
from madoguchi_wire.trust_list import AllowedBuild, TrustList
from madoguchi_wire.withdrawn import WithdrawnList
from store_terminal_sim.cards.authority import CardAuthoritySim
from store_terminal_sim.cards.key_pool import write_private
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.terminal import TerminalIdentity
from store_terminal_sim.testing.enrolled import enrolled

from madoguchi.conformance.centre.cards import make_authority, make_cards

GATEWAY = "conformance.madoguchi.example"
TEST_TERMINAL = "conformance-0003-1"
TERMINALS = ("conformance-0001-1", "conformance-0002-1", TEST_TERMINAL)
GOOD_FOR = timedelta(days=30)
_KEYS = ("root", "gateway", "registrar", *TERMINALS, *(f"{name}-token" for name in TERMINALS))


@dataclass(frozen=True)
class Subject:
    """Whose adapter is tested, and by what its answers are known."""

    municipality: str
    public_key: str
    """Of its attestations: base64url of DER, as the adapter's `keys` prints it."""
    build: str
    """The fingerprint that it attests."""
    version: int = 1
    """Of the trust list: one more each time that the kit is written."""


@dataclass(frozen=True)
class Centre:
    """Everything that the kit signs with."""

    subject: Subject
    keys: Mapping[str, SigningKey] = field(repr=False)
    authority: CardAuthoritySim = field(repr=False)
    cards: Mapping[str, VirtualCard] = field(repr=False)

    @classmethod
    def make(cls, subject: Subject, at: datetime) -> Self:
        """Make a new one.

        Raises:
            SignatureRefused: the public key of the tested adapter is none.

        """
        load_public_key(subject.public_key)
        authority = make_authority(at)
        keys = {name: SigningKey.generate() for name in _KEYS}
        return cls(subject, keys, authority, make_cards(authority, at))

    def renewed(self, subject: Subject) -> "Centre":
        """Return the same centre for an adapter with another key or build."""
        load_public_key(subject.public_key)
        return replace(self, subject=replace(subject, version=self.subject.version + 1))

    def terminal(self, name: str = TERMINALS[0]) -> TerminalIdentity:
        """Return one of its terminals, as enrolment makes it."""
        return TerminalIdentity(
            terminal=name,
            gateway=GATEWAY,
            addresses=(),
            environment="development",
            token_key=self.keys[f"{name}-token"],
            statement_key=self.keys[name],
            enrolment=enrolled(
                self.keys["registrar"],
                name,
                self.keys[name],
                datetime.now(UTC),
                self.keys[f"{name}-token"],
                test=name == TEST_TERMINAL,
            ),
            trust_root=self.keys["root"].private.public_key(),
        )

    def trust_list(self, at: datetime | None = None) -> TrustList:
        """Return the trust list that the adapter holds while it is tested."""
        now = at or datetime.now(UTC)
        subject = self.subject
        public = {
            (KeyPurpose.GATEWAY_REQUEST, GATEWAY): self.keys["gateway"].public,
            (KeyPurpose.ENROLMENT, GATEWAY): self.keys["registrar"].public,
            (KeyPurpose.ATTESTATION, subject.municipality): subject.public_key,
        }
        return TrustList(
            version=subject.version,
            environment="development",
            issued_at=now - timedelta(hours=1),
            expires_at=now + GOOD_FOR,
            keys=tuple(_trusted(*of, key, now) for of, key in public.items()),
            builds=(AllowedBuild(municipality=subject.municipality, build=subject.build),),
        )

    def withdrawn(self, at: datetime | None = None) -> WithdrawnList:
        """Return the list of withdrawn enrolments that the adapter holds: none is."""
        now = at or datetime.now(UTC)
        return WithdrawnList(
            number=self.subject.version,
            issued_at=now - timedelta(hours=1),
            expires_at=now + GOOD_FOR,
            withdrawn=(),
        )

    def save(self, folder: Path) -> None:
        """Write all that the kit needs again; only its owner may read it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, key in self.keys.items():
            key.save(folder / f"{name}.pem")
        self.authority.save(folder / "authority")
        for name, card in self.cards.items():
            card.save(folder / "cards" / name)
        write_private(folder / "subject.json", json.dumps(vars(self.subject), indent=1).encode())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            ValueError: there is none, or it is damaged.

        """
        try:
            return cls(
                Subject(**json.loads((folder / "subject.json").read_bytes())),
                {name: SigningKey.load(folder / f"{name}.pem") for name in _KEYS},
                CardAuthoritySim.load(folder / "authority"),
                {path.name: VirtualCard.load(path) for path in (folder / "cards").iterdir()},
            )
        except (OSError, ValueError, TypeError, KeyError) as error:
            why = "holds no test centre: write one with `madoguchi conformance kit`"
            raise ValueError(f"{folder}: {why} ({type(error).__name__})") from None


def _trusted(purpose: KeyPurpose, owner: str, public: str, now: datetime) -> TrustedKey:
    return TrustedKey(
        kid=key_id(load_public_key(public)),
        purpose=purpose,
        owner=owner,
        public_key=public,
        not_before=now - timedelta(days=1),
        not_after=now + GOOD_FOR,
    )
