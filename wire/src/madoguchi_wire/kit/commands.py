"""What commands have in common: a named person with a reason, a connection, and output."""

import argparse
import json
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import asyncpg
from pydantic import ValidationError

from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection, prepare_connection, server_settings
from madoguchi_wire.kit.settings import settings_faults
from madoguchi_wire.municipality_code import checked_code

FINE, FOUND, FAILED = 0, 1, 2
"""Exit codes: done and nothing wrong; something is wrong or missing; it could not be done."""
Act = Callable[[argparse.Namespace], Awaitable[int]]
AddParser = Callable[..., argparse.ArgumentParser]
_STATEMENT_TIMEOUT = {"statement_timeout": "0"}


def add_named(parser: argparse.ArgumentParser) -> None:
    """Add who asks, and why: nobody looks without."""
    parser.add_argument("--by", required=True, help="your name in the staff directory")
    parser.add_argument("--why", required=True, help="the reason, in a sentence; it is recorded")
    parser.add_argument("--json", action="store_true", help="for programs")


def person(asked: argparse.Namespace) -> Person:
    """Return who asks; raises ValueError."""
    return Person.of(asked.by, asked.why)


def day(text: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is written 2026-04-01") from None


def municipality(text: str) -> str:
    """Read a municipality code."""
    try:
        return checked_code(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{text}: {fault}") from None


@asynccontextmanager
async def connected_to(
    database_url: str, clock_offset: timedelta | None, service: str
) -> AsyncGenerator[Connection]:
    """Give a connection whose statements may take their time."""
    connection = await asyncpg.connect(
        database_url, server_settings=server_settings(clock_offset, service) | _STATEMENT_TIMEOUT
    )
    try:
        await prepare_connection(connection)
        yield connection
    finally:
        await connection.close()


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def say_json(value: Mapping[str, Any] | list[Any]) -> None:
    """Print a value for programs."""
    say(json.dumps(value, ensure_ascii=False, default=str))


def words_of(error: Exception, program: str) -> str:
    """Return what is wrong, without the values: an address of a database holds a password."""
    prefix = f"{program.upper()}_"
    if isinstance(error, asyncpg.UndefinedTableError | asyncpg.UndefinedFunctionError):
        return f"the database lacks the schema of this build: run `{program} migrate` first"
    if isinstance(error, ConnectionError | TimeoutError):
        return f"{error} (is {prefix}DATABASE_URL right, and the database running?)"
    if isinstance(error, ValidationError):
        return settings_faults(error, prefix)
    return str(error)
