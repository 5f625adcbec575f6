"""Closes a day, a month or the late entries of a fiscal year: all of it, or nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from madoguchi_wire.channel import Channel
from madoguchi_wire.errors import LedgerUnexplained, PeriodOutOfOrder
from madoguchi_wire.kit.pool import Connection

from billing.accounts.in_force import keep_first_accounts
from billing.books.office import Office
from billing.books.suppliers import keep_suppliers
from billing.books.transfers import Purpose, Transfer, book, cash, owed
from billing.books.writing import writing
from billing.checking.contracted import closing_faults
from billing.checking.occasions import occasion_faults
from billing.checking.sums import period_faults
from billing.checking.transfers import transfer_faults
from billing.closing.billed import check_open
from billing.closing.calendar import Calendar, read_calendar
from billing.closing.claiming import count_not_ended, new_claims
from billing.closing.explaining import check_explained, not_taken
from billing.closing.period_end import paid_tax_transfers, share_transfers, tax_transfers
from billing.closing.setting_off import set_off_transfers
from billing.closing.taking import Taken, pending_before, take
from billing.contracts.contracts import Contracts
from billing.invoices import invoice
from billing.rules.periods import Period
from billing.statements import statement

_SHOWN = 20
_CLOSE_DAYS = """
    INSERT INTO billing.days (day, closed_by)
    SELECT day::date, $3 FROM generate_series($1::date, $2::date, interval '1 day') AS day
"""
_HAS_ENTRIES = """
    SELECT EXISTS (SELECT FROM billing.papers WHERE period = $1)
        OR EXISTS (SELECT FROM billing.transfers WHERE period = $1)
"""
_CLOSE_PERIOD = """
    INSERT INTO billing.periods (period, closed_on, closed_by, statement_version, invoice_version)
    VALUES ($1, $2, $3, $4, $5)
"""


@dataclass(frozen=True)
class Closed:
    """What a close did."""

    closed: str
    """`2010-04-30`, `2010-04` or `2010-late`."""
    papers: int
    yen: int
    """Their fees."""
    late_papers: int
    """Those of them that were accepted on days closed before."""
    claims: int
    """Delivered and later voided, new."""
    not_ended: int
    """Issuances of the days closed now that a report or a decision has still to end."""

    def told(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)


async def close_day(connection: Connection, office: Office, day: date) -> Closed:
    """Close the next day.

    Raises:
        PeriodNotOver: Japan's day is not past it.
        PeriodClosed: it was closed before.
        PeriodOutOfOrder: another day comes first.
        LedgerUnexplained: meter and ledger differ.
        AccountUnknown: a chain or municipality without a contract.

    """
    async with writing(connection):
        calendar = await read_calendar(connection)
        calendar.check_day(day, office.today)
        done = await _take_days(connection, office, calendar, day, str(day))
        await connection.execute(_CLOSE_DAYS, day, day, office.person.name)
        return done


async def close_month(connection: Connection, office: Office, month: Period) -> Closed:
    """Close the next month with those of its days that are open; raises as `close_day`."""
    async with writing(connection):
        calendar = await read_calendar(connection)
        calendar.check_month(month, office.today)
        await _check_late_entries(connection, calendar, month)
        done = await _take_days(connection, office, calendar, month.last_day, str(month))
        first = month.first_day if calendar.last_day is None else calendar.next_day
        await connection.execute(_CLOSE_DAYS, first, month.last_day, office.person.name)
        shares = await share_transfers(connection, office, month)
        await _end_period(connection, office, month, shares)
        return done


async def close_late(connection: Connection, office: Office, late: Period) -> Closed:
    """Close the late entries of a fiscal year, after 31 May; raises as `close_day`."""
    async with writing(connection):
        calendar = await read_calendar(connection)
        calendar.check_late(late, office.today)
        march = Period(late.year + 1, 3).last_day
        done = await _take_days(connection, office, calendar, march, str(late))
        await _end_period(connection, office, late, [])
        return done


async def _check_late_entries(connection: Connection, calendar: Calendar, month: Period) -> None:
    """Pass if no late entries of the year before wait: after 31 May they are closed first.

    Raises:
        PeriodOutOfOrder: they wait, and nobody would ask for them any more.

    """
    late = Period(month.fiscal_year - 1, None)
    if late.last_day >= month.first_day or late in calendar.periods:
        return
    if await connection.fetchval(_HAS_ENTRIES, str(late)):
        raise PeriodOutOfOrder(f"Close {late} before {month}: it has entries.")


async def _take_days(
    connection: Connection, office: Office, calendar: Calendar, last: date, closing: str
) -> Closed:
    """Take everything up to a day that may be taken, and book what hangs on it."""
    await keep_first_accounts(connection, office)
    first = calendar.next_day or last
    await check_open(connection, calendar.periods)
    late = await pending_before(connection, first, last)
    earlier = [*(one.key for one in late), *await not_taken(connection, first, last)]
    await check_explained(connection, first, last, list(dict.fromkeys(earlier)))
    claims = await new_claims(connection, last, calendar.periods, office.today)
    taken = await take(connection, first, last, late, calendar.periods)
    _check_parties(office, taken)
    await book(connection, [*claims, *_collected(office, taken, closing)], office.person.name)
    return Closed(
        closing,
        sum(one.papers for one in taken),
        sum(one.yen for one in taken),
        len(late),
        len(claims),
        await count_not_ended(connection, first, last),
    )


async def _end_period(
    connection: Connection, office: Office, period: Period, shares: Sequence[Transfer]
) -> None:
    by = office.person.name
    # One after the other: each looks at the balances that the one before left.
    await book(connection, await tax_transfers(connection, office, period), by)
    await book(connection, await paid_tax_transfers(connection, office, period), by)
    await book(connection, await set_off_transfers(connection, office, period), by)
    await book(connection, shares, by)
    await _check_booked(connection, office.contracts, period)
    await keep_suppliers(connection, office.contracts, period)
    closed = str(period), office.today, by
    await connection.execute(_CLOSE_PERIOD, *closed, statement.VERSION, invoice.VERSION)


async def _check_booked(connection: Connection, contracts: Contracts, period: Period) -> None:
    """Pass if all that is booked in a period, by whomever, is what papers and contracts explain.

    Raises:
        LedgerUnexplained: naming transfers.

    """
    of = [str(period)]
    found = [
        *await transfer_faults(connection, of),
        *await occasion_faults(connection, of),
        *await period_faults(connection, of),
        *await closing_faults(connection, contracts, period),
    ]
    if found:
        raise LedgerUnexplained(f"{'; '.join(one.line for one in found[:_SHOWN])}.")


def _check_parties(office: Office, taken: Sequence[Taken]) -> None:
    for one in taken:
        office.check_municipality(one.municipality, one.accepted_on)
        if one.channel != Channel.CITY_MACHINE:
            office.check_chain(one.chain)


def _collected(office: Office, taken: Sequence[Taken], closing: str) -> list[Transfer]:
    """Return the fees in municipalities' own machines: whose they are has them already."""
    return [
        Transfer(
            Purpose.COLLECTED,
            f"{one.municipality}/{one.chain}/{one.accepted_on}/{one.period}/{closing}",
            owed(one.municipality),
            cash(one.chain),
            one.yen,
            office.today,
            one.period,
            municipality=one.municipality,
            chain=one.chain,
        )
        for one in taken
        if one.channel == Channel.CITY_MACHINE
    ]
