"""An adapter with a fault: ours, whose answers somebody spoils who has the municipality's key."""

import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from aiohttp import web
from local_stack.ports import free_port
from madoguchi.conformance.centre.centre import Centre
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.visit import Visit
from madoguchi_wire.adapter_api import Prepared, PrepareStatement
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.encoding import from_base64url, sha256_hex, to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import order_digest
from madoguchi_wire.sealing import document_info, seal
from madoguchi_wire.session import SessionStatement, SignedSession
from madoguchi_wire.signed import unverified_payload

MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What goes back to the gateway."""

    status: int
    body: bytes
    media_type: str

    @property
    def slug(self) -> str:
        """Of a problem; empty where there is none."""
        if self.status == 200:
            return ""
        return str(json.loads(self.body)["type"]).removeprefix("/problems/")

    @property
    def prepared(self) -> Prepared:
        """The answer to a prepare that went well."""
        return Prepared.model_validate_json(self.body)


@dataclass(frozen=True)
class Ask:
    """What came from the gateway, and the way to our adapter."""

    method: str
    path: str
    body: bytes
    media_type: str
    spoiler: "Spoiler"

    @property
    def errand(self) -> str:
        """The last part of the path: beacon, household, prepare, outcome."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def statement(self) -> PrepareStatement:
        """What is asked of a prepare."""
        return PrepareStatement.parsed(unverified_payload(json.loads(self.body)["request"]))

    @property
    def session(self) -> SessionStatement:
        """The session that it carries."""
        return SignedSession.parsed(unverified_payload(self.statement.session)).statement

    async def answered(self, body: bytes | None = None) -> Answer:
        """Return our adapter's answer, to another body if given."""
        spoiler = self.spoiler
        async with spoiler.http.request(
            self.method,
            f"{spoiler.address}{self.path}",
            data=self.body if body is None else body,
            headers={"content-type": self.media_type},
        ) as answer:
            return Answer(answer.status, await answer.read(), answer.content_type)

    def reattested(self, answer: Answer, **says: Any) -> Answer:  # noqa: ANN401 (what is false)
        """Return an answer whose attestation says something else."""
        prepared = answer.prepared
        attestation = Attestation.parsed(unverified_payload(prepared.attestation))
        token = attestation.model_copy(update=says).signed_by(self.spoiler.key)
        body = Prepared(attestation=token, ciphertext=prepared.ciphertext)
        return replace(answer, body=body.model_dump_json().encode())

    def resealed(
        self,
        answer: Answer,
        document: bytes,
        issuance: str | None = None,
        **says: Any,  # noqa: ANN401
    ) -> Answer:
        """Return an answer with another document, sealed to the session, and attested so."""
        session, statement = self.session, self.statement
        info = document_info(issuance or statement.issuance, order_digest(statement.order))
        public = from_base64url(session.sealing_key)
        ciphertext = seal(document, public, session.sealing_suite, info)
        body = Prepared(
            attestation=answer.prepared.attestation, ciphertext=to_base64url(ciphertext)
        )
        told = {"document_sha256": sha256_hex(document)} | says
        other = replace(answer, body=body.model_dump_json().encode())
        return self.reattested(other, ciphertext_sha256=sha256_hex(ciphertext), **told)


Fault = Callable[[Ask], Awaitable[Answer]]


@dataclass
class Spoiler:
    """Stands before our adapter."""

    http: aiohttp.ClientSession
    address: str
    """Of our adapter."""
    key: SigningKey
    """The municipality's."""
    centre: Centre
    sitting: Sitting
    """To ask our adapter for something else than the gateway did."""
    fault: Fault
    kept: dict[str, Answer] = field(default_factory=dict[str, Answer])
    """Whatever a fault keeps that it should not."""
    visits: list[Visit] = field(default_factory=list[Visit])

    async def serve(self, request: web.Request) -> web.Response:
        """Answer as the fault has it."""
        body, media_type = await request.read(), request.content_type
        ask = Ask(request.method, request.path, body, media_type, self)
        answer = await self.fault(ask)
        return web.Response(status=answer.status, body=answer.body, content_type=answer.media_type)


@asynccontextmanager
async def listening(
    spoiler: Spoiler, encrypted: ssl.SSLContext | None = None
) -> AsyncGenerator[str]:
    """Serve a spoiler on this machine, behind TLS if asked for, and give its address."""
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_route("*", "/{path:.*}", spoiler.serve)
    runner, port = web.AppRunner(app), free_port()
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=encrypted).start()
        yield f"https://localhost:{port}" if encrypted else f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
