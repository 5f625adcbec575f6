"""A gateway with a city, four terminals and cards, over real HTTP on a real database."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.serialization import Encoding
from gateway.municipalities.deciding import decide_all
from gateway.municipalities.life import Step
from gateway.municipalities.loader import put_folder
from gateway.municipalities.proposal import Proposal
from gateway.settings import Settings
from gateway.terminals.tokens import issue_token
from local_stack.in_force import BY, decision_settings, put_in_force
from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.gateway_api import Menu
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.kit.pool import Pool, open_pool
from madoguchi_wire.kit.yaml_file import yaml_text
from madoguchi_wire.reports import Completed, Paid
from madoguchi_wire.session import SessionVerifier
from madoguchi_wire.trust_list import AllowedBuild, TrustList
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.testing.enrolled import enrolled
from store_terminal_sim.testing.honest_city import BUILD, PAGES, HonestCity

from gateway_testing.city import City, serving
from gateway_testing.customer import PRICE, Customer, StandIn

ICHIKAWA, SHIBUYA = "122033", "131130"
STORE, OTHER_STORE, TOWN_HALL = "tokiwa-0001-1", "tokiwa-0002-1", "city-0001-1"
TEST_TERMINAL = "tokiwa-0002-9"
"""Prints test papers (見本) only; it stands in another municipality."""
PIN = "1234"
RunGateway = Callable[[Settings], AbstractContextManager[str]]

OFFERS: dict[str, Any] = {
    "resident_record": {
        "opens": "00:00",
        "closes": "24:00",
        "members": True,
        "relationship": True,
        "honseki": False,
        "maximum_copies": 5,
    },
}
CHAINS: list[dict[str, Any]] = [
    {
        "chain": "tokiwa",
        "name": "ときわマート",
        "commissions": [{"from": "2010-02-02", "yen": 120}],
        "sites": [
            {"site": "tokiwa-0001", "name": "市川店", "municipality": ICHIKAWA, "type": "store"},
            {"site": "tokiwa-0002", "name": "渋谷店", "municipality": SHIBUYA, "type": "store"},
        ],
        "terminals": [
            {"terminal": STORE, "site": "tokiwa-0001", "state": "enrolled"},
            {"terminal": OTHER_STORE, "site": "tokiwa-0002", "state": "enrolled"},
            {"terminal": TEST_TERMINAL, "site": "tokiwa-0002", "state": "enrolled", "test": True},
        ],
    },
    {
        "chain": "city",
        "name": "市役所",
        "sites": [
            {"site": "city-0001", "name": "市役所", "municipality": ICHIKAWA, "type": "city"}
        ],
        "terminals": [{"terminal": TOWN_HALL, "site": "city-0001", "state": "enrolled"}],
    },
]


@dataclass
class World:
    """A running gateway and everybody around it."""

    settings: Settings
    folder: Path
    city: City
    adapter: str
    authority: CardAuthoritySim
    root: SigningKey
    request_key: SigningKey
    registrar: SigningKey
    neighbour_key: SigningKey
    """Shibuya attests with it; its own adapter is nowhere."""
    http: aiohttp.ClientSession
    pool: Pool
    terminals: dict[str, SigningKey]
    enrolments: dict[str, str]
    replicas: list[str] = field(default_factory=list[str])
    cards: list[VirtualCard] = field(default_factory=list[VirtualCard])
    """All that were handed out, whose numbers may lie nowhere."""
    stand_ins: dict[str, StandIn] = field(default_factory=dict[str, StandIn])

    def terminal(self, name: str = STORE, replica: int = 0) -> StandIn:
        """Return a terminal; the same one counts its reports on, whichever replica it calls."""
        secret = self.settings.token_secret.read_bytes()
        token = issue_token(name, self.settings.name, secret, datetime.now(UTC))
        address, key = self.replicas[replica], self.terminals[name]
        made = StandIn(self.http, address, name, key, self.enrolments[name], token)
        first = self.stand_ins.setdefault(name, made)
        made.numbers = first.numbers
        return made

    def card(self, **changes: Any) -> VirtualCard:  # noqa: ANN401 (as CardAuthoritySim.issue)
        """Return a new card of the authority that is accepted."""
        made = self.authority.issue(datetime.now(UTC), pin=PIN, **changes)
        self.cards.append(made)
        return made

    async def menu(self, terminal: StandIn, municipality: str = ICHIKAWA) -> Menu:
        """Return the menu that a terminal shows."""
        answered = await terminal.call("GET", f"/v1/municipalities/{municipality}/menu")
        assert answered.status == 200, answered.json
        return Menu.model_validate_json(answered.body)

    async def customer(
        self,
        terminal: str = STORE,
        card: VirtualCard | None = None,
        municipality: str = ICHIKAWA,
        replica: int = 0,
    ) -> Customer:
        """Return somebody who stands before the menu with a card."""
        at = self.terminal(terminal, replica)
        return Customer(at, card or self.card(), await self.menu(at, municipality))

    async def opened(self, **where: Any) -> Customer:  # noqa: ANN401 (as `customer`)
        """Return somebody whose session is open."""
        customer = await self.customer(**where)
        answered = await customer.open()
        assert answered.status == 201, answered.json
        return customer

    async def prepared(self, **where: Any) -> tuple[Customer, str]:  # noqa: ANN401 (as above)
        """Return somebody with one prepared issuance."""
        customer = await self.opened(**where)
        (issued,) = (await customer.order()).order.issuances
        assert issued.problem is None, issued.problem
        return customer, str(issued.issuance)

    async def delivered(self, **where: Any) -> tuple[Customer, str]:  # noqa: ANN401 (as above)
        """Return somebody whose document was fetched."""
        customer, issuance = await self.prepared(**where)
        answered = await customer.at.document(issuance)
        assert answered.status == 200, answered.json
        return customer, issuance

    async def paid(self, **where: Any) -> tuple[Customer, str]:  # noqa: ANN401 (as above)
        """Return somebody who has paid."""
        customer, issuance = await self.delivered(**where)
        answered = await customer.at.report(issuance, Paid(yen=PRICE))
        assert answered.json["go"] is True, answered.json
        return customer, issuance

    async def completed(self, **where: Any) -> tuple[Customer, str]:  # noqa: ANN401 (as above)
        """Return somebody with a paper in their hand."""
        customer, issuance = await self.paid(**where)
        answered = await customer.at.report(issuance, Completed(pages=PAGES))
        assert answered.json["state"] == "completed", answered.json
        return customer, issuance

    async def configure(self, **changes: object) -> None:
        """Put both municipalities and all chains in force; `changes` alter the former's files."""
        for code in (ICHIKAWA, SHIBUYA):
            _write(
                self.folder / "municipalities" / f"{code}.yaml", self._municipality(code, changes)
            )
        for chain in CHAINS:
            _write(self.folder / "chains" / f"{chain['chain']}.yaml", chain)
        keys = {ICHIKAWA: self.city.honest.key, SHIBUYA: self.neighbour_key}
        await put_in_force(self.folder, decision_settings(self.settings), keys.__getitem__)

    async def put(self, **changes: object) -> None:
        """Put both municipalities' files, changed, without a decision: their newest versions."""
        for code in (ICHIKAWA, SHIBUYA):
            path = self.folder / "municipalities" / f"{code}.yaml"
            _write(path, self._municipality(code, changes))
        await put_folder(self.folder, decision_settings(self.settings))

    async def decide(self, step: Step, *codes: str, **more: Any) -> None:  # noqa: ANN401 (a proposal's)
        """Decide about municipalities; `more` as `Proposal`."""
        proposals = [Proposal(code, step, BY, **more) for code in codes]
        await decide_all(proposals, decision_settings(self.settings))

    async def suspend(self) -> None:
        """Suspend both municipalities."""
        await self.decide(Step.SUSPEND, ICHIKAWA, SHIBUYA)

    def _municipality(self, code: str, changes: dict[str, object]) -> dict[str, Any]:
        name = {"ja": "市川市", "kana": "いちかわし", "en": "Ichikawa City"}
        prices = {"resident_record": PRICE}
        return {
            "code": code,
            "name": name,
            "adapters": [self.adapter],
            "offers": OFFERS,
            "tariffs": [{"version": "2010-02", "from": "2010-02-02", "prices": prices}],
            "collectors": [{"chain": "tokiwa", "from": "2010-02-02"}],
            "places": [{"label": "市内", "municipalities": [code]}, {"label": "その他府県"}],
        } | changes

    def write_crl(self, at: datetime | None = None) -> None:
        """Write the revocation list as of `at`."""
        crl = self.authority.crl(at or datetime.now(UTC))
        (self.folder / "cards.crl").write_bytes(crl)

    def write_files(self) -> None:
        """Write trust list, card authorities and revocation list where the settings say."""
        self.folder.mkdir(exist_ok=True)
        trust = self.trust_list()
        self.settings.trust_list.write_text(trust.signed_by(self.root))
        trusted = self.authority.as_trusted()
        pem = self.authority.certificate.public_bytes(Encoding.PEM)
        (self.folder / "authority.pem").write_bytes(pem)
        entry = {
            "name": trusted.name,
            "certificate": str(self.folder / "authority.pem"),
            "policy": trusted.policy.dotted_string,
            "crl": str(self.folder / "cards.crl"),
        }
        self.settings.card_authorities.write_text(yaml_text({"authorities": [entry]}))
        self.write_crl()
        cards = CardVerifier([trusted])
        self.city.sessions = SessionVerifier(self.settings.name, trust.key_set(), cards)

    def trust_list(self) -> TrustList:
        """Return the first trust list, before its root signs it."""
        now = datetime.now(UTC)
        owned = [(KeyPurpose.ENROLMENT, self.settings.name, self.registrar)]
        owned.append((KeyPurpose.ATTESTATION, ICHIKAWA, self.city.honest.key))
        owned.append((KeyPurpose.ATTESTATION, SHIBUYA, self.neighbour_key))
        owned.append((KeyPurpose.GATEWAY_REQUEST, self.settings.name, self.request_key))
        return TrustList(
            version=1,
            environment="development",
            issued_at=now - timedelta(days=1),
            expires_at=now + timedelta(days=30),
            keys=tuple(
                TrustedKey(
                    kid=key.kid,
                    purpose=purpose,
                    owner=owner,
                    public_key=key.public,
                    not_before=now - timedelta(days=1),
                    not_after=now + timedelta(days=365),
                )
                for purpose, owner, key in owned
            ),
            # Both municipalities issue with one build; only the first has an adapter here.
            builds=tuple(
                AllowedBuild(municipality=code, build=BUILD) for code in (ICHIKAWA, SHIBUYA)
            ),
        )


async def eventually(check: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Wait until `check` holds; what happens in the background takes its time.

    Raises:
        AssertionError: it did not within `seconds`.

    """
    try:
        async with asyncio.timeout(seconds):
            while True:
                if await check():
                    return
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise AssertionError(f"it did not come to pass within {seconds} s") from error


def _write(path: Path, values: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml_text(values), encoding="utf-8")


@asynccontextmanager
async def open_world(
    settings: Settings,
    folder: Path,
    keys: dict[KeyPurpose, SigningKey],
    run: RunGateway,
    replicas: int = 1,
    **changes: object,
) -> AsyncGenerator[World]:
    """Run a city and replicas of a gateway on migrated settings; `changes` alter those.

    Files go to `folder`.
    """
    settings = settings.model_copy(update={"crl_refresh_seconds": 0.1} | changes)
    async with AsyncExitStack() as stack:
        city = City(HonestCity(ICHIKAWA))
        registrar, now = keys[KeyPurpose.ENROLMENT], datetime.now(UTC)
        names = (STORE, OTHER_STORE, TOWN_HALL, TEST_TERMINAL)
        terminals = {name: SigningKey.generate() for name in names}
        world = World(
            settings=settings,
            folder=folder,
            city=city,
            adapter=await stack.enter_async_context(serving(city)),
            authority=CardAuthoritySim.create("test-card", KeyKind.P_384, now),
            root=keys[KeyPurpose.TRUST_ROOT],
            request_key=keys[KeyPurpose.GATEWAY_REQUEST],
            registrar=registrar,
            neighbour_key=SigningKey.generate(),
            http=await stack.enter_async_context(
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
            ),
            pool=await stack.enter_async_context(
                await open_pool(settings.database_url, timedelta(0))
            ),
            terminals=terminals,
            enrolments={
                name: enrolled(registrar, name, key, now, test=name == TEST_TERMINAL)
                for name, key in terminals.items()
            },
        )

        world.write_files()
        await world.configure()
        world.replicas = [stack.enter_context(run(settings)) for _ in range(replicas)]
        yield world
