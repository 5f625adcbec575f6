"""Closed days: meter, ledger and issuances against each other, billed papers against the meter."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from madoguchi_wire.kit.pool import Connection

from billing.checking.fault import Fault
from billing.closing.billed import misplaced, not_metered
from billing.closing.calendar import Calendar, first_record
from billing.closing.explaining import Unexplained, unexplained
from billing.rules.periods import Period

_UNBILLED = """
    SELECT issuance_id FROM metering_records AS m
    WHERE accepted_on <= $1 AND completed_at < $2
      AND NOT EXISTS (
            SELECT FROM billing.papers AS p
            WHERE (p.issuance_id, p.municipality, p.accepted_on)
                = (m.issuance_id, m.municipality, m.accepted_on))
    ORDER BY issuance_id
"""
_UNCLAIMED = """
    SELECT issuance_id FROM issuances AS i
    WHERE accepted_on <= $1 AND ended_at < $2 AND state = 'voided' AND delivered_at IS NOT NULL
      AND NOT test AND NOT EXISTS (
        SELECT FROM billing.transfers AS t
        WHERE t.issuance_id = i.issuance_id AND t.purpose = 'claim')
    ORDER BY issuance_id
"""
_LAST_CLOSE = """
    SELECT max(closed_at) FROM (
        SELECT closed_at FROM billing.days
        UNION ALL SELECT closed_at FROM billing.periods WHERE period NOT LIKE '%late') AS one
"""
"""Of a day or a month: late entries are closed without what is later than their year."""
_OPEN_DAYS = """
    SELECT day::date FROM generate_series($1::date, $2::date, interval '1 day') AS day
    EXCEPT SELECT day FROM billing.days ORDER BY day
"""
_AROUND = timedelta(minutes=10)
"""What ended so shortly before a close may not have been in the books that it saw."""


async def paper_faults(connection: Connection, calendar: Calendar) -> list[Fault]:
    """Return what is wrong with papers of closed days."""
    first, last = calendar.first_day, calendar.last_day
    if first is None or last is None:
        return []
    begin = min(first, await first_record(connection) or first)
    faults: list[Fault] = []
    for since, until in _months(begin, last):
        faults += _named(await unexplained(connection, since, until))
    faults += _named(await misplaced(connection, calendar.periods))
    faults += _named(await not_metered(connection))
    closed = await connection.fetchval(_LAST_CLOSE) - _AROUND
    for statement, values, what in (
        (_UNBILLED, (last, closed), "it is metered, and no close took it"),
        (_UNCLAIMED, (last, closed), "it was delivered and voided, and nobody claims it"),
    ):
        rows = await connection.fetch(statement, *values)
        faults += [Fault("issuance", str(row["issuance_id"]), what) for row in rows]
    faults += [
        Fault("day", str(row["day"]), "it is not closed, and a later day is")
        for row in await connection.fetch(_OPEN_DAYS, begin, last)
    ]
    return faults + list(_open_months(calendar))


def _named(found: list[Unexplained]) -> list[Fault]:
    return [Fault("issuance", str(one.issuance_id), one.what) for one in found]


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Return the months of these days, each cut to them."""
    month = Period.month_of(first)
    while month.first_day <= last:
        yield max(first, month.first_day), min(last, month.last_day)
        month = month.next_month


def _open_months(calendar: Calendar) -> Iterator[Fault]:
    months = sorted((one for one in calendar.periods if one.month), key=lambda one: one.first_day)
    for month, following in pairwise(months):
        missing = month.next_month
        while missing != following:
            yield Fault("period", str(missing), "it is not closed, and a later month is")
            missing = missing.next_month
