"""Which command was asked for."""

import argparse
import json
import sys

import asyncpg
from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.settings import settings_faults
from pydantic import ValidationError

from gateway.commands import operators
from gateway.issuances.life import mermaid
from gateway.settings import DatabaseSettings, Settings


def main(arguments: list[str]) -> int:
    """Run the command; a fault is one sentence on stderr and exit code 2."""
    asked = _parser().parse_args(arguments)
    try:
        _run(asked)
    except (MadoguchiError, ValueError, OSError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"gateway {asked.command}: {_words(error)}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gateway", description="The gateway of the centre.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to the schema of this build")
    commands.add_parser("serve", help="serve the API until SIGTERM")
    operators.add_parsers(commands.add_parser)
    commands.add_parser("life", help="draw the life of an issuance (Mermaid)")
    commands.add_parser("openapi", help="print the API description (OpenAPI 3.1)")
    return parser


def _run(asked: argparse.Namespace) -> None:
    match asked.command:
        case "migrate":
            _migrate()
        case "life":
            sys.stdout.write(mermaid())
        case "openapi":
            _print_description()
        case "stops" | "stop" | "release" | "decide" | "pseudonyms" | "empty" | "note-archive":
            operators.run(asked)
        case _:
            _serve()


# Each of these imports what it needs alone: an operator's command starts in half the time.


def _migrate() -> None:
    from gateway.database.migrate import migrate

    migrate(DatabaseSettings.from_environment().database_url)


def _print_description() -> None:
    from gateway.composition import api_description

    description = json.dumps(api_description(), indent=2, ensure_ascii=False)
    sys.stdout.write(f"{description}\n")


def _serve() -> None:
    from madoguchi_wire.kit.logs import configure_logs
    from madoguchi_wire.kit.telemetry import configure_telemetry

    from gateway.composition import serve_gateway

    settings = Settings.from_environment()
    configure_logs("gateway")
    configure_telemetry("gateway")
    serve_gateway(settings)


def _words(error: Exception) -> str:
    """Return what is wrong, without the values: an address of a database holds a password."""
    if isinstance(error, asyncpg.UndefinedTableError | asyncpg.UndefinedFunctionError):
        return "the database lacks the schema of this build: run `gateway migrate` first"
    if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
        return f"{error} (is GATEWAY_DATABASE_URL right, and the database running?)"
    if not isinstance(error, ValidationError):
        return str(error)
    return settings_faults(error, "GATEWAY_")
