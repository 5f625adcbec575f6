"""A statement says what a naive count over the papers says, and each line leads back to them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from billing.books.kept import body_digest
from billing.books.office import Office
from billing.closing.choosing import close
from billing.documents.statement_sheet import statement_sheet
from billing.invoices.making import list_invoices, make_invoices
from billing.rules.periods import Period
from billing.settlement.refunds import refund
from billing.statements.making import find_statement, list_statements, make_statements
from billing.statements.statement import VERSION, Statement
from billing.statements.tracing import trace, trace_all
from billing_testing.gateway_books import Issued, make_months, write
from madoguchi_wire.errors import (
    DocumentUnreadable,
    LedgerUnexplained,
    PeriodNotClosed,
    StatementUnknown,
)
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

APRIL, MAY = Period(2010, 4), date(2010, 5, 1)
CITY, OTHER, OWN = "122033", "131130", "ichikawa-city"
CITY_STATEMENT = "2010-04-M-122033"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(MAY)


@pytest.fixture
async def papers(connection: Connection) -> list[Issued]:
    """Give April's papers: of two municipalities, at two chains and a machine of the city's own."""
    await make_months(connection, date(2010, 4, 1), 3)
    many = [
        Issued(
            OTHER if number % 5 == 4 else CITY,
            ("komorebi", "machikado")[number % 2],
            date(2010, 4, 1) + timedelta(days=number),
            fee=200 if number < 6 else 250,
            kind=("resident_record", "seal_registration")[number % 3 == 0],
            place=("市内", "千葉県")[number % 4 == 1],
        )
        for number in range(20)
    ]
    for day in (3, 9):
        own = Issued(CITY, OWN, date(2010, 4, day), fee=150, commission=0, channel="city_machine")
        many.append(own)
    voided = Issued(
        CITY, "komorebi", date(2010, 4, 5), state="voided", paid=False, money=Money.NOT_TAKEN
    )
    own = {"chain": OWN, "channel": "city_machine", "accepted_on": date(2010, 4, 9)}
    await write(connection, *many, voided, replace(voided, **own, fee=150, issuance_id=uuid4()))
    return many


async def stated(connection: Connection, office: Office, number: str) -> Statement:
    await close(connection, office, "2010-04")
    made = await make_statements(connection, office, APRIL)
    assert len(made) == 5
    return await find_statement(connection, number)


async def test_a_citys_statement_is_a_naive_count(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    given_back = next(one for one in papers if one.municipality == CITY)
    await refund(connection, office, given_back.issuance_id)
    found = await stated(connection, office, CITY_STATEMENT)
    mine = [one for one in papers if one.municipality == CITY]
    totals = found.totals
    assert totals.papers == len(mine)
    assert totals.fees == sum(one.fee for one in mine) == sum(line.yen for line in found.lines)
    assert totals.collected == 300
    assert totals.refunds == given_back.fee
    assert totals.commissions == sum(one.commission for one in mine)
    sums = Counter[str]()
    for one in mine:
        sums[one.chain] += one.commission
    assert totals.commission_tax == sum(yen * 5 // 105 for yen in sums.values())
    assert totals.share == 5_000_000
    # Gross: what it gets is not lessened by what it owes.
    assert totals.to_receive == totals.fees - 300 - given_back.fee
    assert totals.to_pay == totals.commissions + totals.share
    assert [(line.counterpart, line.papers, line.yen) for line in found.claims] == [
        ("komorebi", 1, 250)
    ]
    # At its own machine it is a loss of its own, and goes by its own name.
    assert [(line.counterpart, line.papers, line.yen) for line in found.own_losses] == [
        (OWN, 1, 150)
    ]
    assert found.name_of(OWN) == found.party.name
    by_day = Counter(one.accepted_on for one in mine)
    assert {line.day: line.papers for line in found.by_day} == by_day
    by_place = Counter((one.place, one.kind) for one in mine)
    assert {(line.place, line.kind): line.papers for line in found.by_place} == by_place
    assert sum(line.yen for line in found.by_place) == sum(x.yen for x in found.by_day)


async def test_a_chains_places_are_those_of_each_municipality(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    """市内 is another place in another municipality."""
    known = {one.issuance_id: one for one in papers}
    found = await stated(connection, office, "2010-04-C-komorebi")
    mine = [one for one in papers if one.chain == "komorebi"]
    by_place = Counter((one.municipality, one.place, one.kind) for one in mine)
    assert {city for city, place, _ in by_place if place == "市内"} == {CITY, OTHER}
    for line in found.by_place:
        behind = [known[one] for one in await trace(connection, found, line.line)]
        key = (line.counterpart or "", line.place, line.kind)
        assert {(one.municipality, one.place, one.kind) for one in behind} == {key}
        assert len(behind) == line.papers == by_place.pop(key)
    assert not by_place
    (table,) = [one for one in statement_sheet(found).tables if one.name == "places"]
    told = {str(row[1]) for row in table.rows}
    assert told == {found.name_of(CITY), found.name_of(OTHER)}


async def test_every_line_leads_to_its_papers(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    known = {one.issuance_id: one for one in papers}
    found = await stated(connection, office, CITY_STATEMENT)
    traced: list[UUID] = []
    for line in found.lines:
        behind = [known[one] for one in await trace(connection, found, line.line)]
        facts = {(one.kind, one.channel, one.chain, one.fee) for one in behind}
        assert facts == {(line.kind, line.channel, line.counterpart, line.unit_price)}
        assert (len(behind), sum(one.fee for one in behind)) == (line.papers, line.yen)
        traced += [one.issuance_id for one in behind]
    assert sorted(traced) == sorted(one.issuance_id for one in papers if one.municipality == CITY)
    for line in found.by_place:
        behind = [known[one] for one in await trace(connection, found, line.line)]
        assert {(one.place, one.kind) for one in behind} == {(line.place, line.kind)}
        assert (len(behind), sum(one.fee for one in behind)) == (line.papers, line.yen)
    for line in found.by_day:
        behind = [known[one] for one in await trace(connection, found, line.line)]
        assert {one.accepted_on for one in behind} == {line.day}
        assert len(behind) == line.papers
    for line in (*found.commissions, *found.claims, *found.own_losses):
        assert len(await trace(connection, found, line.line)) == line.papers
    for line in (*found.lines, *found.commissions, *found.claims, *found.by_place):
        whole = await trace(connection, found, line.line)
        assert whole == sorted(set(whole))
        assert await trace(connection, found, line.line, limit=2) == whole[:2]
        for page in (1, 3):
            assert [one async for one in trace_all(connection, found, line.line, page)] == whole
    claims = (*found.claims, *found.own_losses)
    every = (*found.lines, *found.commissions, *claims, *found.by_place, *found.by_day)
    assert [line.line for line in every] == list(range(1, len(every) + 1))
    for wrong in (0, 99):
        with pytest.raises(StatementUnknown):
            await trace(connection, found, wrong)


async def test_what_chains_owe_is_what_cities_get(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    await refund(connection, office, papers[0].issuance_id)
    await stated(connection, office, CITY_STATEMENT)
    every = await list_statements(connection, APRIL)
    cities = [one.totals for one in every if one.party.role == "municipality"]
    chains = [one.totals for one in every if one.party.role == "chain"]
    assert sum(one.to_pay for one in chains) == sum(one.to_receive for one in cities)
    assert sum(one.to_receive for one in chains) == sum(x.commissions for x in cities)
    assert sum(one.commission_tax for one in chains) == sum(x.commission_tax for x in cities)
    assert sum(one.refunds for one in chains) == sum(x.refunds for x in cities) == papers[0].fee


async def test_only_where_the_contract_says_so_is_netted(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    contracts = office.contracts
    net = contracts.municipality(OTHER).model_copy(update={"settlement": "net"})
    cities = {**contracts.municipalities, OTHER: net}
    office = replace(office, contracts=replace(contracts, municipalities=cities))
    found = await stated(connection, office, f"2010-04-M-{OTHER}")
    mine = [one for one in papers if one.municipality == OTHER]
    fees = sum(one.fee for one in mine)
    assert found.settlement == "net"
    assert found.totals.set_off == found.totals.commissions > 0
    assert found.totals.to_receive == fees - found.totals.commissions
    assert found.totals.to_pay == found.totals.share > 0
    await make_invoices(connection, office, APRIL)
    for invoice in await list_invoices(connection, APRIL):
        set_off = invoice.recipient_code == OTHER
        assert (invoice.set_off, invoice.due_on is None, invoice.pay_to == "") == (set_off,) * 3


async def test_a_statement_is_made_once_from_a_closed_period(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    with pytest.raises(PeriodNotClosed):
        await make_statements(connection, office, APRIL)
    before = await stated(connection, office, CITY_STATEMENT)
    await refund(connection, office, papers[0].issuance_id)
    assert await make_statements(connection, office, APRIL) == []
    assert await find_statement(connection, CITY_STATEMENT) == before
    with pytest.raises(StatementUnknown):
        await find_statement(connection, "2010-04-M-999999")


async def test_who_takes_no_part_in_a_period_has_no_statement_of_it(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    """A contract that is in force takes part, with no paper, too; a chain by what is in it."""
    assert papers
    contracts, gone = office.contracts, {"until": date(2010, 3, 31)}
    city = contracts.municipality("132047").model_copy(update=gone)
    cities = {**contracts.municipalities, "132047": city}
    office = replace(
        office, contracts=replace(contracts, municipalities=cities), today=date(2010, 6, 1)
    )
    await close(connection, office, "2010-04")
    made = await make_statements(connection, office, APRIL)
    assert {number[8:] for number in made} == {
        *(f"M-{CITY}", f"M-{OTHER}", "C-komorebi", "C-machikado")
    }
    refunded = next(one for one in papers if one.chain == OWN)
    await refund(connection, office, refunded.issuance_id)
    await close(connection, office, "2010-05")
    made = await make_statements(connection, office, APRIL.next_month)
    # One chain has a claim still open, the other nothing.
    assert made == [f"2010-05-M-{CITY}", f"2010-05-M-{OTHER}", "2010-05-C-komorebi"]
    found = await find_statement(connection, made[0])
    # It has no papers of the own machine in May, and its name all the same.
    assert [(one.counterpart, one.yen) for one in found.refunds] == [(OWN, 150)]
    assert found.name_of(OWN) == found.party.name


_KEEP = "UPDATE billing.statements SET body = $2, digest = $3 WHERE number = $1"


async def test_a_kept_body_is_read_as_it_was_kept_or_not_at_all(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    assert papers
    before = await stated(connection, office, CITY_STATEMENT)
    kept = await connection.fetchrow(
        "SELECT body, digest FROM billing.statements WHERE number = $1", CITY_STATEMENT
    )
    assert kept is not None
    body: dict[str, Any] = kept["body"]
    altered = body | {"totals": body["totals"] | {"to_receive": 1}}
    # The body's shape when statements by day and place had no numbers.
    days = [{name: day[name] for name in ("day", "papers", "yen")} for day in body["by_day"]]
    first = {name: value for name, value in body.items() if name != "version"} | {"by_day": days}
    for wrong, digest, told in (
        (altered, kept["digest"], "is not what was kept"),
        (body | {"version": VERSION + 1}, None, f"this one reads up to {VERSION}"),
        (first, None, r"by an earlier build, as version 1, .*\(by_day.0.line: Field required\)"),
    ):
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(_KEEP, CITY_STATEMENT, wrong, digest or body_digest(wrong))
        with pytest.raises(DocumentUnreadable, match=f"The statement {CITY_STATEMENT} .*{told}"):
            await find_statement(connection, CITY_STATEMENT)
        with pytest.raises(DocumentUnreadable):
            await list_statements(connection, APRIL)
    second = {name: value for name, value in body.items() if name != "version"}
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(_KEEP, CITY_STATEMENT, second, body_digest(second))
    assert (await find_statement(connection, CITY_STATEMENT)).totals == before.totals


async def test_nothing_is_stated_from_a_ledger_that_changed_since(
    connection: Connection, office: Office, papers: list[Issued]
) -> None:
    await close(connection, office, "2010-04")
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            "DELETE FROM ledger_transfers WHERE issuance_id = $1 AND purpose = 'fee_earned'",
            papers[0].issuance_id,
        )
    with pytest.raises(LedgerUnexplained):
        await make_statements(connection, office, APRIL)
    assert await connection.fetchval("SELECT count(*) FROM billing.statements") == 0
