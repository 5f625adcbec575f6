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

from billing.commands import checking, closing, documents, looking, machines, settling, stating
from billing.database.migrate import migrate
from billing.settings import DatabaseSettings, Settings

_EPILOG = """
What is written, and each look, keeps the name of --by. Exit codes: 0 done, nothing open; 1
something is open or not there; 2 it could not be done, and nothing was written.

To begin:  billing migrate; billing close month 2010-04 --by you --why "end of the month"
"""


def main(arguments: list[str]) -> int:
    """Run the command; a fault is one sentence on stderr and exit code 2."""
    asked = _parser().parse_args(arguments)
    try:
        return _run(asked)
    except (MadoguchiError, ValueError, OSError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"billing {asked.command}: {words_of(error, 'billing')}\n")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="billing",
        description="Closes days and months, states who owes whom, and settles it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("migrate", help="bring the schema `billing` to this build")
    commands.add_parser("serve", help="serve the API until SIGTERM")
    add = partial(_add, commands)
    for room in (closing, checking, stating, documents, settling, machines, looking):
        room.add_parsers(add)
    return parser


def _add(commands: Any, name: str, *, help: str, act: Act) -> argparse.ArgumentParser:  # noqa: A002, ANN401 (argparse's)
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help)
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
    from billing.application import serve_billing

    settings = Settings.from_environment()
    configure_logs("billing")
    configure_telemetry("billing")
    serve_billing(settings)
