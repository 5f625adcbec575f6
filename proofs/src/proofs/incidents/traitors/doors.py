"""The traitor at the adapters' doors: it has the gateway's key, and all that terminals sent."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import aiohttp
from local_stack.installation.make import Installation
from madoguchi_wire.adapter_api import PrepareStatement, SignedRequest
from madoguchi_wire.clock import Clock, japan_day
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.gateway_api import PlaceOrder
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Order, ResidentRecordOptions
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SignedSession
from madoguchi_wire.signed import token_digest, unverified_payload

Attempt = Callable[[PlaceOrder, PlaceOrder], dict[str, Any]]
"""Of an order and somebody else's, what to ask an adapter."""


@dataclass(frozen=True)
class AtTheDoors:
    """Asks an adapter for documents that nobody ordered."""

    installation: Installation
    municipality: str
    clock: Clock
    http: aiohttp.ClientSession

    async def try_all(self, orders: Sequence[PlaceOrder], chance: random.Random) -> dict[str, int]:
        """Try each way with some orders; return how often an adapter prepared something, by way."""
        given: dict[str, int] = {}
        for name, attempt in ATTEMPTS.items():
            given[name] = 0
            for _ in range(min(5, len(orders))):
                mine, other = chance.choice(orders), chance.choice(orders)
                given[name] += await self._prepared(attempt(mine, other))
        return given

    async def _prepared(self, asked: dict[str, Any]) -> bool:
        key = SigningKey.load(self.installation.layout.request_key)
        now, issuance = self.clock.now(), str(uuid4())
        asked = {"copy_number": 1} | asked
        statement = PrepareStatement(
            issuance=issuance,
            municipality=self.municipality,
            accepted_on=japan_day(now),
            requested_at=now,
            deadline=now + timedelta(seconds=20),
            **asked,
        )
        address = self.installation.facts.adapters[self.municipality]
        url = f"{address}/v1/municipalities/{self.municipality}/issuances/{issuance}/prepare"
        body = SignedRequest(request=statement.signed_by(key)).model_dump_json()
        headers = {"content-type": "application/json"}
        async with self.http.post(url, data=body, headers=headers) as answer:
            return answer.status < HTTPStatus.BAD_REQUEST


def _again(mine: PlaceOrder, _: PlaceOrder) -> dict[str, Any]:
    return {"session": mine.signed_session, "order": mine.order}


def _one_more_copy(mine: PlaceOrder, _: PlaceOrder) -> dict[str, Any]:
    return {"session": mine.signed_session, "order": mine.order, "copy_number": 2}


def _in_another_session(mine: PlaceOrder, other: PlaceOrder) -> dict[str, Any]:
    return {"session": other.signed_session, "order": mine.order}


def _own_sealing_key(mine: PlaceOrder, _: PlaceOrder) -> dict[str, Any]:
    return {"session": _forged_session(mine, SigningKey.generate()), "order": mine.order}


def _own_session(mine: PlaceOrder, _: PlaceOrder) -> dict[str, Any]:
    key = SigningKey.generate()
    session = _forged_session(mine, key, signing_key=key.public)
    return {"session": session, "order": _forged_order(mine, session, key)}


def _own_order(mine: PlaceOrder, _: PlaceOrder) -> dict[str, Any]:
    options = ResidentRecordOptions(honseki=True)
    order = _forged_order(mine, mine.signed_session, SigningKey.generate(), options=options)
    return {"session": mine.signed_session, "order": order}


ATTEMPTS: dict[str, Attempt] = {
    "the same order under another issuance id": _again,
    "a copy that was not ordered": _one_more_copy,
    "an order in another's session": _in_another_session,
    "its own sealing key in a session": _own_sealing_key,
    "its own session, key and order": _own_session,
    "an order of its own in a real session": _own_order,
}


def _forged_session(order: PlaceOrder, key: SigningKey, **changes: Any) -> str:  # noqa: ANN401
    signed = SignedSession.parsed(unverified_payload(order.signed_session))
    opening = OpeningKey(SealingSuite.X25519)
    changes = {"sealing_key": to_base64url(opening.public)} | changes
    statement = signed.statement.model_copy(update=changes)
    return signed.model_copy(update={"statement": statement}).signed_by(key)


def _forged_order(
    mine: PlaceOrder,
    session: str,
    key: SigningKey,
    **changes: Any,  # noqa: ANN401
) -> str:
    order = Order.parsed(unverified_payload(mine.order))
    changes = {"session": token_digest(session)} | changes
    return order.model_copy(update=changes).signed_by(key)
