"""Which command was asked for."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

import asyncpg
from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.telemetry import configure_telemetry

from gateway.composition import api_description, serve_gateway
from gateway.database.migrate import migrate
from gateway.municipalities.loader import load_folder
from gateway.settings import DatabaseSettings, Settings


def main(arguments: list[str]) -> int:
    """Run the command; a fault is one sentence on stderr and exit code 2."""
    asked = _parser().parse_args(arguments)
    try:
        _run(asked)
    except (MadoguchiError, ValueError, OSError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"gateway {asked.command}: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gateway", description="The gateway of the centre.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to the schema of this build")
    load = commands.add_parser("load", help="put municipality and chain files in force")
    load.add_argument("folder", type=Path)
    commands.add_parser("serve", help="serve the API until SIGTERM")
    commands.add_parser("openapi", help="print the API description (OpenAPI 3.1)")
    return parser


def _run(asked: argparse.Namespace) -> None:
    match asked.command:
        case "migrate":
            migrate(DatabaseSettings().database_url)  # pyright: ignore[reportCallIssue]
        case "load":
            loaded = asyncio.run(load_folder(asked.folder, DatabaseSettings()))  # pyright: ignore[reportCallIssue]
            sys.stdout.write("".join(f"{line}\n" for line in loaded) or "nothing changed\n")
        case "openapi":
            description = json.dumps(api_description(), indent=2, ensure_ascii=False)
            sys.stdout.write(f"{description}\n")
        case _:
            configure_logs("gateway")
            configure_telemetry("gateway")
            serve_gateway(Settings())  # pyright: ignore[reportCallIssue]
