"""A chain's month in one sum: booked per municipality and day, once, and only if it is the sum."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from billing.books.balances import balances
from billing.books.office import Office
from billing.closing.choosing import close
from billing.rules.periods import Period
from billing.settlement.paid_statements import StatementPayment, pay_statement
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.refunds import refund
from billing.settlement.reversals import reverse
from billing.statements.making import find_statement, make_statements
from billing_testing.gateway_books import Issued, at, make_months, write
from madoguchi_wire.errors import (
    AmountRefused,
    InvalidFields,
    MadoguchiError,
    PaymentDiffers,
    StatementUnknown,
)
from madoguchi_wire.kit.pool import Connection

CITY, OTHER, CHAIN = "122033", "131130", "komorebi"
FIRST, LAST = date(2010, 4, 29), date(2010, 4, 30)
NEXT, JUNE = date(2010, 5, 1), date(2010, 6, 1)
APRIL, MAY = "2010-04-C-komorebi", "2010-05-C-komorebi"
PAID = StatementPayment(APRIL, 1000, "bank-1", NEXT)
_PAY_INS = """
    SELECT municipality, day, sum(yen)::bigint AS yen FROM billing.pay_ins AS p
    WHERE NOT EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = p.transfer_id)
    GROUP BY municipality, day
"""
OfficeOn = Callable[[date], Office]


@pytest.fixture
async def stated(connection: Connection, office_on: OfficeOn) -> Office:
    """Close April with papers of two municipalities, two days, other chains and own machines."""
    await make_months(connection, FIRST, 3)
    given_back = Issued(CITY, CHAIN, LAST)
    papers = [Issued(CITY, CHAIN, day) for day in (FIRST, FIRST, LAST)]
    others = (
        Issued(OTHER, CHAIN, LAST),
        Issued(OTHER, CHAIN, FIRST, fee=0),
        Issued(CITY, "machikado", FIRST),
        Issued(CITY, CHAIN, FIRST, commission=0, channel="city_machine"),
    )
    await write(connection, *papers, *others, given_back)
    await refund(connection, office_on(LAST), given_back.issuance_id)
    office = office_on(NEXT)
    await close(connection, office, "2010-04")
    await make_statements(connection, office, Period(2010, 4))
    assert (await find_statement(connection, APRIL)).totals.to_pay == PAID.yen
    # What a municipality gives back afterwards is its own.
    await refund(connection, office, papers[0].issuance_id)
    return office


async def paid_in(connection: Connection) -> dict[tuple[str, date], int]:
    return {
        (row["municipality"], row["day"]): row["yen"] for row in await connection.fetch(_PAY_INS)
    }


async def refused(
    connection: Connection, office: Office, paid: StatementPayment, error: type[MadoguchiError]
) -> str:
    before = await paid_in(connection)
    with pytest.raises(error) as raised:
        await pay_statement(connection, office, paid)
    assert await paid_in(connection) == before
    return str(raised.value)


async def test_what_is_stated_is_booked_per_municipality_and_day_and_once(
    connection: Connection, stated: Office
) -> None:
    assert await pay_statement(connection, stated, PAID)
    cells = {(CITY, FIRST): 500, (CITY, LAST): 250, (OTHER, LAST): 250}
    assert await paid_in(connection) == cells
    assert not await pay_statement(connection, stated, PAID)
    for other in (
        replace(PAID, yen=999),
        replace(PAID, paid_on=LAST),
        replace(PAID, statement="2010-04-C-machikado", yen=250),
    ):
        await refused(connection, stated, other, PaymentDiffers)
    again = replace(PAID, reference="bank-2")
    assert "0 yen are open: 1,000 are 1,000 too much" in await refused(
        connection, stated, again, AmountRefused
    )
    found = await balances(connection)
    assert (found["cash:komorebi"], found["held_by_centre"]) == (0, 1000)
    assert len(await reverse(connection, stated, "bank-1")) == len(cells)
    assert await pay_statement(connection, stated, PAID)
    assert await paid_in(connection) == cells


@pytest.mark.parametrize(
    ("other", "error", "told"),
    [
        ({"yen": 999}, AmountRefused, "1,000 yen are open: 999 are 1 too little"),
        ({"yen": 1250}, AmountRefused, "250 too much"),
        ({"yen": 0}, AmountRefused, "0 yen"),
        ({"reference": "X/1"}, InvalidFields, "letters"),
        ({"paid_on": FIRST}, InvalidFields, "from 2010-04-30"),
        ({"paid_on": NEXT + timedelta(days=1)}, InvalidFields, "to 2010-05-01"),
        ({"statement": "2010-04-M-122033"}, StatementUnknown, "municipality's"),
        ({"statement": MAY}, StatementUnknown, MAY),
    ],
)
async def test_another_sum_day_or_statement_is_refused(
    connection: Connection,
    stated: Office,
    other: dict[str, object],
    error: type[MadoguchiError],
    told: str,
) -> None:
    wrong = replace(PAID, **other)  # pyright: ignore[reportArgumentType] (fields of StatementPayment)
    assert told in await refused(connection, stated, wrong, error)


async def test_what_was_paid_day_by_day_is_not_paid_again(
    connection: Connection, stated: Office
) -> None:
    early = PayIn("bank-0", CHAIN, CITY, FIRST, 300, FIRST)
    assert await record_pay_in(connection, stated, early)
    assert "700 yen are open" in await refused(connection, stated, PAID, AmountRefused)
    assert await pay_statement(connection, stated, replace(PAID, yen=700))
    assert await paid_in(connection) == {
        (CITY, FIRST): 500,
        (CITY, LAST): 250,
        (OTHER, LAST): 250,
    }


@pytest.mark.parametrize("first", [APRIL, MAY])
@pytest.mark.parametrize("by_hand", [0, 250, 500])
async def test_a_day_that_two_statements_have_is_paid_by_each_for_its_own_papers(
    connection: Connection, stated: Office, office_on: OfficeOn, first: str, by_hand: int
) -> None:
    """A paper of April came into May; what was paid by hand for its day was for April's papers."""
    late = Issued(CITY, CHAIN, FIRST, entered_at=at(date(2010, 5, 3)))
    await write(connection, late, Issued(CITY, CHAIN, date(2010, 5, 2), fee=10))
    if by_hand:
        early = PayIn("bank-0", CHAIN, CITY, FIRST, by_hand, FIRST)
        await record_pay_in(connection, stated, early)
    office = office_on(JUNE)
    await close(connection, office, "2010-05")
    await make_statements(connection, office, Period(2010, 5))
    due = {APRIL: PAID.yen - by_hand, MAY: 260}
    second = MAY if first == APRIL else APRIL
    for number in (first, second):
        paid = StatementPayment(number, due[number], f"bank-{number}", JUNE)
        assert await pay_statement(connection, office, paid)
    assert (await paid_in(connection))[CITY, FIRST] == 750
    assert (await balances(connection))["cash:komorebi"] == 0


async def test_what_is_paid_by_hand_for_a_day_after_its_statement_is_for_its_late_papers(
    connection: Connection, stated: Office, office_on: OfficeOn
) -> None:
    assert await pay_statement(connection, stated, PAID)
    late = Issued(CITY, CHAIN, FIRST, entered_at=at(date(2010, 5, 3)))
    await write(connection, late, Issued(CITY, CHAIN, date(2010, 5, 2), fee=10))
    office = office_on(JUNE)
    await record_pay_in(connection, office, PayIn("bank-2", CHAIN, CITY, FIRST, 250, JUNE))
    await close(connection, office, "2010-05")
    await make_statements(connection, office, Period(2010, 5))
    assert await pay_statement(connection, office, StatementPayment(MAY, 10, "bank-3", JUNE))
