"""Takes metered papers into billing, each once, into the period that the rule says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg
from madoguchi_wire.kit.pool import Connection

from billing.closing.explaining import Key, Unexplained, refuse_unexplained
from billing.rules.periods import Period, period_for

_ENTERED = "(m.completed_at AT TIME ZONE 'Asia/Tokyo')::date"
_NOT_TAKEN = """NOT EXISTS (SELECT FROM billing.papers AS p
    WHERE (p.issuance_id, p.municipality, p.accepted_on)
        = (m.issuance_id, m.municipality, m.accepted_on))"""
_LATE = f"""
    SELECT m.municipality, m.accepted_on, m.issuance_id, {_ENTERED} AS entered_on
    FROM metering_records AS m WHERE m.accepted_on < $1 AND m.accepted_on <= $2 AND {_NOT_TAKEN}
"""  # noqa: S608 (texts of ours)
_DAYS = f"""
    SELECT DISTINCT m.accepted_on, {_ENTERED} AS entered_on
    FROM metering_records AS m WHERE m.accepted_on BETWEEN $1 AND $2
"""  # noqa: S608 (as above)
_PAPER = f"""m.issuance_id, m.municipality, m.accepted_on, {_ENTERED}, m.kind, m.channel, m.chain,
    m.site, m.place, m.yen, m.commission, m.tariff_version"""
_TAKE = f"""
WITH assigned AS (
    SELECT * FROM unnest($3::date[], $4::date[], $5::text[]) AS a(accepted_on, entered_on, period)
), taken AS (
    INSERT INTO billing.papers (issuance_id, municipality, accepted_on, entered_on, kind, channel,
        chain, site, place, fee, commission, tariff_version, period)
    SELECT {_PAPER}, a.period
    FROM metering_records AS m
    JOIN assigned AS a ON a.accepted_on = m.accepted_on AND a.entered_on = {_ENTERED}
    WHERE m.accepted_on BETWEEN $1 AND $2
    UNION ALL
    SELECT {_PAPER}, a.period
    FROM metering_records AS m
    JOIN assigned AS a ON a.accepted_on = m.accepted_on AND a.entered_on = {_ENTERED}
    WHERE m.municipality = ANY($6::text[]) AND m.accepted_on = ANY($7::date[])
      AND m.issuance_id = ANY($8::uuid[])
    RETURNING *
)
SELECT municipality, chain, channel, accepted_on, period,
       count(*) AS papers, sum(fee)::bigint AS yen
FROM taken GROUP BY municipality, chain, channel, accepted_on, period
ORDER BY municipality, chain, channel, accepted_on, period
"""  # noqa: S608 (as above)
_TWICE = """
    SELECT issuance_id, 'it is metered twice' AS what
    FROM metering_records GROUP BY issuance_id HAVING count(*) > 1
    UNION ALL
    SELECT issuance_id, 'it is billed, and its day was not closed yet'
    FROM billing.papers WHERE accepted_on BETWEEN $1 AND $2
    ORDER BY issuance_id
"""


@dataclass(frozen=True)
class Pending:
    """A metered paper of a closed day that is not taken yet."""

    key: Key
    entered_on: date


@dataclass(frozen=True)
class Taken:
    """Papers of one municipality, chain, channel, day and period that a close took."""

    municipality: str
    chain: str
    channel: str
    accepted_on: date
    period: str
    papers: int
    yen: int
    """Their fees."""


async def pending_before(connection: Connection, first: date, last: date) -> list[Pending]:
    """Return the papers of days before `first`, up to `last`, that no close has taken."""
    rows = await connection.fetch(_LATE, first, last)
    return [
        Pending(Key(row["municipality"], row["accepted_on"], row["issuance_id"]), row["entered_on"])
        for row in rows
    ]


async def take(
    connection: Connection,
    first: date,
    last: date,
    late: Sequence[Pending],
    closed: Collection[Period],
) -> list[Taken]:
    """Take all papers of the days from `first` to `last`, and these late ones.

    Args:
        connection: in the close's transaction.
        first: the first open day.
        last: the last day that is closed now.
        late: of days before.
        closed: periods that were closed before this close.

    Raises:
        LedgerUnexplained: naming issuances that are metered twice, or billed already.

    """
    rows = await connection.fetch(_DAYS, first, last)
    pairs = {(row["accepted_on"], row["entered_on"]) for row in rows}
    pairs |= {(one.key.accepted_on, one.entered_on) for one in late}
    assigned = sorted((*pair, str(period_for(*pair, closed))) for pair in pairs)
    values = (
        first,
        last,
        [accepted for accepted, _, _ in assigned],
        [entered for _, entered, _ in assigned],
        [period for _, _, period in assigned],
        [one.key.municipality for one in late],
        [one.key.accepted_on for one in late],
        [one.key.issuance_id for one in late],
    )
    try:
        async with connection.transaction():
            taken = await connection.fetch(_TAKE, *values)
    except asyncpg.UniqueViolationError:
        rows = await connection.fetch(_TWICE, first, last)
        refuse_unexplained([Unexplained(row["issuance_id"], row["what"]) for row in rows])
        raise
    return [Taken(**dict(row.items())) for row in taken]
