"""What the archive's commands have in common: its database, and a period."""

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from madoguchi_wire.kit.commands import connected_to, day
from madoguchi_wire.kit.pool import Connection

from audit.settings import DatabaseSettings


def add_days(parser: argparse.ArgumentParser) -> None:
    """Add a period."""
    parser.add_argument("--first-day", type=day, help="Japan's, 2026-04-01")
    parser.add_argument("--last-day", type=day, help="Japan's, this day too")


@asynccontextmanager
async def connected(
    settings: DatabaseSettings, url: str | None = None
) -> AsyncGenerator[Connection]:
    """Give a connection whose statements may take their time."""
    offset = settings.common.clock_offset
    async with connected_to(url or settings.database_url, offset, "madoguchi-audit") as connection:
        yield connection
