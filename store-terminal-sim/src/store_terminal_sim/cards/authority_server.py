"""Serves the CRL of each authority of a folder, signed anew for each request."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import uvicorn
from madoguchi_wire.clock import Clock

from store_terminal_sim.cards.authority import CardAuthoritySim
from store_terminal_sim.cards.revocations import Revocations

_Message = MutableMapping[str, Any]
_Application = Callable[
    [_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]],
    Awaitable[None],
]


def authority_application(folder: Path, clock: Clock) -> _Application:
    """Return the ASGI application: `/{authority}.crl` and `/readyz`.

    A revocation that is written to the folder counts from the next request on.
    """
    known: dict[Path, CardAuthoritySim] = {}

    async def application(
        scope: _Message,
        _receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        status, content_type, body = _answer(str(scope["path"]), folder, clock, known)
        headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application


def _answer(
    path: str, folder: Path, clock: Clock, known: dict[Path, CardAuthoritySim]
) -> tuple[int, bytes, bytes]:
    if path == "/readyz":
        return HTTPStatus.OK, b"text/plain", b"ready\n"
    names = {entry.name for entry in folder.iterdir() if (entry / "authority.json").exists()}
    name = path.removeprefix("/").removesuffix(".crl")
    if path.endswith(".crl") and name in names:
        authority = _authority(folder / name, known)
        return HTTPStatus.OK, b"application/pkix-crl", authority.crl(clock.now())
    return HTTPStatus.NOT_FOUND, b"text/plain", b"no such authority\n"


def _authority(folder: Path, known: dict[Path, CardAuthoritySim]) -> CardAuthoritySim:
    # Reading an RSA key checks it, which costs more than signing; revocations may be new.
    if folder not in known:
        known[folder] = CardAuthoritySim.load(folder)
    known[folder].revocations = Revocations.load(folder / "revocations.json")
    return known[folder]


def serve_authorities(folder: Path, clock: Clock, host: str, port: int) -> None:
    """Serve until SIGTERM."""
    application = authority_application(folder, clock)
    uvicorn.run(
        application, host=host, port=port, lifespan="off", access_log=False, log_config=None
    )
