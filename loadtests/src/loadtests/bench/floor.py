"""The floor: the least that a gateway can do for a flow, as a bare ASGI program.

It answers the same HTTP calls, does the same cryptography, calls the same adapter and commits as
often as the gateway, with one plain row each. It has no rules, no idempotency, no configuration, no
events, no ledger, no logs and no traces: what the product costs above it is the price of those.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import aiohttp
import asyncpg
import jwt
from madoguchi_wire.adapter_api import OutcomeStatement, PrepareStatement
from madoguchi_wire.attestation import Expected, check_ciphertext, verified_attestation
from madoguchi_wire.clock import Clock, instant_text, japan_day
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.order import order_digest, verified_order
from madoguchi_wire.reports import verified_report
from madoguchi_wire.session import SessionVerifier
from madoguchi_wire.trust_list import TrustList

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = tuple[int, bytes]

SCHEMA = """
CREATE TABLE floor_steps (flow text NOT NULL, step text NOT NULL, evidence bytea NOT NULL,
                          PRIMARY KEY (flow, step));
CREATE UNLOGGED TABLE floor_documents (issuance text PRIMARY KEY, ciphertext bytea NOT NULL);
"""
_STEP = "INSERT INTO floor_steps VALUES ($1, $2, $3)"
_PREPARED = (
    "WITH kept AS (INSERT INTO floor_documents VALUES ($1, $4))"
    " INSERT INTO floor_steps VALUES ($1, $2, $3)"
)
_DOCUMENT = (
    "SELECT evidence, ciphertext FROM floor_documents JOIN floor_steps ON flow = issuance"
    " WHERE issuance = $1 AND step = 'prepared'"
)


@dataclass
class Floor:
    """What the floor holds: keys, connections, and nothing of what it served."""

    gateway: str
    municipality: str
    menu: dict[str, Any]
    clock: Clock
    trust_token: str
    trust: TrustList
    sessions: SessionVerifier
    request_key: SigningKey
    token_secret: bytes
    challenge_secret: bytes
    adapter: str
    pool: asyncpg.Pool
    http: aiohttp.ClientSession
    outcomes: set[asyncio.Task[None]] = field(default_factory=lambda: set())

    async def commit(self, flow: str, step: str, evidence: bytes) -> None:
        """Make one step durable."""
        await self.pool.execute(_STEP, flow, step, evidence)

    def authenticate(self, authorization: bytes) -> None:
        """Verify the access token."""
        jwt.decode(authorization.split()[1], self.token_secret, algorithms=["HS256"])

    async def token(self, body: bytes) -> Answer:
        """Verify the client assertion, commit its jti, sign an access token."""
        assertion = parse_qs(body.decode())["client_assertion"][0]
        kid = jwt.get_unverified_header(assertion)["kid"]
        now = self.clock.now()
        _, key = self.trust.key_set().find(kid, KeyPurpose.TERMINAL_TOKEN, now)
        claims = jwt.decode(
            assertion,
            key,
            algorithms=["ES256"],
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
        )
        await self.commit(claims["jti"], "token", b"")
        claims = {"sub": claims["sub"], "exp": int(datetime.now(UTC).timestamp()) + 600}
        token = jwt.encode(claims, self.token_secret, algorithm="HS256")
        return _json(200, {"access_token": token, "token_type": "Bearer", "expires_in": 600})

    def challenge(self) -> str:
        """Return a challenge under a MAC, as the gateway does."""
        nonce = secrets.token_hex(16)
        return nonce + hmac.new(self.challenge_secret, nonce.encode(), hashlib.sha256).hexdigest()

    async def shown_menu(self) -> Answer:
        """Return the menu with a fresh challenge."""
        good_until = instant_text(self.clock.now() + timedelta(minutes=1))
        fresh = {"challenge": self.challenge(), "beacon": "canned", "good_until": good_until}
        return _json(200, self.menu | fresh)

    async def open_session(self, body: bytes) -> Answer:
        """Verify a session and commit its digest."""
        token = json.loads(body)["signed_session"]
        session = self.sessions.verify(token, self.municipality, self.clock.now())
        name = str(uuid4())
        await self.commit(name, "session", session.digest.encode())
        expires_at = instant_text(self.clock.now() + timedelta(minutes=5))
        return _json(201, {"session": name, "expires_at": expires_at})

    async def order(self, body: bytes) -> Answer:
        """Verify session and order, commit, prepare at the adapter, verify, commit."""
        placed = json.loads(body)
        now = self.clock.now()
        session = self.sessions.verify(placed["signed_session"], self.municipality, now)
        order = verified_order(placed["order"], session)
        digest = order_digest(placed["order"])
        issuance, day = str(uuid4()), japan_day(now)
        await self.commit(issuance, "accepted", digest.encode())
        asked = PrepareStatement(
            issuance=issuance,
            municipality=self.municipality,
            session=placed["signed_session"],
            order=placed["order"],
            copy_number=1,
            accepted_on=day,
            requested_at=now,
            deadline=now + timedelta(seconds=30),
        )
        prepared = await self.call("prepare", issuance, asked.signed_by(self.request_key))
        sealed = from_base64url(prepared["ciphertext"])
        expected = Expected(
            issuance=issuance,
            order=digest,
            session=session.digest,
            copy_number=1,
            municipality=self.municipality,
            kind=order.options.kind,
            card_certificate=session.certificate_der,
            allowed_builds=self.trust.builds_of(self.municipality),
            asked_at=now,
        )
        keys = self.sessions.keys
        check_ciphertext(verified_attestation(prepared["attestation"], keys, expected, now), sealed)
        evidence = prepared["attestation"].encode()
        await self.pool.execute(_PREPARED, issuance, "prepared", evidence, sealed)
        answer = {
            "issuance": issuance,
            "copy_number": 1,
            "accepted_on": day.isoformat(),
            "fee": order.unit_price,
            "attestation": prepared["attestation"],
            "problem": None,
        }
        return _json(201, {"order": str(uuid4()), "issuances": [answer]})

    async def call(self, what: str, issuance: str, request: str) -> dict[str, Any]:
        """Post a signed request to the adapter."""
        path = f"/v1/municipalities/{self.municipality}/issuances/{issuance}/{what}"
        async with self.http.post(self.adapter + path, json={"request": request}) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def document(self, issuance: str) -> tuple[bytes, bytes]:
        """Commit the delivery, then return attestation and sealed bytes."""
        await self.commit(issuance, "delivered", b"")
        found = await self.pool.fetchrow(_DOCUMENT, issuance)
        assert found is not None  # noqa: S101 (the bench asks for what it ordered)
        return found["evidence"], found["ciphertext"]

    async def report(self, body: bytes) -> Answer:
        """Verify a report and commit it; tell the adapter about the end."""
        token = json.loads(body)["report"]
        report = verified_report(token, self.sessions.keys, self.clock.now())
        assert report.issuance is not None  # noqa: S101 (the bench reports issuances only)
        state = report.body.event
        await self.commit(report.issuance, state, token.encode())
        if state == "completed":
            task = asyncio.create_task(self.tell(report.issuance, token))
            self.outcomes.add(task)
            task.add_done_callback(self.outcomes.discard)
        return _json(200, {"issuance": report.issuance, "state": state, "go": state == "paid"})

    async def tell(self, issuance: str, report: str) -> None:
        """Send the outcome to the adapter and commit its acknowledgement."""
        outcome = OutcomeStatement(
            issuance=issuance,
            municipality=self.municipality,
            outcome="completed",
            reports=(report,),
            decided_at=self.clock.now(),
        )
        await self.call("outcome", issuance, outcome.signed_by(self.request_key))
        await self.commit(issuance, "acknowledged", b"")


def _json(status: int, value: object) -> Answer:
    return status, json.dumps(value).encode()
