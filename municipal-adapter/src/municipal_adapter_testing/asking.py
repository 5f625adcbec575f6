"""A gateway as an adapter sees it: signs requests and sends them, honest or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
from madoguchi_wire.adapter_api import (
    HouseholdStatement,
    OutcomeState,
    OutcomeStatement,
    Prepared,
    PrepareStatement,
    SealedHousehold,
)
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Household
from madoguchi_wire.sealing import household_info
from madoguchi_wire.signed import Statement, token_digest

from municipal_adapter_testing.visit import Visit


@dataclass(frozen=True)
class Answered:
    """What an adapter answered."""

    status: int
    body: bytes
    json: Mapping[str, Any]
    headers: Sequence[tuple[str, str]] = ()

    @property
    def slug(self) -> str:
        """The problem type's slug; empty when it is no problem."""
        return str(self.json.get("type", "")).removeprefix("/problems/")

    @property
    def prepared(self) -> Prepared:
        """The answer to a prepare that went well."""
        assert self.status == 200, self.json
        return Prepared.model_validate(self.json)


@dataclass(frozen=True)
class Asking:
    """Sends what a gateway signed to one adapter."""

    http: aiohttp.ClientSession
    address: str
    key: SigningKey

    async def beacon(self, code: str) -> str:
        """Return the municipality's beacon of this minute."""
        async with self.http.get(f"{self.address}/v1/municipalities/{code}/beacon") as answer:
            return str((await answer.json())["beacon"])

    async def prepare(
        self, visit: Visit, order: str, issuance: str | None = None, **changes: object
    ) -> Answered:
        """Ask for a copy of an order; `changes` are what a liar alters in the statement."""
        statement = prepare_statement(visit, order, issuance or str(uuid4()), **changes)
        path = f"{visit.municipality}/issuances/{statement.issuance}/prepare"
        return await self.send(path, statement)

    async def household(self, visit: Visit, request: str, within_s: float = 10) -> Answered:
        """Ask for the household."""
        statement = HouseholdStatement(
            municipality=visit.municipality,
            session=visit.session,
            household_request=request,
            requested_at=datetime.now(UTC),
            deadline=datetime.now(UTC) + timedelta(seconds=within_s),
        )
        return await self.send(f"{visit.municipality}/household", statement)

    async def outcome(
        self, visit: Visit, issuance: str, outcome: OutcomeState, *reports: str
    ) -> Answered:
        """Tell how an issuance ended."""
        statement = OutcomeStatement(
            issuance=issuance,
            municipality=visit.municipality,
            outcome=outcome,
            reports=reports,
            decided_at=datetime.now(UTC),
        )
        return await self.send(f"{visit.municipality}/issuances/{issuance}/outcome", statement)

    async def send(
        self, path: str, statement: Statement, *, key: SigningKey | None = None
    ) -> Answered:
        """Sign a statement and post it."""
        body = {"request": statement.signed_by(key or self.key)}
        async with self.http.post(f"{self.address}/v1/municipalities/{path}", json=body) as answer:
            return Answered(
                answer.status,
                await answer.read(),
                await answer.json(content_type=None),
                tuple(answer.headers.items()),
            )


def prepare_statement(
    visit: Visit, order: str, issuance: str, **changes: object
) -> PrepareStatement:
    """Return what an honest gateway asks, but for `changes`."""
    now = datetime.now(UTC)
    honest: dict[str, object] = {
        "issuance": issuance,
        "municipality": visit.municipality,
        "session": visit.session,
        "order": order,
        "copy_number": 1,
        "accepted_on": japan_day(now),
        "requested_at": now,
        "deadline": now + timedelta(seconds=30),
    }
    return PrepareStatement.model_validate(honest | changes)


def opened_household(visit: Visit, request: str, answered: Answered) -> Household:
    """Return the household as the terminal opens it."""
    sealed = from_base64url(SealedHousehold.model_validate(answered.json).ciphertext)
    info = household_info(visit.digest, token_digest(request))
    return Household.model_validate_json(visit.opening_key.open(sealed, info))
