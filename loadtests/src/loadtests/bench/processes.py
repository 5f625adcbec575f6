"""The bench's own server processes: the floor and the canned adapter, as bare uvicorn programs."""

import argparse
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import asyncpg
import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.clock import Clock, SystemClock
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.card_authorities import read_authorities
from madoguchi_wire.order import Kind
from madoguchi_wire.session import SessionVerifier
from madoguchi_wire.trust_list import TrustList

from loadtests.bench.canned_adapter import CannedAdapter
from loadtests.bench.canned_document import CannedDocument
from loadtests.bench.floor import SCHEMA, Floor, Receive, Scope, Send
from loadtests.bench.floor_app import FloorApp
from loadtests.bench.stage import BUILD, GATEWAY, MUNICIPALITY, PRICE_YEN

App = Callable[[Scope, Receive, Send], Awaitable[None]]
_CONNECTIONS = 16
"""As many as the gateway's pool has."""


def canned_adapter(folder: Path, clock: Clock) -> App:
    """Return the canned adapter as an ASGI program."""
    key = SigningKey.load(folder / "attestation.pem")
    adapter = CannedAdapter(MUNICIPALITY, key, BUILD, clock, CannedDocument())

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while (message := await receive()).get("more_body", False):
            body += message["body"]
        body += message.get("body", b"")
        answer = b"{}" if scope["path"] == "/readyz" else adapter.answer(scope["path"], body)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return app


def floor(folder: Path, clock: Clock, database: str, adapter: str) -> App:
    """Return the floor as an ASGI program; it makes its tables when it starts."""
    made: list[FloorApp] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            made.append(FloorApp(await _floor(folder, clock, database, adapter)))
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await made[0](scope, receive, send)

    return app


async def _floor(folder: Path, clock: Clock, database: str, adapter: str) -> Floor:
    pool = await asyncpg.create_pool(database, min_size=_CONNECTIONS, max_size=_CONNECTIONS)
    await pool.execute(SCHEMA)
    token = (folder / "trust-list.jws").read_text()
    root = serialization.load_pem_public_key((folder / "trust-root.pem").read_bytes())
    assert isinstance(root, ec.EllipticCurvePublicKey)  # noqa: S101 (the stage wrote it)
    trust = TrustList.verified(token, root)
    accepted = read_authorities(folder / "card-authorities.yaml", "development")
    cards = CardVerifier([one.authority for one in accepted])
    return Floor(
        gateway=GATEWAY,
        municipality=MUNICIPALITY,
        menu=_menu(),
        clock=clock,
        trust_token=token,
        trust=trust,
        sessions=SessionVerifier(GATEWAY, trust.key_set(), cards),
        request_key=SigningKey.load(folder / "request.pem"),
        token_secret=(folder / "token.secret").read_bytes(),
        challenge_secret=(folder / "challenge.secret").read_bytes(),
        adapter=adapter,
        pool=pool,
        http=aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)),
    )


def _menu() -> dict[str, object]:
    words = {"ja": "市川市", "en": "Ichikawa"}
    offer = {
        "kind": Kind.RESIDENT_RECORD.value,
        "title": words,
        "price": PRICE_YEN,
        "hours": None,
        "open_now": True,
        "members": False,
        "relationship": True,
        "honseki": True,
        "maximum_copies": 5,
    }
    return {
        "municipality": {"code": MUNICIPALITY, "name": words},
        "gateway": GATEWAY,
        "configuration_version": 1,
        "tariff_version": "bench",
        "offers": [offer],
    }


def main() -> None:
    """Serve one of the two until a signal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["floor", "canned-adapter"])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--offset", type=float, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", default="")
    parser.add_argument("--adapter", default="")
    chosen = parser.parse_args()
    clock = SystemClock(timedelta(seconds=chosen.offset))
    if chosen.what == "floor":
        app = floor(chosen.folder, clock, chosen.database, chosen.adapter)
    else:
        app = canned_adapter(chosen.folder, clock)
    uvicorn.run(
        app,
        port=chosen.port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        lifespan="on" if chosen.what == "floor" else "off",
    )


if __name__ == "__main__":
    main()
