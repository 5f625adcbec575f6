"""Commands about bank accounts: which one is in force, and another in its place."""

import argparse
from pathlib import Path

from madoguchi_wire.keys import KeySet
from madoguchi_wire.kit.commands import FINE, AddParser, add_named, say, say_json
from madoguchi_wire.kit.person import Person

from billing.access.accesses import record_access
from billing.accounts.changing import change_account, withdraw_account
from billing.accounts.decided import Decided, all_decided
from billing.commands.opened import opened
from billing.settings import BooksSettings


def add_parsers(add: AddParser) -> None:
    """Add the command and what it does."""
    parser = add("account", help="bank accounts in force, and changes of them", act=listed)
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    every = kinds.add_parser("list", help="what was decided about accounts, by their digests")
    change = kinds.add_parser("change", help="put a contract's next_account in place, in 72 hours")
    change.add_argument("--and-by", required=True, help="the name of a second person, who agrees")
    change.add_argument("--consent", type=Path, help="the municipality's consent, a file")
    change.set_defaults(act=changed)
    stop = kinds.add_parser("withdraw", help="keep the account in force: the other never comes")
    stop.set_defaults(act=withdrawn)
    for one in (change, stop):
        one.add_argument("party", help="a municipality's code, a chain, or centre")
    for one in (every, change, stop):
        add_named(one)


async def listed(asked: argparse.Namespace) -> int:
    """List all decisions."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "accounts", {})
        decided = await all_decided(connection)
    for one in decided:
        if asked.json:
            say_json(one.told())
        else:
            say(_line(one))
    return FINE


def _line(one: Decided) -> str:
    by = f"{one.decided_by}{f' and {one.agreed_by}' if one.agreed_by else ''}"
    return (
        f"{one.party:16} {one.act:9} {one.digest}  from {one.in_force_from:%Y-%m-%dT%H:%M:%SZ}"
        f"  {by}  ({one.reason})"
    )


async def changed(asked: argparse.Namespace) -> int:
    """Decide about another account."""
    agreed = Person.of(asked.and_by, asked.why)
    consent = asked.consent.read_text("ascii").strip() if asked.consent else ""
    async with opened(asked) as (connection, office):
        keys = BooksSettings.from_environment().key_set() if consent else KeySet([])
        about = {"party": asked.party, "and_by": agreed.name}
        await record_access(connection, office.person, "account change", about)
        begins = await change_account(connection, office, asked.party, agreed, consent, keys)
    if asked.json:
        say_json({"party": asked.party, "in_force_from": begins.isoformat()})
    else:
        say(
            f"in force from {begins:%Y-%m-%dT%H:%M:%SZ}; until then, `billing account withdraw"
            f" {asked.party}` stops it"
        )
    return FINE


async def withdrawn(asked: argparse.Namespace) -> int:
    """Keep the account in force."""
    async with opened(asked) as (connection, office):
        about = {"party": asked.party}
        await record_access(connection, office.person, "account withdraw", about)
        await withdraw_account(connection, office, asked.party)
    if asked.json:
        say_json({"party": asked.party})
    else:
        say("the account in force stays")
    return FINE
