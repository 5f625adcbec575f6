"""A terminal: who it is, what it remembers, and how it keeps both."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random

from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.clock import Clock
from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.keys import KeySet, SigningKey
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.trust_list import Environment, TrustList

from store_terminal_sim.core.effects import Flow, Write
from store_terminal_sim.core.entries import Entry
from store_terminal_sim.core.memory import Memory


@dataclass(frozen=True)
class TerminalIdentity:
    """What enrolment gave the terminal."""

    terminal: str
    gateway: str
    """The gateway's name, as it is signed into sessions and assertions."""
    addresses: tuple[str, ...]
    """Base URLs of the gateway's replicas; any of them will do."""
    environment: Environment
    token_key: SigningKey
    statement_key: SigningKey
    enrolment: str
    """The registrar's word for both keys (JWS); it goes into whatever the terminal signs."""
    trust_root: ec.EllipticCurvePublicKey
    """Pinned at enrolment."""

    @cached_property
    def test(self) -> bool:
        """Whether it was enrolled for test papers (見本), and so prints nothing else."""
        return Enrolment.parsed(unverified_payload(self.enrolment)).test


@dataclass(frozen=True)
class HeldToken:
    """An access token and when to stop using it."""

    access_token: str
    good_until: datetime


@dataclass(frozen=True)
class HeldTrustList:
    """A verified trust list and when to ask for it again."""

    trust: TrustList
    keys: KeySet
    """The list's keys, read once."""
    fetch_again_at: datetime


@dataclass
class Terminal:
    """One machine. It serves one cardholder at a time."""

    identity: TerminalIdentity
    clock: Clock
    memory: Memory
    token: HeldToken | None = None
    trust: HeldTrustList | None = None
    jitter: Random = field(default_factory=Random)
    """Spreads the terminals over replicas and time; nothing that must not be guessed."""
    address: int = 0
    """Index of the gateway address that answered last."""
    report_tried: int = 0
    """Number of the report that was tried last, so that one that stays unanswered does not keep
    the others waiting."""
    shut_out: Problem | None = None
    """Why the gateway did not let the terminal in when it reported last; None if it did, or was
    away."""

    @classmethod
    def started(
        cls,
        identity: TerminalIdentity,
        clock: Clock,
        journal: Iterable[Entry],
        jitter: Random | None = None,
    ) -> "Terminal":
        """Return the terminal as it comes up with its journal; run `recover` first."""
        chance = jitter or Random()  # noqa: S311 (see there)
        first = chance.randrange(len(identity.addresses))
        return cls(identity, clock, Memory.of(journal), jitter=chance, address=first)

    def keep(self, entry: Entry, *, durable: bool = True) -> Flow[None]:
        """Write to the journal, then remember."""
        yield Write(entry, durable)
        self.memory.apply(entry)
