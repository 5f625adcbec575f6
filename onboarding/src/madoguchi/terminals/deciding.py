"""What commands about one terminal have in common: who decides, on which database."""

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gateway.settings import DatabaseSettings
from gateway.terminals.withholding import Decision
from madoguchi_wire.kit.commands import add_named, connected_to, person
from madoguchi_wire.kit.pool import Connection

SERVICE = "madoguchi"


def add_decision(parser: argparse.ArgumentParser) -> None:
    """Add the terminal, who decides about it, and why."""
    parser.add_argument("terminal", help="as its chain's file names it")
    add_named(parser)


@asynccontextmanager
async def deciding(asked: argparse.Namespace) -> AsyncGenerator[tuple[Connection, Decision]]:
    """Give a connection and the decision that was asked for.

    Raises:
        ValueError: nobody is named, or no reason.

    """
    settings, who = DatabaseSettings.from_environment(), person(asked)
    moment = settings.common.clock().now()
    async with connected(settings) as connection:
        yield connection, Decision(asked.terminal, who.name, who.reason, settings.name, moment)


@asynccontextmanager
async def connected(settings: DatabaseSettings) -> AsyncGenerator[Connection]:
    """Give a connection to the gateway's database."""
    offset = settings.common.clock_offset
    async with connected_to(settings.database_url, offset, SERVICE) as connection:
        yield connection
