"""`registrar`: answers terminals and signs the list of withdrawn enrolments, until it is ended."""

import argparse
import asyncio
from contextlib import suppress
from pathlib import Path

from gateway.database.changes import CHANNEL
from gateway.secret_files import read_secret
from gateway.settings import DatabaseSettings
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.commands import FINE, AddParser
from madoguchi_wire.kit.trust import Trust

from madoguchi.terminals.deciding import connected
from madoguchi.terminals.registrar import Registrar
from madoguchi.trust.lists import put_in_place

POLL_S = 2.0
_NEWEST = "SELECT token FROM withdrawn_lists ORDER BY number DESC LIMIT 1"
_HELP = "enrol terminals that ask, and sign which enrolments are withdrawn; runs until it is ended"


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    serve = add("registrar", help=_HELP, act=_serve)
    serve.add_argument("--key", type=Path, required=True, help="the enrolment key, PEM")
    serve.add_argument("--secret", type=Path, required=True, help="the secret of the codes")
    serve.add_argument("--trust-list", type=Path, required=True, help="names the key")
    serve.add_argument("--trust-root", type=Path, required=True, help="the pinned root, PEM")
    serve.add_argument(
        "--list", type=Path, help="written with each list, for adapters that read a file"
    )
    serve.add_argument("--once", action="store_true", help="answer who waits now, and end")


async def _serve(asked: argparse.Namespace) -> int:
    settings = DatabaseSettings.from_environment()
    clock = settings.common.clock()
    trust = Trust(asked.trust_list, asked.trust_root, settings.common.environment, clock)
    key, secret = SigningKey.load(asked.key), read_secret(asked.secret)
    registrar = Registrar(key, secret, settings.name, trust, clock)
    async with connected(settings) as connection:
        changed = asyncio.Event()

        def heard(*_: object) -> None:
            changed.set()

        await connection.add_listener(CHANNEL, heard)
        while True:
            changed.clear()
            trust.refresh()
            await registrar.turn(connection)
            if asked.list is not None:
                _write(asked.list, await connection.fetchval(_NEWEST))
            if asked.once:
                return FINE
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await changed.wait()


def _write(path: Path, token: str) -> None:
    if not path.exists() or path.read_text("ascii") != token:
        put_in_place(path, token)
