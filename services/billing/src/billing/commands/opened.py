"""What commands have in common: the books, and the office as it is open to a person today."""

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.commands import connected_to, person
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.contracts.contracts import read_contracts
from billing.rules.periods import Period
from billing.settings import BooksSettings


@asynccontextmanager
async def opened(asked: argparse.Namespace) -> AsyncGenerator[tuple[Connection, Office]]:
    """Give a connection to the books, and the office."""
    settings = BooksSettings.from_environment()
    who, contracts = person(asked), read_contracts(settings.contracts)
    offset = settings.common.clock_offset
    async with connected_to(settings.database_url, offset, "madoguchi-billing") as connection:
        yield connection, Office(contracts, japan_day(settings.common.clock().now()), who)


def period(text: str) -> Period:
    """Read a period."""
    try:
        return Period.of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def yen(text: str) -> int:
    """Read whole yen."""
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit():
        raise argparse.ArgumentTypeError("yen are whole, without a comma or a point")
    return int(text)
