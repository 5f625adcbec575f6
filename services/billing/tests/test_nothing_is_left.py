"""Once all transfer files are booked, nobody owes anybody anything: gross and net, to the yen."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from billing.books.balances import balances
from billing.books.office import Office
from billing.books.transfers import Purpose
from billing.closing.choosing import close
from billing.contracts.contracts import Contracts
from billing.owed.open_days import open_days
from billing.owed.reached import Reached
from billing.rules.periods import Period
from billing.settlement.claims import explain
from billing.settlement.paid_claims import ClaimPayment, pay_claim
from billing.settlement.paid_statements import StatementPayment, pay_statement
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.payments import Payment, record_payment
from billing.settlement.refunds import refund
from billing.statements.making import list_statements, make_statements
from billing.statements.statement import Role, Statement
from billing.transfer_files.kept import list_transfer_files
from billing.transfer_files.making import Asked, make_transfer_file
from billing.transfer_files.zengin import records
from billing_testing.gateway_books import Issued, forget_everything, make_months, write
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from madoguchi_wire.errors import AmountRefused, NothingToTransfer
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

CITIES, CHAINS, OWN = ("122033", "131130"), ("komorebi", "machikado"), "ichikawa-city"
DAY = date(2010, 4, 5)
EARLY = (
    (Purpose.PAID_IN, CHAINS[0]),
    (Purpose.PAID_OUT, CITIES[0]),
    (Purpose.PAID_OUT, CITIES[1]),
    (Purpose.COMMISSION_PAID_IN, CITIES[1]),
    (Purpose.COMMISSION_PAID_OUT, CHAINS[0]),
)
"""What may be paid for a closed day before its month is."""


@st.composite
def papers(draw: st.DrawFn) -> tuple[Issued, str]:
    """Return a paper of April, and what becomes of it later."""
    own = draw(st.integers(0, 4)) == 0
    facts: dict[str, Any] = {
        "municipality": CITIES[0] if own else draw(st.sampled_from(CITIES)),
        "chain": OWN if own else draw(st.sampled_from(CHAINS)),
        "fee": draw(st.sampled_from((0, 10, 250))),
        "commission": 0 if own else draw(st.sampled_from((0, 117, 120))),
        "channel": "city_machine" if own else "store",
    }
    if not own and draw(st.booleans()):
        facts |= {"state": "voided", "money": Money.NOT_TAKEN, "fee": 250}
        facts["paid"] = draw(st.booleans())
        return Issued(accepted_on=DAY, **facts), draw(st.sampled_from(("", "May", "June")))
    return Issued(accepted_on=DAY, **facts), draw(st.sampled_from(("", "", "refund")))


@pytest.mark.parametrize("settlement", ["gross", "net"])
@given(
    drawn=st.lists(papers(), min_size=1, max_size=10),
    early=st.lists(st.tuples(st.sampled_from(EARLY), st.integers(1, 400)), max_size=4),
)
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_when_all_transfer_files_are_booked_nothing_is_owed(
    connection: Connection,
    contracts: Contracts,
    settlement: str,
    drawn: list[tuple[Issued, str]],
    early: list[tuple[tuple[Purpose, str], int]],
) -> None:
    cities = {
        code: one.model_copy(update={"settlement": settlement})
        for code, one in contracts.municipalities.items()
    }
    net_or_gross = replace(contracts, municipalities=cities)
    person = Person.of("sato", "月次の締め処理")
    may, june, july = (Office(net_or_gross, date(2010, at, 1), person) for at in (5, 6, 7))
    await forget_everything(connection)
    await make_months(connection, DAY, 4)
    await write(connection, *(one for one, _ in drawn))
    in_april = replace(may, today=date(2010, 4, 20))
    for one, then in drawn:
        if then == "refund" and one.fee and one.chain != OWN:
            await refund(connection, in_april, one.issuance_id)
    await close(connection, in_april, str(min(one.accepted_on for one, _ in drawn)))
    for number, ((purpose, party), yen) in enumerate(early):
        await _pay_early(connection, in_april, purpose, party, yen, f"early-{number}")
    claims = [(one, then) for one, then in drawn if one.state == "voided"]
    waiting = sum(one.fee for one, _ in claims if one.paid)
    await _settle(connection, may, Period(2010, 4), waiting)
    for one, then in claims:
        paid = ClaimPayment(one.issuance_id, f"claim-{one.issuance_id}", may.today)
        await pay_claim(connection, may, paid)
        if then == "May":
            await explain(connection, may, one.issuance_id)
    await _settle(connection, june, Period(2010, 5))
    for one, then in claims:
        if then == "June":
            await explain(connection, june, one.issuance_id)
    await _settle(connection, july, Period(2010, 6))


async def _settle(connection: Connection, office: Office, period: Period, waiting: int = 0) -> None:
    """Close a month, book what all transfer files of it say, and look at every balance.

    Deposits of open claims wait until these are settled.
    """
    await close(connection, office, str(period))
    await make_statements(connection, office, period)
    statements = await list_statements(connection, period)
    for one in statements:
        sent = await _sent(connection, office, period, one.party.code)
        assert sum(sent) == one.totals.to_pay
        book = _from_city if one.party.role is Role.MUNICIPALITY else _from_chain
        await book(connection, office, one)
    due = Counter(one.totals.to_receive for one in statements if one.totals.to_receive)
    assert Counter(await _sent(connection, office, period, "centre")) == due
    for one in statements:
        await _from_centre(connection, office, one)
    for payer in ("centre", *(one.party.code for one in statements)):
        await _nothing_is_ordered_twice(connection, office, period, payer)
    # Open claims are shown apart; those that were paid are settled as all else.
    left = {name: yen for name, yen in (await balances(connection)).items() if yen}
    shares = -left.pop("earned_by_centre")
    assert left.pop("held_by_centre") == shares > 0
    claims = ("claims_on", "claimed_by")
    assert period.month == 4 or not any(name.startswith(claims) for name in left)
    own_purse = ("refunded", "treasury", *claims)
    for account, yen in (("cash:", waiting), ("deposits:", -waiting)):
        mine = [name for name in left if name.startswith(account)]
        assert sum(left.pop(name) for name in mine) == yen
    assert [name for name in left if not name.startswith(own_purse)] == []


async def _sent(connection: Connection, office: Office, period: Period, payer: str) -> list[int]:
    """Return the yen of the records of a payer's transfer file."""
    try:
        asked = Asked(period, payer, office.today)
        made = await make_transfer_file(connection, office, asked)
    except NothingToTransfer:
        return []
    found = [int(one[80:90]) for one in records(made.file.content) if one.startswith("2")]
    assert found == [one.yen for one in made.file.entries]
    return found


async def _nothing_is_ordered_twice(
    connection: Connection, office: Office, period: Period, payer: str
) -> None:
    """All is booked: the file that was made is given again, and there is no rest."""
    asked = Asked(period, payer, office.today)
    for made in await list_transfer_files(connection, period, payer):
        again = await make_transfer_file(connection, office, asked)
        assert (again.is_new, again.file) == (False, made)
    with pytest.raises(NothingToTransfer):
        await make_transfer_file(connection, office, replace(asked, rest=True))


async def _pay_early(
    connection: Connection,
    office: Office,
    purpose: Purpose,
    party: str,
    yen: int,
    reference: str,
) -> None:
    """Pay what is owed already, but no more: what is overpaid nobody can order."""
    if purpose is Purpose.PAID_IN:
        reached = Reached(("2010-04",))
        for (city, day), left in (await open_days(connection, party, reached)).items():
            paid = PayIn(reference, party, city, day, min(yen, left), office.today)
            await record_pay_in(connection, office, paid)
        return
    with suppress(AmountRefused):
        payment = Payment(purpose, party, yen, reference, office.today)
        await record_payment(connection, office, payment)


async def _from_chain(connection: Connection, office: Office, stated: Statement) -> None:
    if stated.totals.to_pay:
        number, yen = stated.number, stated.totals.to_pay
        paid = StatementPayment(number, yen, number, office.today)
        assert await pay_statement(connection, office, paid)


async def _from_city(connection: Connection, office: Office, stated: Statement) -> None:
    totals = stated.totals
    commissions = totals.commissions - totals.set_off - totals.paid
    await _pay(connection, office, stated, Purpose.SHARE_PAID, totals.share)
    await _pay(connection, office, stated, Purpose.COMMISSION_PAID_IN, commissions)
    back = totals.to_pay - totals.share - commissions
    await _pay(connection, office, stated, Purpose.PAID_BACK, back)


async def _from_centre(connection: Connection, office: Office, stated: Statement) -> None:
    totals = stated.totals
    if stated.party.role is Role.MUNICIPALITY:
        await _pay(connection, office, stated, Purpose.PAID_OUT, totals.to_receive)
        return
    commissions = totals.commissions - totals.received
    await _pay(connection, office, stated, Purpose.COMMISSION_PAID_OUT, commissions)
    await _pay(connection, office, stated, Purpose.CLAIM_RETURNED, totals.claims_returned)
    assert totals.to_receive == commissions + totals.claims_returned


async def _pay(
    connection: Connection, office: Office, stated: Statement, purpose: Purpose, yen: int
) -> None:
    if yen:
        paid = Payment(purpose, stated.party.code, yen, stated.number, office.today)
        assert await record_payment(connection, office, paid)
