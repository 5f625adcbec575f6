"""Invoices and transfer files of a month say what its statements say, to the yen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from billing.books.office import Office
from billing.books.transfers import Purpose
from billing.closing.choosing import close
from billing.invoices.making import find_invoice, list_invoices, make_invoices
from billing.rules.periods import Period
from billing.settlement.claims import explain
from billing.settlement.paid_claims import ClaimPayment, pay_claim
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.payments import Payment, record_payment
from billing.settlement.reversals import reverse
from billing.statements.making import find_statement, list_statements, make_statements
from billing.statements.statement import Role
from billing.transfer_files.kept import Entry, find_transfer_file, list_transfer_files
from billing.transfer_files.making import Asked, make_transfer_file
from billing.transfer_files.zengin import records
from billing_testing.gateway_books import Issued, make_months, write
from madoguchi_wire.errors import (
    AccountUnknown,
    InvalidFields,
    InvoiceUnknown,
    LedgerUnexplained,
    NothingToTransfer,
    PeriodNotClosed,
    StatementUnknown,
    TransferFileMade,
)
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

APRIL, MAY, PAY_DAY = Period(2010, 4), date(2010, 5, 1), date(2010, 5, 10)
CITY, OTHER = "122033", "131130"
CHAINS = ("komorebi", "machikado")


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(MAY)


@pytest.fixture
async def closed(connection: Connection, office: Office) -> Connection:
    """Give the books of a closed April with papers of two municipalities at two chains."""
    await make_months(connection, date(2010, 4, 1), 2)
    many = [
        Issued(
            (CITY, OTHER)[number % 3 == 0],
            CHAINS[number % 2],
            date(2010, 4, 1) + timedelta(days=number),
            commission=(120, 117)[number % 5 == 0],
        )
        for number in range(29)
    ]
    await write(connection, *many)
    await close(connection, office, "2010-04")
    return connection


async def test_invoices_are_made_once_and_say_what_the_statements_say(
    closed: Connection, office: Office
) -> None:
    numbers = await make_invoices(closed, office, APRIL)
    assert await make_invoices(closed, office, APRIL) == []
    made = await list_invoices(closed, APRIL)
    assert [invoice.number for invoice in made] == numbers
    assert await find_invoice(closed, numbers[0]) == made[0]
    await make_statements(closed, office, APRIL)
    for statement in await list_statements(closed, APRIL):
        of = {
            Role.MUNICIPALITY: [one for one in made if one.recipient == statement.party.name],
            Role.CHAIN: [one for one in made if one.supplier == statement.party.name],
        }[statement.party.role]
        assert sum(one.yen for one in of) == statement.totals.commissions
        assert sum(one.tax for one in of) == statement.totals.commission_tax
    with pytest.raises(InvoiceUnknown):
        await find_invoice(closed, "2010-04-9999")
    with pytest.raises(PeriodNotClosed):
        await make_invoices(closed, office, APRIL.next_month)


async def test_what_all_payers_give_to_their_banks_is_what_the_statements_owe(
    closed: Connection, office: Office
) -> None:
    with pytest.raises(StatementUnknown, match="make them first"):
        await make_transfer_file(closed, office, Asked(APRIL, "centre", PAY_DAY))
    await make_statements(closed, office, APRIL)
    statements = await list_statements(closed, APRIL)
    owed = {one.party.code: one.totals.to_pay for one in statements}
    paid = {payer: await _total(closed, office, payer) for payer, yen in owed.items() if yen}
    assert paid == {payer: yen for payer, yen in owed.items() if yen}
    due = sum(one.totals.to_receive for one in statements)
    assert await _total(closed, office, "centre") == due
    shares = sum(one.totals.share for one in statements)
    assert sum(paid.values()) == due + shares
    assert shares > 0


async def test_who_owes_nothing_or_is_unknown_has_no_transfer_file(
    closed: Connection, office: Office
) -> None:
    await make_statements(closed, office, APRIL)
    for payer in ("elsewhere", "011002"):
        with pytest.raises(AccountUnknown, match=payer):
            await make_transfer_file(closed, office, Asked(APRIL, payer, PAY_DAY))
    for absurd in (date(1999, 1, 2), date(2010, 4, 30), date(2011, 5, 1)):
        with pytest.raises(InvalidFields, match="within a year"):
            await make_transfer_file(closed, office, Asked(APRIL, "centre", absurd))
    await close(closed, Office(office.contracts, date(2010, 6, 1), office.person), "2010-05")
    await make_statements(closed, office, APRIL.next_month)
    with pytest.raises(NothingToTransfer, match="centre, 2010-05"):
        await make_transfer_file(closed, office, Asked(APRIL.next_month, "centre", PAY_DAY))


async def test_a_file_is_made_once_and_what_the_bank_did_not_pay_is_a_file_of_the_rest(
    closed: Connection, office: Office
) -> None:
    await make_statements(closed, office, APRIL)
    asked = Asked(APRIL, "centre", PAY_DAY)
    made = await make_transfer_file(closed, office, asked)
    assert (made.is_new, made.file.number) == (True, "2010-04-centre-1")
    other = _with_other_accounts(office)
    for _ in range(2):
        again = await make_transfer_file(closed, office, asked)
        assert (again.is_new, again.file) == (False, made.file)
    with pytest.raises(TransferFileMade, match=f"{CITY}.yaml names another account"):
        await make_transfer_file(closed, other, asked)
    with pytest.raises(TransferFileMade, match="2010-04-centre-1 was made for 2010-05-10"):
        await make_transfer_file(closed, office, replace(asked, pay_day=date(2010, 5, 11)))
    assert (await find_transfer_file(closed, made.file.number)) == made.file
    # The bank pays all but one of them.
    first, *others = made.file.entries
    pay_day = replace(office, today=PAY_DAY)
    for one in others:
        await _paid_by_the_centre(closed, pay_day, one)
    rest = replace(asked, pay_day=PAY_DAY + timedelta(days=1), rest=True)
    for is_new in (True, False):
        left = await make_transfer_file(closed, pay_day, rest)
        assert (left.is_new, left.file.number) == (is_new, "2010-04-centre-2")
        assert left.file.entries == (first,)
    await _paid_by_the_centre(closed, pay_day, first)
    with pytest.raises(NothingToTransfer, match="nothing is owed"):
        await make_transfer_file(closed, pay_day, rest)
    # What was recorded by mistake is owed again.
    await reverse(closed, pay_day, "bank-1", first.payee)
    third = await make_transfer_file(closed, pay_day, replace(rest, pay_day=date(2010, 5, 12)))
    assert (third.file.number, third.file.entries) == ("2010-04-centre-3", (first,))
    files = await list_transfer_files(closed, APRIL)
    assert [one.part for one in files] == [1, 2, 3]


def _with_other_accounts(office: Office) -> Office:
    contracts = office.contracts
    account = contracts.centre.account.model_copy(update={"number": "7777777"})
    cities = {
        code: one.model_copy(update={"account": account})
        for code, one in contracts.municipalities.items()
    }
    return replace(office, contracts=replace(contracts, municipalities=cities))


async def _paid_by_the_centre(connection: Connection, office: Office, entry: Entry) -> None:
    is_city = entry.payee in office.contracts.municipalities
    purpose = Purpose.PAID_OUT if is_city else Purpose.COMMISSION_PAID_OUT
    paid = Payment(purpose, entry.payee, entry.yen, "bank-1", office.today)
    assert await record_payment(connection, office, paid)


@pytest.mark.parametrize("settlement", ["gross", "net"])
async def test_what_was_paid_before_the_close_is_neither_asked_for_nor_set_off_again(
    connection: Connection, office: Office, settlement: str
) -> None:
    contracts = office.contracts
    one = contracts.municipality(OTHER).model_copy(update={"settlement": settlement})
    cities = {**contracts.municipalities, OTHER: one}
    office = replace(office, contracts=replace(contracts, municipalities=cities))
    in_april = replace(office, today=date(2010, 4, 12))
    await make_months(connection, date(2010, 4, 1), 2)
    days = [date(2010, 4, number) for number in range(1, 11)]
    await write(connection, *(Issued(OTHER, CHAINS[0], day) for day in days))
    for day in days:
        await close(connection, in_april, str(day))
    for day in days[:8]:
        paid_in = PayIn("bank-0", CHAINS[0], OTHER, day, 250, in_april.today)
        await record_pay_in(connection, in_april, paid_in)
    for purpose, party, yen in (
        (Purpose.PAID_OUT, OTHER, 1_700),
        (Purpose.COMMISSION_PAID_IN, OTHER, 1_100),
        (Purpose.COMMISSION_PAID_OUT, CHAINS[0], 1_000),
    ):
        paid = Payment(purpose, party, yen, "bank-1", in_april.today)
        await record_payment(connection, in_april, paid)
    await close(connection, office, "2010-04")
    # Later payments are no part of the statement, but nobody orders them once more.
    later = PayIn("bank-2", CHAINS[0], OTHER, days[8], 250, MAY)
    await record_pay_in(connection, office, later)
    out = Payment(Purpose.PAID_OUT, OTHER, 10, "bank-3", MAY)
    await record_payment(connection, office, out)
    await make_statements(connection, office, APRIL)
    city = (await find_statement(connection, f"2010-04-M-{OTHER}")).totals
    chain = (await find_statement(connection, f"2010-04-C-{CHAINS[0]}")).totals
    kept = 100 if settlement == "net" else 0
    assert (city.fees, city.commissions, city.set_off) == (2_500, 1_200, kept)
    assert (city.received, city.to_receive) == (1_700, 800 - kept)
    assert (city.paid, city.to_pay) == (1_100, 100 - kept + city.share)
    assert (chain.received, chain.to_receive) == (1_000, 200)
    assert (chain.paid, chain.to_pay) == (2_000, 500)
    for payer, entries in (
        ("centre", {OTHER: 790 - kept, CHAINS[0]: 200}),
        (CHAINS[0], {"centre": 250}),
    ):
        made = await make_transfer_file(connection, office, Asked(APRIL, payer, PAY_DAY))
        assert {one.payee: one.yen for one in made.file.entries} == entries


async def test_what_went_back_since_is_not_ordered(connection: Connection, office: Office) -> None:
    """A claim of March was paid in April; it is explained before April's file is made."""
    await make_months(connection, date(2010, 3, 1), 3)
    voided = Issued(CITY, CHAINS[0], date(2010, 3, 31), state="voided", money=Money.NOT_TAKEN)
    await write(connection, voided, Issued(CITY, CHAINS[0], date(2010, 4, 1)))
    in_april = replace(office, today=date(2010, 4, 2))
    await close(connection, in_april, "2010-03")
    claim = ClaimPayment(voided.issuance_id, "bank-1", in_april.today)
    await pay_claim(connection, in_april, claim)
    await close(connection, office, "2010-04")
    await make_statements(connection, office, APRIL)
    stated = await find_statement(connection, f"2010-04-M-{CITY}")
    assert stated.totals.to_receive == 500
    await explain(connection, office, voided.issuance_id)
    made = await make_transfer_file(connection, office, Asked(APRIL, "centre", PAY_DAY))
    assert {one.payee: one.yen for one in made.file.entries} == {CITY: 250, CHAINS[0]: 120}


async def _total(connection: Connection, office: Office, payer: str) -> int:
    made = await make_transfer_file(connection, office, Asked(APRIL, payer, PAY_DAY))
    header, *paid, trailer, _ = records(made.file.content)
    assert header[54:58] == "0510"
    assert sum(int(record[80:90]) for record in paid) == int(trailer[7:19])
    return int(trailer[7:19])


def _without(office: Office, *names: str) -> Office:
    contracts = office.contracts
    chains = {name: one for name, one in contracts.chains.items() if name not in names}
    cities = {code: one for code, one in contracts.municipalities.items() if code not in names}
    fewer = replace(contracts, chains=chains, municipalities=cities)
    return replace(office, contracts=fewer)


@pytest.mark.parametrize("gone", [CITY, OTHER, *CHAINS])
async def test_whoever_has_papers_and_no_contract_any_more_is_named_and_left_out_of_nothing(
    closed: Connection, office: Office, gone: str
) -> None:
    without = _without(office, gone)
    for make in (make_statements, make_invoices):
        with pytest.raises(AccountUnknown, match=gone):
            await make(closed, without, APRIL)
    assert await list_statements(closed, APRIL) == []
    await make_statements(closed, office, APRIL)
    with pytest.raises(AccountUnknown, match=gone):
        await make_transfer_file(closed, without, Asked(APRIL, "centre", PAY_DAY))


async def test_invoices_are_of_the_suppliers_that_the_close_kept_whatever_contracts_say_since(
    connection: Connection, office: Office
) -> None:
    await make_months(connection, date(2010, 4, 1), 2)
    await write(connection, *(Issued(CITY, chain, date(2010, 4, 1)) for chain in CHAINS * 4))
    await close(connection, office, "2010-04")
    chains = {
        name: one.model_copy(update={"supplier": "centre"})
        for name, one in office.contracts.chains.items()
    }
    other = replace(office, contracts=replace(office.contracts, chains=chains))
    assert len(await make_invoices(connection, other, APRIL)) == 2
    suppliers = {one.supplier for one in await list_invoices(connection, APRIL)}
    assert suppliers == {office.contracts.supplier(chain).name for chain in CHAINS}
    # Of a close that kept none, by the build before: other suppliers round in another way.
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("DELETE FROM billing.suppliers; DELETE FROM billing.invoices")
    with pytest.raises(
        LedgerUnexplained, match="invoices with 45 yen of tax, and the close booked 44"
    ):
        await make_invoices(connection, other, APRIL)
