"""A whole small world in memory: authority, card, terminal, gateway and city."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.clock import ManualClock
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.session import SessionVerifier
from madoguchi_wire.trust_list import AllowedBuild, TrustList

from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.terminal import Terminal, TerminalIdentity
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.machine import Machine
from store_terminal_sim.driver.sync_driver import SyncDriver
from store_terminal_sim.journal import MemoryJournal
from store_terminal_sim.testing.enrolled import enrolled
from store_terminal_sim.testing.honest_city import BUILD, HonestCity
from store_terminal_sim.testing.honest_gateway import HonestGateway

ICHIKAWA = "122033"
TERMINAL = "terminal-1"
GATEWAY = "centre.test"
START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ROOT, REGISTRAR = SigningKey.generate(), SigningKey.generate()
TOKEN_KEY, STATEMENT_KEY = SigningKey.generate(), SigningKey.generate()
AUTHORITY = CardAuthoritySim.create("jpki-card-next", KeyKind.P_384, START)
CARD = AUTHORITY.issue(START, pin="1234")


@dataclass
class World:
    """What outlives a power cut of the terminal."""

    clock: ManualClock
    gateway: HonestGateway
    journal: MemoryJournal
    machine: Machine
    test: bool = False
    """Whether the terminal is enrolled for test papers (見本)."""

    def switched_on(self) -> Terminal:
        """Return the terminal as it comes up with its journal."""
        identity = TerminalIdentity(
            TERMINAL,
            GATEWAY,
            ("http://replica-1", "http://replica-2"),
            "development",
            TOKEN_KEY,
            STATEMENT_KEY,
            enrolled(REGISTRAR, TERMINAL, STATEMENT_KEY, START, TOKEN_KEY, test=self.test),
            ROOT.private.public_key(),
        )
        return Terminal.started(identity, self.clock, self.journal.entries)

    def driver(self, card: VirtualCard = CARD) -> SyncDriver:
        """Return a driver whose network is a function call and whose waiting takes no time."""
        counter = Counter(self.machine, self.journal, Cardholder.of(card))
        return SyncDriver(counter, self.gateway.answer, self.pass_time)

    def pass_time(self, seconds: float) -> None:
        """Move the clock."""
        self.clock.advance(timedelta(seconds=seconds))


def new_world() -> World:
    """Return a world in which nothing has happened yet."""
    clock, city = ManualClock(START), HonestCity(ICHIKAWA)
    trust = trust_list(city)
    sessions = SessionVerifier(GATEWAY, trust.key_set(), CardVerifier([AUTHORITY.as_trusted()]))
    gateway = HonestGateway(city, clock, sessions, trust.signed_by(ROOT))
    return World(clock, gateway, MemoryJournal(), Machine())


def trust_list(city: HonestCity, version: int = 1) -> TrustList:
    """Return the trust list of this world."""
    owners = [
        (REGISTRAR, KeyPurpose.ENROLMENT, GATEWAY),
        (city.key, KeyPurpose.ATTESTATION, city.municipality),
    ]
    return TrustList(
        version=version,
        environment="development",
        issued_at=START - timedelta(days=1),
        expires_at=START + timedelta(days=1),
        keys=tuple(trusted_key(key, purpose, owner) for key, purpose, owner in owners),
        builds=(AllowedBuild(municipality=city.municipality, build=BUILD),),
    )


def trusted_key(key: SigningKey, purpose: KeyPurpose, owner: str) -> TrustedKey:
    """Return the entry of a trust list for a key of this world."""
    return TrustedKey(
        kid=key.kid,
        purpose=purpose,
        owner=owner,
        public_key=key.public,
        not_before=START - timedelta(days=1),
        not_after=START + timedelta(days=1),
    )
