"""The frame of a service that named persons work with: it migrates, serves, and does commands."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg

from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.commands import FAILED, FINE, Act, AddParser, words_of


@dataclass(frozen=True)
class Program:
    """A service as it is typed: `python -m NAME COMMAND`."""

    name: str
    does: str
    """In a sentence."""
    epilog: str
    """What all commands have in common, and how to begin."""
    migrate: Callable[[], None]
    migrates: str
    """What `migrate` does, for `--help`; so for `serves`."""
    serve: Callable[[], None]
    serves: str
    rooms: Sequence[Callable[[AddParser], None]]
    """Each adds its commands."""

    def run(self, arguments: list[str]) -> int:
        """Run the command; a fault is one sentence on stderr and exit code 2."""
        asked = self._parser().parse_args(arguments)
        try:
            return self._run(asked)
        except (MadoguchiError, ValueError, OSError, asyncpg.PostgresError) as error:
            sys.stderr.write(f"{self.name} {asked.command}: {words_of(error, self.name)}\n")
            return FAILED

    def _parser(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(
            prog=self.name,
            description=self.does,
            epilog=self.epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        commands.add_parser("migrate", help=self.migrates)
        commands.add_parser("serve", help=self.serves)
        for add_parsers in self.rooms:
            add_parsers(partial(_add, commands))
        return parser

    def _run(self, asked: argparse.Namespace) -> int:
        match asked.command:
            case "migrate":
                self.migrate()
                return FINE
            case "serve":
                self.serve()
                return FINE
            case _:
                return asyncio.run(_acted(asked.act, asked))


def _add(commands: Any, name: str, *, help: str, act: Act) -> argparse.ArgumentParser:  # noqa: A002, ANN401 (argparse's)
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.set_defaults(act=act)
    return parser


async def _acted(act: Act, asked: argparse.Namespace) -> int:
    return await act(asked)
