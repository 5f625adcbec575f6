"""Which command was asked for."""

import argparse
import asyncio
import sys
from functools import partial
from typing import Any

import asyncpg
from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.commands import FAILED, FINE, Act, words_of
from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.telemetry import configure_telemetry

from audit.commands import keeping, looking, proving, recalling
from audit.database.migrate import migrate
from audit.settings import DatabaseSettings, Settings

_EPILOG = """
Every look and every command is recorded with --by and --why; `audit accesses` lists them.
Exit codes: 0 done, nothing wrong; 1 something is wrong or not there; 2 it could not be done.

To begin:  audit migrate; audit import audit.jsonl; audit verify --by you --why "first look"
"""


def main(arguments: list[str]) -> int:
    """Run the command; a fault is one sentence on stderr and exit code 2."""
    asked = _parser().parse_args(arguments)
    try:
        return _run(asked)
    except (MadoguchiError, ValueError, OSError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"audit {asked.command}: {words_of(error, 'audit')}\n")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="audit",
        description="The archive of audit events: kept once, proven whole, read by named persons.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("migrate", help="bring the database to the schema of this build")
    commands.add_parser("serve", help="serve the API and consume from Kafka until SIGTERM")
    add = partial(_add, commands)
    for room in (keeping, looking, proving, recalling):
        room.add_parsers(add)
    return parser


def _add(commands: Any, name: str, *, help: str, act: Act) -> argparse.ArgumentParser:  # noqa: A002, ANN401 (argparse's)
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.set_defaults(act=act)
    return parser


def _run(asked: argparse.Namespace) -> int:
    match asked.command:
        case "migrate":
            migrate(DatabaseSettings.from_environment().database_url)
            return FINE
        case "serve":
            _serve()
            return FINE
        case _:
            act: Act = asked.act
            return asyncio.run(_acted(act, asked))


async def _acted(act: Act, asked: argparse.Namespace) -> int:
    return await act(asked)


def _serve() -> None:
    # The web is imported by those who need it alone.
    from audit.application import serve_audit

    settings = Settings.from_environment()
    configure_logs("audit")
    configure_telemetry("audit")
    serve_audit(settings)
