"""Commands that keep: import, legal holds, retention."""

import argparse
import os
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from madoguchi_wire.kit.commands import (
    FINE,
    FOUND,
    AddParser,
    add_named,
    municipality,
    person,
    say,
    say_json,
)

from audit.access.accesses import record_access
from audit.commands.asked import add_days, connected
from audit.consuming.files import import_files, stamps_beside
from audit.holds.holds import Held, lift, list_holds, place
from audit.retention.rules import empty_payloads, list_rules, set_rule
from audit.settings import DatabaseSettings, TrustSettings
from audit.trusting import rules_of

RETENTION_URL = "AUDIT_RETENTION_DATABASE_URL"


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    file = add("import", help="archive the files of the file sink", act=import_file)
    file.add_argument("events", type=Path, help="audit.jsonl")
    file.add_argument("--stamps", type=Path, help="else audit.stamps.jsonl beside it, if there")
    hold = add("hold", help="keep retention away from something", act=place_hold)
    hold.add_argument("--municipality", type=municipality)
    hold.add_argument("--issuance", help="its id")
    add_days(hold)
    lifted = add("lift", help="lift a hold", act=lift_hold)
    lifted.add_argument("hold", type=UUID, help="its id")
    listed = add("holds", help="list the holds in force", act=holds)
    listed.add_argument("--all", action="store_true", help="those that were lifted, too")
    rule = add("retain", help="say for how many days payloads are kept", act=retain)
    rule.add_argument("municipality", help="its code; `centre` for events of none")
    rule.add_argument("days", type=int)
    rules = add("retentions", help="list for how long payloads are kept", act=retentions)
    empty = add("empty", help="empty the payloads whose time is over; digests stay", act=emptied)
    for parser in (hold, lifted, listed, rule, rules, empty):
        add_named(parser)


async def import_file(asked: argparse.Namespace) -> int:
    """Archive a file; what is known already is not kept again."""
    settings, stamps = DatabaseSettings.from_environment(), asked.stamps
    beside = stamps_beside(asked.events)
    if stamps is None and beside.exists():
        stamps = beside
    clock = settings.common.clock()
    stamped = (
        None if stamps is None else (stamps, rules_of(TrustSettings.from_environment(), clock))
    )
    async with connected(settings) as connection:
        counts = await import_files(connection, asked.events, settings.centre, clock.now(), stamped)
    say(f"{counts.events} events and {counts.stamps} stamp records archived")
    say(f"{counts.repeated} events were known")
    for reason, count in sorted(counts.dead.items()):
        say(f"{count} set aside: {reason} (audit dead-letters lists them)")
    return FOUND if counts.dead else FINE


async def place_hold(asked: argparse.Namespace) -> int:
    """Place a hold and print its id."""
    held = Held(asked.municipality, asked.issuance, asked.first_day, asked.last_day)
    who = person(asked)
    settings = DatabaseSettings.from_environment()
    async with connected(settings) as connection, connection.transaction():
        hold = await place(connection, held, who)
        about = asdict(held) | {"hold": hold}
        await record_access(connection, who, "hold placed", about)
    say(str(hold))
    return FINE


async def lift_hold(asked: argparse.Namespace) -> int:
    """Lift a hold."""
    who = person(asked)
    settings = DatabaseSettings.from_environment()
    async with connected(settings) as connection, connection.transaction():
        await lift(connection, asked.hold, who)
        await record_access(connection, who, "hold lifted", {"hold": asked.hold})
    say("lifted")
    return FINE


async def holds(asked: argparse.Namespace) -> int:
    """List holds."""
    async with connected(DatabaseSettings.from_environment()) as connection:
        await record_access(connection, person(asked), "holds", {"all": asked.all})
        found = await list_holds(connection, lifted_too=asked.all)
    for hold in found:
        scope = f"{hold.municipality or '*'} {hold.subject or '*'}"
        days = f"{hold.first_day or ''}…{hold.last_day or ''}"
        ended = f", lifted by {hold.lifted_by}: {hold.lifted_because}" if hold.lifted_by else ""
        if asked.json:
            say_json(asdict(hold))
        else:
            say(f"{hold.hold_id}  {scope} {days}  {hold.placed_by}: {hold.reason}{ended}")
    return FINE


async def retain(asked: argparse.Namespace) -> int:
    """Put a rule in force."""
    who = person(asked)
    about = {"municipality": asked.municipality, "days": asked.days}
    settings = DatabaseSettings.from_environment()
    async with connected(settings) as connection, connection.transaction():
        await set_rule(connection, asked.municipality, asked.days, who)
        await record_access(connection, who, "retention", about)
    say(f"{asked.municipality}: {asked.days} days")
    return FINE


async def retentions(asked: argparse.Namespace) -> int:
    """List the rules in force."""
    async with connected(DatabaseSettings.from_environment()) as connection:
        await record_access(connection, person(asked), "retentions", {})
        found = await list_rules(connection)
    for rule in found:
        if asked.json:
            say_json(asdict(rule))
        else:
            say(f"{rule.municipality}  {rule.days} days  {rule.set_by}: {rule.reason}")
    return FINE


async def emptied(asked: argparse.Namespace) -> int:
    """Empty what is past its time, by the one role that may."""
    settings = DatabaseSettings.from_environment()
    async with connected(settings) as connection:
        await record_access(connection, person(asked), "empty", {})
    async with connected(settings, os.environ.get(RETENTION_URL)) as connection:
        counts = await empty_payloads(connection)
    for code, count in counts.items():
        say(f"{code}: {count} payloads emptied")
    if not counts:
        say("no rule is in force: `audit retain` makes one")
    return FINE
