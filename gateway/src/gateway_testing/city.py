"""A municipality's adapter over HTTP: honest unless a test makes it lie, fail or dawdle."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web
from madoguchi_wire.adapter_api import (
    Acknowledged,
    Beacon,
    HouseholdStatement,
    OutcomeStatement,
    Prepared,
    PrepareStatement,
    SealedHousehold,
    SignedRequest,
)
from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.errors import MadoguchiError, OrderReplayed
from madoguchi_wire.kit.problems import problem_of
from madoguchi_wire.order import order_digest
from madoguchi_wire.sealing import household_info, seal
from madoguchi_wire.session import SessionVerifier, VerifiedSession
from madoguchi_wire.signed import token_digest, unverified_payload
from pydantic import BaseModel
from store_terminal_sim.testing.honest_city import HonestCity

HOUSEHOLD = b"the household, as only the terminal may read it"
BEACON = "beacon-of-the-test"
Misdeed = Callable[[web.Request], Awaitable[web.StreamResponse]]


def truthful(prepared: Prepared) -> Prepared:
    """Leave an answer as it is."""
    return prepared


def acknowledging(done: Acknowledged) -> Acknowledged:
    """Leave an acknowledgement as it is."""
    return done


@dataclass
class City:
    """What one municipality answers; tests change its behaviour through its fields."""

    honest: HonestCity
    sessions: SessionVerifier | None = None
    """As an adapter it verifies sessions itself; set when the trust list is written."""
    misdeed: Misdeed | None = None
    """Answers a prepare instead of the honest one."""
    twist: Callable[[Prepared], Prepared] = truthful
    refusal: MadoguchiError | None = None
    delay_s: float = 0
    asked: list[PrepareStatement] = field(default_factory=list[PrepareStatement])
    outcomes: list[OutcomeStatement] = field(default_factory=list[OutcomeStatement])
    acknowledges: bool = True
    acknowledges_when: asyncio.Event | None = None
    """Until then an outcome that was told is not answered."""
    acknowledged: Callable[[Acknowledged], Acknowledged] = acknowledging
    answers: dict[str, Prepared] = field(default_factory=dict[str, Prepared])
    copies: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])

    def verified(self, token: str) -> VerifiedSession:
        """Return the session that a request brings."""
        assert self.sessions is not None
        return self.sessions.verify(token, self.honest.municipality, datetime.now(UTC))

    def prepare(self, asked: PrepareStatement) -> Prepared:
        """Make the document of an issuance, or repeat it."""
        claim = (order_digest(asked.order), asked.copy_number)
        if self.copies.setdefault(claim, asked.issuance) != asked.issuance:
            raise OrderReplayed()
        if asked.issuance not in self.answers:
            attestation, ciphertext = self.honest.prepare(
                asked.issuance,
                self.verified(asked.session),
                asked.order,
                asked.copy_number,
                datetime.now(UTC),
            )
            self.answers[asked.issuance] = Prepared(
                attestation=attestation, ciphertext=to_base64url(ciphertext)
            )
        return self.twist(self.answers[asked.issuance])

    def household(self, asked: HouseholdStatement) -> SealedHousehold:
        """Seal the household to the session that asks."""
        session = self.verified(asked.session)
        sealed = seal(
            HOUSEHOLD,
            from_base64url(session.statement.sealing_key),
            session.statement.sealing_suite,
            household_info(session.digest, token_digest(asked.household_request)),
        )
        return SealedHousehold(ciphertext=to_base64url(sealed))


class _Handlers:
    def __init__(self, city: City) -> None:
        self._city = city

    async def beacon(self, _: web.Request) -> web.Response:
        return _json(Beacon(beacon=BEACON, good_until=datetime.now(UTC) + timedelta(minutes=1)))

    async def prepare(self, request: web.Request) -> web.StreamResponse:
        city = self._city
        asked = PrepareStatement.parsed(unverified_payload(await _token(request)))
        city.asked.append(asked)
        await asyncio.sleep(city.delay_s)
        if city.misdeed is not None:
            return await city.misdeed(request)
        if city.refusal is not None:
            return _problem(city.refusal)
        try:
            return _json(city.prepare(asked))
        except MadoguchiError as error:
            return _problem(error)

    async def household(self, request: web.Request) -> web.StreamResponse:
        asked = HouseholdStatement.parsed(unverified_payload(await _token(request)))
        if self._city.refusal is not None:
            return _problem(self._city.refusal)
        return _json(self._city.household(asked))

    async def outcome(self, request: web.Request) -> web.StreamResponse:
        told = OutcomeStatement.parsed(unverified_payload(await _token(request)))
        self._city.outcomes.append(told)
        if not self._city.acknowledges:
            return web.Response(status=500)
        if self._city.acknowledges_when is not None:
            await self._city.acknowledges_when.wait()
        done = Acknowledged(issuance=told.issuance, outcome=told.outcome)
        return _json(self._city.acknowledged(done))


@asynccontextmanager
async def serving(city: City) -> AsyncGenerator[str]:
    """Serve a city's adapter and give its base address."""
    handlers, app = _Handlers(city), web.Application()
    app.router.add_get("/v1/municipalities/{code}/beacon", handlers.beacon)
    app.router.add_post("/v1/municipalities/{code}/household", handlers.household)
    issuance = "/v1/municipalities/{code}/issuances/{issuance}"
    app.router.add_post(f"{issuance}/prepare", handlers.prepare)
    app.router.add_post(f"{issuance}/outcome", handlers.outcome)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _token(request: web.Request) -> str:
    return SignedRequest.model_validate_json(await request.read()).request


def _json(body: BaseModel) -> web.Response:
    return web.Response(body=body.model_dump_json(), content_type="application/json")


def _problem(error: MadoguchiError) -> web.Response:
    body = problem_of(error).model_dump_json()
    return web.Response(body=body, status=error.status, content_type="application/problem+json")
