"""Commands that prove: verify, the proof of one event, an auditor's package."""

import argparse
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from madoguchi_wire.clock import instant_text
from madoguchi_wire.kit.commands import (
    FINE,
    FOUND,
    AddParser,
    add_named,
    day,
    municipality,
    person,
    say,
    say_json,
)

from audit.access.accesses import record_access
from audit.commands.asked import add_days, connected
from audit.journal.head import JournalHead, journal_head
from audit.package.packing import Contents, pack
from audit.settings import DatabaseSettings, TrustSettings
from audit.trusting import rules_of
from audit.verifying.heads import SaidHeads, asked_heads, heads_in, moment_of_heads
from audit.verifying.journal import Journal
from audit.verifying.proof import proof_of
from audit.verifying.verdict import Verdict
from audit.verifying.verify import verify

_SHOWN = 50


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    whole = add(
        "verify", help="prove that nothing is missing, changed or reordered", act=verify_archive
    )
    whole.add_argument("--first-day", type=day, help="take what is older for verified")
    whole.add_argument(
        "--noted",
        type=_noted,
        action="append",
        default=[],
        metavar="HEAD",
        help="what `verify` or `journal` printed before: the journal has to follow from it",
    )
    _add_heads(whole)
    end = add("journal", help="the head of the record of looks, holds and rules", act=journal)
    one = add("proof", help="the proof of one event, for a third party", act=proof)
    one.add_argument("event", help="its id")
    packed = add("package", help="what an auditor takes along, with its script", act=package)
    packed.add_argument("--out", type=Path, required=True, help="zip file to be written")
    packed.add_argument("--municipality", type=municipality, help="others' events as digests only")
    add_days(packed)
    _add_heads(packed)
    for parser in (whole, end, one, packed):
        add_named(parser)


def _noted(text: str) -> JournalHead:
    try:
        return JournalHead.of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add_heads(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--heads", type=Path, help="file of witnesses' heads; else AUDIT_WITNESSES are asked"
    )


async def _heads(asked: argparse.Namespace, settings: TrustSettings, as_of: datetime) -> SaidHeads:
    if asked.heads:
        return SaidHeads(tuple(heads_in(asked.heads)))
    return await asked_heads(settings.witness_addresses, as_of)


async def verify_archive(asked: argparse.Namespace) -> int:
    """Verify; exit code 1 names each place where the archive is not whole."""
    settings = TrustSettings.from_environment()
    clock = settings.common.clock()
    now = clock.now()
    said = await _heads(asked, settings, moment_of_heads(now))
    async with connected(settings) as connection:
        await record_access(connection, person(asked), "verify", {"first_day": asked.first_day})
        found = await verify(
            connection,
            rules_of(settings, clock),
            now,
            heads=said.tokens,
            away=said.away,
            first_day=asked.first_day,
            noted=asked.noted,
        )
    if asked.json:
        say_json(asdict(found) | {"verified": found.holds})
    else:
        _tell(found)
    return FINE if found.holds else FOUND


def _tell(found: Verdict) -> None:
    say(f"{found.events} events under {found.stamps} stamps, the last is {found.last_stamp}")
    of = ", ".join(f"{code} {count}" for code, count in found.removed_by.items())
    by = f" ({of})" if of else ""
    say(f"{found.removed} payloads removed by the rules of retention{by}; their digests are proven")
    say(f"{found.unstamped} events not stamped yet, {found.on_the_way} stamped and on their way")
    for seen in found.heads:
        say(f"{seen.municipality} saw stamp {seen.stamp} last, as of {instant_text(seen.as_of)}")
    if not found.heads:
        say("name witnesses in AUDIT_WITNESSES, or what they said by --heads FILE")
    if found.timed is None:
        say("time stamps were not looked at (AUDIT_TIMESTAMP_ROOTS names the authority's roots)")
    else:
        say(f"{found.timed} stamps have their time from the authority")
    _tell_journal(found.journal)
    for fault in found.faults[:_SHOWN]:
        say(f"WRONG  {fault}")
    if len(found.faults) > _SHOWN:
        say(f"… and {len(found.faults) - _SHOWN} more (--json has all)")
    say("verified" if found.holds else f"NOT verified: {len(found.faults)} faults")


def _tell_journal(journal: Journal) -> None:
    say(f"the journal of looks, holds and rules ends at {journal.head}")
    if journal.noted:
        say(f"its head is noted up to entry {journal.noted} of {journal.entries}")
    else:
        say("nobody has noted its head: `gateway note-archive` does, in the stream")
    if journal.elsewhere:
        say(f"the stream notes {journal.elsewhere} heads of other archives' journals")


async def journal(asked: argparse.Namespace) -> int:
    """Print the journal's head, this look included."""
    async with connected(DatabaseSettings.from_environment()) as connection:
        await record_access(connection, person(asked), "journal", {})
        head = await journal_head(connection)
    if asked.json:
        say_json(asdict(head))
    else:
        say(str(head))
    return FINE


async def proof(asked: argparse.Namespace) -> int:
    """Print the proof of an event."""
    settings = DatabaseSettings.from_environment()
    async with connected(settings) as connection:
        await record_access(connection, person(asked), "proof", {"event": asked.event})
        found = await proof_of(connection, settings.centre, asked.event)
    if found is None:
        say("no stamped event of this id is archived")
        return FOUND
    say_json(asdict(found))
    return FINE


async def package(asked: argparse.Namespace) -> int:
    """Write the zip file."""
    settings = TrustSettings.from_environment()
    now = settings.common.clock().now()
    said = await _heads(asked, settings, moment_of_heads(now, asked.last_day))
    contents = Contents(
        centre=settings.centre,
        municipality=asked.municipality,
        first_day=asked.first_day,
        last_day=asked.last_day,
        trust_list=settings.trust_list.read_text("ascii").strip(),
        trust_root=settings.trust_root.read_text("ascii"),
        heads=said.tokens,
    )
    about = {name: getattr(asked, name) for name in ("municipality", "first_day", "last_day")}
    async with connected(settings) as connection:
        await record_access(connection, person(asked), "package", about)
        await pack(connection, contents, asked.out, now)
    say(f"{asked.out} is written; unpack it and run: python -I verify.py FOLDER")
    for fault in said.away:
        say(f"WRONG  {fault}")
    return FOUND if said.away else FINE
