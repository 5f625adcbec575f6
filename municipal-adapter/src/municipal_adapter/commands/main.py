"""Which command was asked for."""

import argparse
import json
import sys
from pathlib import Path

import asyncpg
from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.settings import settings_faults
from madoguchi_wire.kit.telemetry import configure_telemetry
from pydantic import ValidationError

from municipal_adapter.build import build_fingerprint
from municipal_adapter.commands import consent, importing, keys, officer
from municipal_adapter.database.migrate import migrate
from municipal_adapter.municipality.file import read_adapter_files
from municipal_adapter.settings import FileSettings, Settings


def main(arguments: list[str]) -> int:
    """Run the command; a fault is told on stderr, with exit code 2."""
    asked = _parser().parse_args(arguments)
    try:
        _run(asked)
    except ValidationError as error:
        return _failed(asked.command, settings_faults(error, "ADAPTER_"))
    except (MadoguchiError, ValueError, OSError) as error:
        return _failed(asked.command, str(error))
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # Without its text, which may quote a row.
        return _failed(
            asked.command,
            f"the database refuses ({type(error).__name__}): has `migrate` been run with this"
            " build, and is `database_url` right?",
        )
    return 0


def _failed(command: str, why: str) -> int:
    sys.stderr.write(f"municipal_adapter {command}: {why}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="municipal_adapter", description="The adapter of one or more municipalities."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring each municipality's database to this build's schema")
    commands.add_parser("serve", help="serve the gateway's requests until SIGTERM")
    commands.add_parser("openapi", help="print the API description (OpenAPI 3.1)")
    commands.add_parser("build", help="print the fingerprint of this build")
    keys.add_parser(commands.add_parser)
    consent.add_parser(commands.add_parser)
    importing.add_parser(commands.add_parser)
    officer.add_parsers(commands.add_parser)
    return parser


def _run(asked: argparse.Namespace) -> None:
    match asked.command:
        case "migrate":
            paths = FileSettings().paths  # pyright: ignore[reportCallIssue]
            for path, file in zip(paths, read_adapter_files(paths), strict=True):
                _migrate(path, file.database_url)
        case "openapi":
            _print_description()
        case "build":
            sys.stdout.write(f"{build_fingerprint()}\n")
        case "serve":
            _serve()
        case "keys":
            keys.run(asked)
        case "consent":
            consent.run(asked)
        case "import":
            importing.run(asked)
        case _:
            officer.run(asked)


def _migrate(path: Path, database_url: str) -> None:
    try:
        migrate(database_url)
    except OSError as fault:
        why = f"the database cannot be reached ({type(fault).__name__}): is it running?"
        raise ValueError(f"{path}: database_url: {why}") from None


def _print_description() -> None:
    from municipal_adapter.composition import api_description

    description = json.dumps(api_description(), indent=2, ensure_ascii=False)
    sys.stdout.write(f"{description}\n")


def _serve() -> None:
    # The web is imported by those who need it alone: officers wait for less.
    from municipal_adapter.composition import serve_adapter

    settings = Settings()  # pyright: ignore[reportCallIssue]
    configure_logs("municipal-adapter")
    configure_telemetry("municipal-adapter")
    serve_adapter(settings)
