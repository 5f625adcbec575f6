"""Invoices and transfer files of a month say what its statements say, to the yen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from billing.books.office import Office
from billing.closing.choosing import close
from billing.invoices.making import find_invoice, list_invoices, make_invoices
from billing.rules.periods import Period
from billing.statements.making import list_statements, make_statements
from billing.statements.statement import Role
from billing.transfer_files.making import make_transfer_file
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
)
from madoguchi_wire.kit.pool import Connection

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
        await make_transfer_file(closed, office, APRIL, "centre", PAY_DAY)
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
            await make_transfer_file(closed, office, APRIL, payer, PAY_DAY)
    for absurd in (date(1999, 1, 2), date(2010, 4, 30), date(2011, 5, 1)):
        with pytest.raises(InvalidFields, match="within a year"):
            await make_transfer_file(closed, office, APRIL, "centre", absurd)
    await close(closed, Office(office.contracts, date(2010, 6, 1), office.person), "2010-05")
    await make_statements(closed, office, APRIL.next_month)
    with pytest.raises(NothingToTransfer, match="centre, 2010-05"):
        await make_transfer_file(closed, office, APRIL.next_month, "centre", PAY_DAY)


async def _total(connection: Connection, office: Office, payer: str) -> int:
    file = await make_transfer_file(connection, office, APRIL, payer, PAY_DAY)
    header, *paid, trailer, _ = records(file)
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
        await make_transfer_file(closed, without, APRIL, "centre", PAY_DAY)


async def test_invoices_by_contracts_of_another_day_than_the_closes_are_refused(
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
    with pytest.raises(
        LedgerUnexplained, match="invoices with 45 yen of tax, and the close booked 44"
    ):
        await make_invoices(connection, other, APRIL)
    assert len(await make_invoices(connection, office, APRIL)) == 2
