"""A gateway that lies: it stands between terminals and the real one, and changes what passes.

For tests of the promise that the gateway cannot forge, read or misdirect. It has what a malicious
centre has: all that terminals send, every answer, and the key that signs requests to adapters.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from local_stack.ports import free_port

_HEADERS = ("authorization", "content-type", "idempotency-key")
_ANSWERED = ("content-type", "madoguchi-attestation")
_MAXIMUM_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Exchange:
    """One request that passed, and its answer."""

    method: str
    path: str
    body: bytes
    status: int
    headers: dict[str, str]
    answer: bytes

    @property
    def what(self) -> str:
        """The last part of its path: `orders`, `document` and so on."""
        return self.path.rsplit("/", 1)[-1]


def honest(exchange: Exchange) -> Exchange:
    """Change nothing."""
    return exchange


def forwarded(_what: str, _body: bytes) -> bytes | None:
    """Forward everything."""
    return None


def unchanged(_what: str, body: bytes) -> bytes:
    """Forward what came."""
    return body


@dataclass
class LyingGateway:
    """Forwards to a real gateway, remembers all that passes, and lies as it is told."""

    gateway: str
    """Base address of the real one."""
    lie: Callable[[Exchange], Exchange] = honest
    """Makes of an answer what the terminal gets."""
    forge: Callable[[str, bytes], bytes] = unchanged
    """Makes of a request (its last part of the path, its body) what the real gateway gets."""
    swallow: Callable[[str, bytes], bytes | None] = forwarded
    """Makes of a request (as `forge`) an answer of its own, so that the real one never hears of it;
    None: it is forwarded."""
    seen: list[Exchange] = field(default_factory=list[Exchange])

    def last(self, what: str) -> Exchange:
        """Return the last exchange of this kind that passed."""
        return next(exchange for exchange in reversed(self.seen) if exchange.what == what)

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[str]:
        """Serve on loopback; gives the base address."""
        application = web.Application(client_max_size=_MAXIMUM_BYTES)
        application.router.add_route("*", "/{path:.*}", self._pass)
        runner = web.AppRunner(application)
        await runner.setup()
        port = free_port()
        try:
            async with aiohttp.ClientSession() as self._http:
                await web.TCPSite(runner, "127.0.0.1", port, reuse_port=True).start()
                yield f"http://127.0.0.1:{port}"
        finally:
            await runner.cleanup()

    async def _pass(self, request: web.Request) -> web.Response:
        what, came = request.path.rsplit("/", 1)[-1], await request.read()
        own = self.swallow(what, came)
        if own is not None:
            return web.Response(body=own, content_type="application/json")
        headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
        async with self._http.request(
            request.method,
            self.gateway + request.path,
            data=self.forge(what, came) or None,
            headers=headers,
        ) as answer:
            taken = {name: answer.headers[name] for name in _ANSWERED if name in answer.headers}
            true = Exchange(
                request.method, request.path, came, answer.status, taken, await answer.read()
            )
        self.seen.append(true)
        told = self.lie(true)
        return web.Response(body=told.answer, status=told.status, headers=told.headers)
