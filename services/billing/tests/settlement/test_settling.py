"""Money moves once, in whole yen, up to what is owed, between those who have a contract."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from billing.books.balances import balances
from billing.books.office import Office
from billing.books.transfers import Purpose
from billing.closing.choosing import close
from billing.rules.periods import Period
from billing.settlement.claims import explain, open_claims
from billing.settlement.paid_claims import ClaimPayment, pay_claim
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.payments import Payment, record_payment
from billing.settlement.refunds import refund
from billing.settlement.reversals import reverse
from billing.statements.making import find_statement, make_statements
from billing.statements.statement import Bearer
from billing.statements.tracing import trace
from billing_testing.gateway_books import Issued, make_months, write
from madoguchi_wire.errors import (
    AccountUnknown,
    AmountRefused,
    ClaimUnknown,
    InvalidFields,
    MadoguchiError,
    PaperNotRefundable,
    PaymentDiffers,
    PaymentUnknown,
)
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

DAY, NEXT = date(2010, 4, 30), date(2010, 5, 1)
CITY, CHAIN = "122033", "komorebi"
PAID = PayIn("bank-1", CHAIN, CITY, DAY, 500, NEXT)
OUT = Payment(Purpose.PAID_OUT, CITY, 500, "bank-2", NEXT)
_WRITTEN = (
    "SELECT (SELECT count(*) FROM billing.transfers) + (SELECT count(*) FROM billing.pay_ins)"
)


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(NEXT)


@pytest.fixture
async def papers(connection: Connection) -> list[Issued]:
    await make_months(connection, date(2010, 4, 1), 3)
    many = [Issued(CITY, CHAIN, DAY) for _ in range(2)]
    await write(connection, *many)
    return many


async def refused(
    connection: Connection, act: Awaitable[object], error: type[MadoguchiError]
) -> str:
    before = await connection.fetchval(_WRITTEN)
    with pytest.raises(error) as raised:
        await act
    assert await connection.fetchval(_WRITTEN) == before
    return str(raised.value)


async def test_a_pay_in_is_booked_once_and_not_otherwise(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    assert papers
    assert await record_pay_in(connection, office, PAID)
    assert not await record_pay_in(connection, office, PAID)
    for other in ({"yen": 499}, {"chain": "machikado"}, {"paid_on": DAY}):
        differing = record_pay_in(connection, office, replace(PAID, **other))  # pyright: ignore[reportArgumentType] (fields of PayIn)
        await refused(connection, differing, PaymentDiffers)
    # The same transfer of the bank has another day's fees, too.
    assert await record_pay_in(connection, office, replace(PAID, day=NEXT))
    found = await balances(connection)
    assert (found["cash:komorebi"], found["held_by_centre"]) == (-500, 1000)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"yen": -1}, AmountRefused),
        ({"yen": 0}, AmountRefused),
        ({"chain": "elsewhere"}, AccountUnknown),
        ({"municipality": "011002"}, AccountUnknown),
        ({"paid_on": NEXT + timedelta(days=1)}, InvalidFields),
        ({"paid_on": DAY - timedelta(days=1)}, InvalidFields),
        ({"day": date(1900, 2, 1)}, InvalidFields),
        ({"yen": 10**19}, AmountRefused),
        ({"reference": ""}, InvalidFields),
        ({"reference": "X/tax"}, InvalidFields),
    ],
)
async def test_what_cannot_be_paid_in_is_refused(
    connection: Connection,
    office: Office,
    papers: list[Issued],
    wrong: dict[str, object],
    error: type[MadoguchiError],
) -> None:
    assert papers
    act = record_pay_in(connection, office, replace(PAID, **wrong))  # pyright: ignore[reportArgumentType] (fields of PayIn)
    await refused(connection, act, error)


async def test_no_more_is_paid_than_is_owed_for_closed_days(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    assert papers
    await refused(connection, record_payment(connection, office, OUT), AmountRefused)
    await close(connection, office, "2010-04")
    owed = {
        Purpose.PAID_OUT: (CITY, 500),
        Purpose.COMMISSION_PAID_IN: (CITY, 240),
        Purpose.COMMISSION_PAID_OUT: (CHAIN, 240),
        Purpose.SHARE_PAID: (CITY, 5_000_000),
    }
    for purpose, (party, yen) in owed.items():
        paid = Payment(purpose, party, yen, f"bank-{purpose}", NEXT)
        too_much = record_payment(connection, office, replace(paid, yen=yen + 1))
        await refused(connection, too_much, AmountRefused)
        for wrong in (0, -1, 10**19):
            nothing = record_payment(connection, office, replace(paid, yen=wrong))
            await refused(connection, nothing, AmountRefused)
        unknown = record_payment(connection, office, replace(paid, party="elsewhere"))
        await refused(connection, unknown, AccountUnknown)
        to_come = replace(paid, paid_on=NEXT + timedelta(days=1))
        await refused(connection, record_payment(connection, office, to_come), InvalidFields)
        absurd = replace(paid, paid_on=date(1900, 3, 11))
        await refused(connection, record_payment(connection, office, absurd), InvalidFields)
        nameless = replace(paid, reference="")
        await refused(connection, record_payment(connection, office, nameless), InvalidFields)
        assert await record_payment(connection, office, paid)
        assert not await record_payment(connection, office, paid)
        other = record_payment(connection, office, replace(paid, yen=yen - 1))
        await refused(connection, other, PaymentDiffers)
        again = record_payment(connection, office, replace(paid, yen=1, reference="bank-x"))
        await refused(connection, again, AmountRefused)
    found = await balances(connection)
    settled = ("owed_to_municipality", "commission", "commission_tax", "owed_to_chain")
    assert all(yen == 0 for name, yen in found.items() if name.partition(":")[0] in settled)
    assert found["share:122033"] == 0


async def test_a_fee_is_given_back_once_by_whom_the_rule_says(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    first, second = papers
    done = await refund(connection, office, first.issuance_id)
    assert (done.yen, done.borne_by, done.period) == (250, Bearer.CHAIN, "2010-04")
    await close(connection, office, "2010-04")
    done = await refund(connection, office, second.issuance_id)
    assert (done.yen, done.borne_by, done.period) == (250, Bearer.MUNICIPALITY, "2010-05")
    free = Issued(CITY, CHAIN, NEXT, fee=0)
    voided = Issued(CITY, CHAIN, NEXT, state="voided", money=Money.REFUNDED)
    kept = Issued(CITY, CHAIN, NEXT, state="voided", money=Money.KEPT)
    await write(connection, free, voided, kept)
    done = await refund(connection, office, kept.issuance_id)
    assert (done.yen, done.borne_by) == (250, Bearer.CHAIN)
    for one in (first, second, free, voided, kept):
        act = refund(connection, office, one.issuance_id)
        await refused(connection, act, PaperNotRefundable)
    await refused(connection, refund(connection, office, uuid4()), PaperNotRefundable)
    found = await balances(connection)
    # The commission stays: both papers came out.
    assert found["owed_to_chain:komorebi"] == -240 - 120
    assert (found["owed_to_municipality:122033"], found["refunded:122033"]) == (-250, 250)


async def test_a_terminal_that_prints_and_reports_void_leaves_a_claim_until_it_is_explained(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    skimmed = Issued(CITY, CHAIN, DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
    await write(connection, skimmed)
    await refused(connection, explain(connection, office, skimmed.issuance_id), ClaimUnknown)
    await close(connection, office, "2010-04")
    (claim,) = await open_claims(connection)
    assert (claim.issuance_id, claim.chain, claim.yen) == (skimmed.issuance_id, CHAIN, 250)
    assert claim.terminal == f"{skimmed.site}-1"
    assert (await balances(connection))["claims_on:komorebi"] == 250
    for other in (papers[0].issuance_id, uuid4()):
        await refused(connection, explain(connection, office, other), ClaimUnknown)
    await explain(connection, office, skimmed.issuance_id)
    await refused(connection, explain(connection, office, skimmed.issuance_id), ClaimUnknown)
    assert await open_claims(connection) == []
    assert (await balances(connection))["claims_on:komorebi"] == 0
    told = await connection.fetchrow("SELECT recorded_by, reason FROM billing.explanations")
    assert told is not None
    assert tuple(told) == (office.person.name, office.person.reason)


async def test_a_claim_at_a_citys_own_machine_is_a_loss_of_its_own_that_nobody_pays(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    """Whoever runs the machine, also a chain that has stores: it owes the city nothing for it."""
    assert papers
    own = Issued(CITY, CHAIN, DAY, channel="city_machine", state="voided", money=Money.REFUNDED)
    await write(connection, own)
    await close(connection, office, "2010-04")
    (claim,) = await open_claims(connection)
    assert (claim.issuance_id, claim.own_machine) == (own.issuance_id, True)
    found = await balances(connection)
    assert (found["lost:122033"], found["claimed_by:122033"]) == (250, -250)
    assert not any(name.startswith("claims_on") for name in found)
    paying = pay_claim(connection, office, ClaimPayment(own.issuance_id, "bank-9", NEXT))
    assert "a loss of its own" in await refused(connection, paying, ClaimUnknown)
    back = Payment(Purpose.CLAIM_RETURNED, CHAIN, 1, "bank-9", NEXT)
    await refused(connection, record_payment(connection, office, back), AmountRefused)
    await make_statements(connection, office, Period(2010, 4))
    city = await find_statement(connection, "2010-04-M-122033")
    chain = await find_statement(connection, "2010-04-C-komorebi")
    assert (chain.claims, chain.own_losses, chain.totals.to_pay) == ((), (), 500)
    assert (city.claims, [one.yen for one in city.own_losses]) == ((), [250])
    assert city.totals.to_pay == city.totals.commissions + city.totals.share
    await explain(connection, office, own.issuance_id)
    assert await open_claims(connection) == []
    assert (await balances(connection))["lost:122033"] == 0


async def test_one_transfer_of_the_bank_pays_several_parties(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    assert papers
    other = Issued("131130", CHAIN, DAY)
    await write(connection, other)
    await close(connection, office, "2010-04")
    for party, yen in ((CITY, 500), ("131130", 250)):
        paid = replace(OUT, party=party, yen=yen)
        assert await record_payment(connection, office, paid)
        assert not await record_payment(connection, office, paid)
    found = await balances(connection)
    assert (found["owed_to_municipality:122033"], found["owed_to_municipality:131130"]) == (0, 0)


async def test_a_mistyped_payment_is_reversed_and_recorded_right(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    assert papers
    await close(connection, office, "2010-04")
    before = await balances(connection)
    commissions = Payment(Purpose.COMMISSION_PAID_IN, CITY, 100, "bank-3", NEXT)
    wrong = replace(PAID, yen=50_000)
    for _ in range(2):
        assert await record_pay_in(connection, office, wrong)
        assert await record_payment(connection, office, commissions)
        (done,) = await reverse(connection, office, "bank-1")
        assert (done.purpose, done.chain, done.yen) == ("paid_in", CHAIN, 50_000)
        assert len(await reverse(connection, office, "bank-3", CITY)) == 2  # the tax first
        after = await balances(connection)
        assert {name: yen for name, yen in after.items() if yen} == {
            name: yen for name, yen in before.items() if yen
        }
        for reference, party in (("bank-1", None), ("bank-3", CITY), ("nothing", None)):
            again = reverse(connection, office, reference, party)
            await refused(connection, again, PaymentUnknown)
    assert await record_pay_in(connection, office, PAID)
    assert not await record_pay_in(connection, office, PAID)
    await refused(connection, reverse(connection, office, "bank-1", CITY[::-1]), PaymentUnknown)
    told = await connection.fetch("SELECT DISTINCT recorded_by, reason FROM billing.reversals")
    assert [tuple(one) for one in told] == [(office.person.name, office.person.reason)]


@pytest.mark.parametrize("then", ["nothing", "explained", "reversed"])
async def test_a_claim_that_is_paid_goes_on_to_the_city_and_back_if_it_is_explained(
    connection: Connection, office: Office, papers: list[Issued], then: str
) -> None:
    assert papers
    skimmed = Issued(CITY, CHAIN, DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
    other = Issued(CITY, CHAIN, DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
    await write(connection, skimmed, other)
    await close(connection, office, "2010-04")
    paid = ClaimPayment(skimmed.issuance_id, "bank-9", NEXT)
    unknown = pay_claim(connection, office, replace(paid, issuance=papers[0].issuance_id))
    await refused(connection, unknown, ClaimUnknown)
    assert await pay_claim(connection, office, paid)
    assert not await pay_claim(connection, office, paid)
    again = pay_claim(connection, office, replace(paid, reference="bank-10"))
    await refused(connection, again, PaymentDiffers)
    assert [one.issuance_id for one in await open_claims(connection)] == [other.issuance_id]
    back = Payment(Purpose.CLAIM_RETURNED, CHAIN, 250, "bank-11", NEXT)
    await refused(connection, record_payment(connection, office, back), AmountRefused)
    if then == "explained":
        await explain(connection, office, skimmed.issuance_id)
        await refused(connection, reverse(connection, office, "bank-9"), PaymentUnknown)
    elif then == "reversed":
        await reverse(connection, office, "bank-9")
        assert len(await open_claims(connection)) == 2
    june = replace(office, today=date(2010, 6, 1))
    await close(connection, june, "2010-05")
    await make_statements(connection, june, Period(2010, 5))
    city = await find_statement(connection, "2010-05-M-122033")
    chain = await find_statement(connection, "2010-05-C-komorebi")
    due = 250 if then == "nothing" else 0
    assert (city.totals.to_receive, city.totals.to_pay) == (due, 0)
    assert chain.totals.to_receive == (250 if then == "explained" else 0)
    (line,) = city.claims
    assert line.papers == len(await trace(connection, city, line.line))
    assert line.papers == (2 if then == "reversed" else 1)
    for stated, returned in ((city, then != "nothing"), (chain, then == "explained")):
        assert [one.yen for one in stated.claims_returned] == [250] * returned
        for one in (*stated.claims_paid, *stated.claims_returned):
            assert (one.papers, one.yen) == (1, 250)
            assert await trace(connection, stated, one.line) == [skimmed.issuance_id]
        # What the chain had not paid after all is nothing to it.
        assert len(stated.claims_paid) == (0 if (stated, then) == (chain, "reversed") else 1)
        assert stated.totals.claims_paid == 250 * len(stated.claims_paid)
    out = replace(OUT, yen=500 + due)
    await refused(
        connection, record_payment(connection, june, replace(out, yen=501 + due)), AmountRefused
    )
    assert await record_payment(connection, june, out)
    if then == "explained":
        assert await record_payment(connection, june, back)
        found = await balances(connection)
        assert found["claims_on:komorebi"] == 250  # the other one
    assert (await balances(connection))["owed_to_municipality:122033"] == 0
