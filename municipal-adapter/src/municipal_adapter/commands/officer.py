"""What officers (担当者) do from a command line: stops, cards, refusals, evidence."""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.clock import JAPAN

from municipal_adapter.commands import witness
from municipal_adapter.commands.chosen import chosen_file
from municipal_adapter.commands.records import restart, tell_of_records
from municipal_adapter.evidence.sealing import open_evidence
from municipal_adapter.officers.desk import Desk, Officer, desk_of
from municipal_adapter.officers.stops import Stopped
from municipal_adapter.rules.reasons import REASONS
from municipal_adapter.settings import FileSettings

Act = Callable[[Desk, argparse.Namespace], Awaitable[None]]
AddParser = Callable[..., argparse.ArgumentParser]
_MOST_DAYS = 366


def add_parsers(commands: AddParser) -> None:
    """Add the officers' commands."""
    stop = _add(commands, "stop", "stop a person or a seal at once", _stop)
    stop.add_argument("--resident", required=True, help="the municipality's number (宛名番号)")
    stop.add_argument(
        "--what",
        choices=[one.value for one in Stopped],
        default="person",
        help="a person's stop holds for the whole household and every kind; a seal's for the seal",
    )
    _add_named(stop)
    stop.add_argument(
        "--even-if-unknown",
        action="store_true",
        help="stop a number as it is typed, whatever the records have",
    )
    lift = _add(commands, "lift", "lift a stop", _lift)
    lift.add_argument("stop", type=UUID, help="its id, as `stops` lists it")
    _add_named(lift)
    _add(commands, "records", "say whether certificates can be made here", tell_of_records)
    anew = _add(commands, "restart-numbers", "begin the numbers of change files anew", restart)
    _add_named(anew)
    _add(commands, "stops", "list the stops in force", _stops)
    refusals = _add(commands, "refusals", "count refusals by their true reasons", _refusals)
    refusals.add_argument("--days", type=_days, default=7, help="how far back, 1 to 366")
    for name, text, act in (
        ("register", "register a card for a resident", _register),
        ("end-card", "stop a card at once", _end_card),
    ):
        card = _add(commands, name, text, act)
        card.add_argument("--authority", required=True, help="as in the card authorities file")
        card.add_argument(
            "--serial", required=True, type=_serial, help="of its certificate, in hex"
        )
        if act is _register:
            card.add_argument("--resident", required=True, help="the municipality's number")
    cards = _add(commands, "cards", "list the cards and phones of a resident", _cards)
    cards.add_argument("--resident", required=True, help="the municipality's number")
    shown = "show what was seen of the centre's stamps, and conflicts"
    _add(commands, "witness", shown, witness.tell)
    after = _add(
        commands, "witness-restored", "go on after this database was restored", witness.restore
    )
    after.add_argument(
        "--head", type=Path, required=True, help="file: what another witness's head answered"
    )
    _add_named(after)
    evidence = _add(commands, "evidence", "list evidence, or open one with the key", _evidence)
    evidence.add_argument("--issuance", type=UUID, help="which to open")
    evidence.add_argument("--key", type=Path, help="the private key, X25519 in PEM")
    evidence.add_argument("--out", type=Path, help="the file to write it to, as JSON")


def run(asked: argparse.Namespace) -> None:
    """Run an officer's command.

    Raises:
        ValueError: it cannot be done; the text says why.

    """
    settings = FileSettings()  # pyright: ignore[reportCallIssue]
    asyncio.run(_at_the_desk(settings, asked))


async def _at_the_desk(settings: FileSettings, asked: argparse.Namespace) -> None:
    path, file = chosen_file(settings.paths, asked.municipality)
    async with desk_of(path, file, settings.common) as desk:
        act: Act = asked.act
        await act(desk, asked)


def _add(commands: AddParser, name: str, text: str, act: Act) -> argparse.ArgumentParser:
    parser = commands(name, help=text)
    parser.add_argument("--municipality", help="code; needed where ADAPTER_FILES names several")
    parser.set_defaults(act=act)
    return parser


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"a number of days from 1 to {_MOST_DAYS}")
    return int(text)


def _add_named(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--officer", required=True, help="who decides")
    parser.add_argument("--reason", required=True, help="why")


async def _stop(desk: Desk, asked: argparse.Namespace) -> None:
    what = Stopped(asked.what)
    officer = Officer(asked.officer, asked.reason, asked.even_if_unknown)
    stop = await desk.stop(asked.resident, what, officer)
    _say(f"stopped: {stop}; in force now, on all replicas")


async def _lift(desk: Desk, asked: argparse.Namespace) -> None:
    if not await desk.stops.lift(asked.stop, asked.officer, asked.reason):
        raise ValueError("no such stop is in force: `stops` lists them")
    _say("lifted")


async def _stops(desk: Desk, _: argparse.Namespace) -> None:
    stops = await desk.stops.all()
    if not stops:
        _say(f"no stop is in force in {desk.file.municipality}")
    for stop in stops:
        since = _moment(stop.stopped_at)
        _say(
            f"{stop.stop}  {stop.what}  {stop.resident_id}  {since}  {stop.officer}: {stop.reason}"
        )


async def _refusals(desk: Desk, asked: argparse.Namespace) -> None:
    within = timedelta(days=asked.days)
    counts = await desk.refusals.counts(within)
    if not counts:
        _say(f"{desk.file.municipality} refused nobody in the last {asked.days} days")
    for reason, count in counts.items():
        _say(f"{count:6d}  {reason}  {REASONS[reason].ja} {REASONS[reason].en}")
    for one in await desk.refusals.unmappable(within):
        _say(f"cannot be understood: {one.resident_id}: {one.cause} ({one.count} times)")


async def _register(desk: Desk, asked: argparse.Namespace) -> None:
    await desk.register_card(_card(asked), asked.resident)
    _say("registered")


async def _end_card(desk: Desk, asked: argparse.Namespace) -> None:
    await desk.end_card(_card(asked))
    _say("ended; it gets nothing from now on")


async def _evidence(desk: Desk, asked: argparse.Namespace) -> None:
    if asked.issuance is None:
        kept = await desk.evidence.all()
        if not kept:
            _say(f"no evidence is kept in {desk.file.municipality}: every document passed")
        for found in kept:
            _say(f"{found.issuance}  {_moment(found.found_at)}  {found.what}")
        return
    if asked.key is None or asked.out is None:
        raise ValueError("to open evidence, give --key and --out, too")
    sealed = await desk.evidence.sealed(asked.issuance)
    if sealed is None:
        raise ValueError("there is no evidence of this issuance")
    code = desk.file.municipality
    plain = open_evidence(sealed, asked.key, code, str(asked.issuance))
    _write_new(asked.out, plain)
    _say(f"written to {asked.out}: it holds personal data")


def _write_new(path: Path, plain: bytes) -> None:
    # A file that is there already may be open to others.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(plain)


async def _cards(desk: Desk, asked: argparse.Namespace) -> None:
    held = await desk.cards.of_resident(asked.resident)
    if not held:
        _say("no card is registered for this number")
    for one in held:
        until = "" if one.ended_at is None else f"  ended {_moment(one.ended_at)}"
        _say(f"{one.card.authority}  {one.card.serial}  since {_moment(one.registered_at)}{until}")


def _card(asked: argparse.Namespace) -> CardIdentity:
    return CardIdentity(asked.authority, asked.serial)


def _serial(text: str) -> str:
    """Read a serial as people copy it: 0x23, 23:5D:E6, 23 5d e6."""
    digits = text.lower().removeprefix("0x").replace(":", "").replace(" ", "")
    if not re.fullmatch("[0-9a-f]{1,64}", digits):
        raise argparse.ArgumentTypeError("hexadecimal digits, with or without colons")
    return f"{int(digits, 16):x}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(JAPAN).isoformat(timespec="seconds")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
