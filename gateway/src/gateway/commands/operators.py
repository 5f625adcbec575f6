"""What operators do from a command line: stops, their release, and decisions about issuances."""

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from madoguchi_wire.kit.pool import Connection, prepare_connection, server_settings
from madoguchi_wire.reports import Money

from gateway.audit.emptying import empty_month
from gateway.audit.noting import note_archive
from gateway.commands import disclosing
from gateway.issuances.deciding import Decision, decide
from gateway.issuances.life import State
from gateway.settings import DatabaseSettings
from gateway.stops.releasing import KnownStop, Release, Seen, list_stops, release
from gateway.stops.rules import Cause, Finding, Stop
from gateway.stops.stopping import put_in_force

Act = Callable[[Connection, DatabaseSettings, argparse.Namespace], Awaitable[None]]
AddParser = Callable[..., argparse.ArgumentParser]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,63}")
_KNOWN = "SELECT EXISTS (SELECT FROM municipality_versions WHERE municipality = $1)"


def add_parsers(commands: AddParser) -> None:
    """Add the operators' commands."""

    def add(name: str, text: str, act: Act) -> argparse.ArgumentParser:
        parser = commands(name, help=text)
        parser.set_defaults(act=act)
        return parser

    stops = add("stops", "list what is stopped, and since when", _stops)
    stops.add_argument("--all", action="store_true", help="those that were released, too")
    stop = add("stop", "stop a municipality at once, on all replicas", _stop)
    stop.add_argument("municipality", help="its code, six digits")
    _add_named(stop)
    freed = add("release", "release stops; that it worked a second time is no reason", _release)
    freed.add_argument(
        "seen", nargs="+", type=_seen, help="stops or incidents, as `stops` prints them: ID:STRIKES"
    )
    findings = [one.value for one in Finding]
    freed.add_argument("--finding", required=True, choices=findings, help="what was found")
    _add_named(freed)
    end = add("decide", "end an issuance that is in doubt or in quarantine", _decide)
    end.add_argument("issuance", type=UUID)
    end.add_argument("state", choices=[State.COMPLETED.value, State.VOIDED.value])
    end.add_argument(
        "--money",
        choices=[one.value for one in Money],
        help="of a voided one: what became of the cardholder's money",
    )
    _add_named(end)
    card = add("pseudonyms", disclosing.HELP, disclosing.pseudonyms)
    disclosing.add_arguments(card)
    _add_by(card)
    gone = add("empty", "remove a past month's payloads from the outbox", _empty)
    gone.add_argument("month", type=_month, help="as 2026-04; over for a month at least")
    _add_by(gone)
    noted = add("note-archive", "note in the stream where an archive's journal ends", _note)
    noted.add_argument("head", help="as `audit journal` prints it")
    _add_by(noted)


def run(asked: argparse.Namespace) -> None:
    """Run an operator's command.

    Raises:
        ValueError: it cannot be done; the text says why.

    """
    asyncio.run(_connected(asked, DatabaseSettings.from_environment()))


async def _connected(asked: argparse.Namespace, settings: DatabaseSettings) -> None:
    connection: Any = await asyncpg.connect(
        settings.database_url, server_settings=server_settings(settings.common.clock_offset)
    )
    try:
        await prepare_connection(connection)
        act: Act = asked.act
        await act(connection, settings, asked)
    finally:
        await connection.close()


def _add_named(parser: argparse.ArgumentParser) -> None:
    _add_by(parser)
    parser.add_argument("--reason", required=True, type=_reason, help="why, in a sentence")


def _add_by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", required=True, type=_name, help="your name in the staff directory")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("2 to 64 letters, digits, and . _ @ -")
    return text


def _seen(text: str) -> Seen:
    known, _, strikes = text.partition(":")
    try:
        return Seen(UUID(known), int(strikes))
    except ValueError:
        raise argparse.ArgumentTypeError(
            "name what you looked at as `gateway stops` prints it, ID:STRIKES"
        ) from None


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        raise argparse.ArgumentTypeError("a month is written as 2026-04") from None


def _reason(text: str) -> str:
    if len(text.strip()) < 10:
        raise argparse.ArgumentTypeError("say it in a sentence that others will understand")
    return text.strip()


async def _stops(connection: Connection, _: DatabaseSettings, asked: argparse.Namespace) -> None:
    stops = await list_stops(connection, released_too=asked.all)
    for stop in stops:
        sys.stdout.write(_line(stop))
    if not stops:
        sys.stdout.write("nothing is stopped\n")


def _line(stop: KnownStop) -> str:
    where = (
        stop.municipality if stop.terminal is None else f"{stop.municipality} at {stop.terminal}"
    )
    since = stop.stopped_at.isoformat(timespec="seconds")
    line = f"{stop.stop_id}:{stop.strikes}  {where}  {stop.cause}: {stop.what}  since {since}"
    if stop.strikes > 1:
        last = stop.last_struck_at.isoformat(timespec="seconds")
        line += f"  struck {stop.strikes} times, the last time {last}"
    if stop.issuance_id is not None:
        line += f"  issuance {stop.issuance_id}"
    if stop.origin is not None:
        line += f" of {stop.origin}"
    line += f"  incident {stop.incident}:{stop.incident_strikes}"
    if stop.released_at is not None:
        line += f"  released by {stop.released_by}: {stop.finding}"
    return line + "\n"


async def _stop(
    connection: Connection, settings: DatabaseSettings, asked: argparse.Namespace
) -> None:
    if not await connection.fetchval(_KNOWN, asked.municipality):
        raise ValueError("no municipality of this code takes part")
    stop = Stop(asked.municipality, Cause.PERSON, f"stopped by {asked.by}")
    async with connection.transaction():
        await put_in_force(connection, [stop], settings.name, settings.common.clock().now())
    sys.stdout.write("stopped, on all replicas: `gateway stops` lists it\n")


async def _release(
    connection: Connection, settings: DatabaseSettings, asked: argparse.Namespace
) -> None:
    decision = Release(asked.seen, asked.by, Finding(asked.finding), asked.reason)
    now = settings.common.clock().now()
    for released in await release(connection, decision, settings.name, now):
        sys.stdout.write(f"released: {released}\n")


async def _decide(
    connection: Connection, settings: DatabaseSettings, asked: argparse.Namespace
) -> None:
    target = State(asked.state)
    if (target is State.VOIDED) != (asked.money is not None):
        raise ValueError("say with --money what became of it, of a voided issuance alone")
    money = Money(asked.money) if asked.money else Money.NOT_TAKEN
    decision = Decision(asked.issuance, target, asked.by, asked.reason, money)
    await decide(connection, decision, settings.name, settings.common.clock().now())
    sys.stdout.write(f"{asked.issuance} is {target.value}\n")


async def _note(
    connection: Connection, settings: DatabaseSettings, asked: argparse.Namespace
) -> None:
    now = settings.common.clock().now()
    await note_archive(connection, asked.head, asked.by, settings.name, now)
    sys.stdout.write("noted: it is stamped within seconds\n")


async def _empty(
    connection: Connection, settings: DatabaseSettings, asked: argparse.Namespace
) -> None:
    now = settings.common.clock().now()
    found = await empty_month(connection, asked.month, asked.by, settings.name, now)
    sys.stdout.write(f"{found.events} payloads of {asked.month:%Y-%m} removed from the outbox\n")
    if found.left:
        sys.stdout.write(f"{found.left} stay: not published, not stamped, or set aside\n")
