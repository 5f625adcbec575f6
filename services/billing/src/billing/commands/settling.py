"""Commands about money on its way: paid, given back, claimed, explained."""

import argparse
from dataclasses import asdict
from uuid import UUID

from madoguchi_wire.kit.commands import (
    FINE,
    FOUND,
    AddParser,
    add_named,
    day,
    municipality,
    say,
    say_json,
)

from billing.access.accesses import record_access
from billing.books.balances import balances
from billing.books.transfers import Purpose
from billing.commands.opened import opened, yen
from billing.settlement.claims import explain, open_claims
from billing.settlement.paid_claims import ClaimPayment, pay_claim
from billing.settlement.paid_statements import StatementPayment, pay_statement
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.payments import PARTIES, Payment, record_payment
from billing.settlement.refunds import refund
from billing.settlement.reversals import reverse


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    paid = add("pay-in", help="record fees that a chain paid in", act=paid_in)
    paid.add_argument("--chain", required=True)
    paid.add_argument("--municipality", required=True, type=municipality)
    paid.add_argument("--day", required=True, type=day, help="on which the fees were taken")
    other = add("payment", help="record a payment of what is owed for closed days", act=payment)
    other.add_argument("purpose", choices=[one.value for one in PARTIES])
    other.add_argument("party", help="a municipality's code, or a chain")
    for parser in (paid, other):
        parser.add_argument("--yen", required=True, type=yen)
        parser.add_argument("--reference", required=True, help="the bank's")
        parser.add_argument("--paid-on", required=True, type=day)
    whole = add("statement-paid", help="record that a chain paid what is stated", act=month_paid)
    whole.add_argument("statement", help="the chain's, 2010-04-C-komorebi")
    whole.add_argument("--yen", required=True, type=yen)
    whole.add_argument("--reference", required=True, help="the bank's")
    whole.add_argument("--paid-on", required=True, type=day)
    claim = add("claim-paid", help="record that a chain paid a claim, in full", act=claim_paid)
    claim.add_argument("issuance", type=UUID)
    claim.add_argument("--reference", required=True, help="the bank's")
    claim.add_argument("--paid-on", required=True, type=day)
    undo = add("reverse", help="take back what was recorded as paid by mistake", act=taken_back)
    undo.add_argument("reference", help="the bank's")
    undo.add_argument("--party", help="only a municipality's code, or a chain")
    back = add("refund", help="record that a fee was given back", act=given_back)
    claims = add("claims", help="delivered, voided, and neither explained nor paid", act=listed)
    told = add("explain", help="explain a claim, by --why", act=explained)
    for parser in (back, told):
        parser.add_argument("issuance", type=UUID)
    books = add("balances", help="the balance of every account", act=shown)
    for parser in (paid, other, whole, claim, undo, back, claims, told, books):
        add_named(parser)


async def paid_in(asked: argparse.Namespace) -> int:
    """Record a pay-in."""
    paid = PayIn(
        asked.reference, asked.chain, asked.municipality, asked.day, asked.yen, asked.paid_on
    )
    async with opened(asked) as (connection, office):
        return _recorded(asked, is_new=await record_pay_in(connection, office, paid))


async def month_paid(asked: argparse.Namespace) -> int:
    """Record that a chain paid a statement."""
    paid = StatementPayment(asked.statement, asked.yen, asked.reference, asked.paid_on)
    async with opened(asked) as (connection, office):
        return _recorded(asked, is_new=await pay_statement(connection, office, paid))


async def payment(asked: argparse.Namespace) -> int:
    """Record another payment."""
    paid = Payment(Purpose(asked.purpose), asked.party, asked.yen, asked.reference, asked.paid_on)
    async with opened(asked) as (connection, office):
        return _recorded(asked, is_new=await record_payment(connection, office, paid))


def _recorded(asked: argparse.Namespace, *, is_new: bool) -> int:
    if asked.json:
        say_json({"is_new": is_new})
    else:
        say("recorded" if is_new else "recorded before, just so")
    return FINE


async def claim_paid(asked: argparse.Namespace) -> int:
    """Record that a claim was paid."""
    paid = ClaimPayment(asked.issuance, asked.reference, asked.paid_on)
    async with opened(asked) as (connection, office):
        return _recorded(asked, is_new=await pay_claim(connection, office, paid))


async def taken_back(asked: argparse.Namespace) -> int:
    """Reverse payments."""
    async with opened(asked) as (connection, office):
        done = await reverse(connection, office, asked.reference, asked.party)
    for one in done:
        if asked.json:
            say_json(asdict(one))
        else:
            whose = " ".join(filter(None, (one.municipality, one.chain)))
            say(f"{one.purpose} {whose}: {one.yen:,} yen are reversed")
    return FINE


async def given_back(asked: argparse.Namespace) -> int:
    """Record a refund."""
    async with opened(asked) as (connection, office):
        done = await refund(connection, office, asked.issuance)
    if asked.json:
        say_json(asdict(done))
    else:
        say(f"{done.yen:,} yen, borne by the {done.borne_by}, in {done.period}")
    return FINE


async def listed(asked: argparse.Namespace) -> int:
    """List open claims; exit code 1 if there are any."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "claims", {})
        found = await open_claims(connection)
    for one in found:
        if asked.json:
            say_json(asdict(one))
        else:
            say(
                f"{one.accepted_on}  {one.issuance_id}  {one.municipality} {one.terminal}"
                f"  {one.yen:,} yen  {one.void_reason}, money {one.money}"
                f"{', a loss at its own machine' if one.own_machine else ''}"
            )
    return FOUND if found else FINE


async def explained(asked: argparse.Namespace) -> int:
    """Explain a claim."""
    async with opened(asked) as (connection, office):
        done = await explain(connection, office, asked.issuance)
    if asked.json:
        say_json(asdict(done))
    else:
        say(f"{done.issuance_id} is explained: {done.yen:,} yen")
    return FINE


async def shown(asked: argparse.Namespace) -> int:
    """Show balances."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "balances", {})
        found = await balances(connection)
    if asked.json:
        say_json(found)
        return FINE
    for account, yen_of in found.items():
        say(f"{account:44} {yen_of:>16,}")
    say(f"{'sum':44} {sum(found.values()):>16,}")
    return FINE
