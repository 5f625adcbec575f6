"""The commands behind `make demo`, `make up` and `make openapi`."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

import asyncpg
from rich.console import Console

from local_stack.postgres import PostgresNotStarted
from local_stack.processes import ProcessNotReady

_INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code."""
    asked = _parser().parse_args(arguments)
    console = Console()
    # SIGINT too: whoever starts us in the background has us ignore it otherwise.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        return _run(asked, console)
    except KeyboardInterrupt:
        console.print("stopped")
        return _INTERRUPTED
    except (PostgresNotStarted, ProcessNotReady, OSError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"{asked.command}: {error}\n")
        if "DATABASE_URL" in os.environ and not isinstance(error, ProcessNotReady):
            sys.stderr.write("DATABASE_URL is set: may its user create and own databases there?\n")
        return 2


def _run(asked: argparse.Namespace, console: Console) -> int:
    # Imported when it is known which are needed: they bring half of the workspace.
    if asked.command == "demo":
        from local_stack.demo.run import Demo

        return Demo(console).run()
    if asked.command == "up":
        from local_stack import up

        return up.run(console)
    if asked.command == "install":
        from local_stack import install

        return install.run(asked.folder, console)
    from local_stack import openapi

    return openapi.run(console, check=asked.check)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="local_stack", description="The whole system on this machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="issue certificates everywhere and judge the history")
    commands.add_parser("up", help="start everything and keep it running")
    install = commands.add_parser("install", help="make an installation for deploy/compose.yaml")
    install.add_argument("--folder", type=Path, required=True, help="thrown away and made anew")
    openapi = commands.add_parser("openapi", help="write docs/openapi")
    openapi.add_argument("--check", action="store_true", help="only compare")
    return parser


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
