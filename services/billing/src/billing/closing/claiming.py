"""What was delivered and later voided: a paper may have come out, so it is owed until explained.

Of a municipality's own machine nobody owes it: it may be a loss of its own.

What has not ended when its day is closed is remembered, so that later closes look at it again.
"""

from collections.abc import Collection
from datetime import date

import asyncpg
from madoguchi_wire.channel import Channel
from madoguchi_wire.kit.pool import Connection

from billing.books.transfers import Purpose, Transfer, claimed_by, claims_on, lost
from billing.rules.periods import Period, period_for

_VOIDED = """
    i.state = 'voided' AND i.delivered_at IS NOT NULL
"""
_LOOKED_BACK = 62
"""Days: an issuance ends, by report or decision, long before."""
_AROUND = "interval '10 minutes'"
"""Who was accepted so close to the close of the day may not have been in the books that it saw: a
transaction under way, a replica whose clock is behind."""
_FOUND = f"""
    SELECT i.issuance_id, i.municipality, i.chain, i.channel, i.accepted_on, i.fee,
           (i.ended_at AT TIME ZONE 'Asia/Tokyo')::date AS entered_on
    FROM issuances AS i WHERE i.accepted_on BETWEEN $1 AND $2 AND {_VOIDED}
    UNION ALL
    SELECT i.issuance_id, i.municipality, i.chain, i.channel, i.accepted_on, i.fee,
           (i.ended_at AT TIME ZONE 'Asia/Tokyo')::date
    FROM billing.unended AS u JOIN issuances AS i USING (municipality, accepted_on, issuance_id)
    WHERE u.accepted_on <= $2 AND {_VOIDED} AND NOT EXISTS (
        SELECT FROM billing.transfers AS t
        WHERE t.issuance_id = u.issuance_id AND t.purpose = 'claim')
    UNION ALL
    SELECT i.issuance_id, i.municipality, i.chain, i.channel, i.accepted_on, i.fee,
           (i.ended_at AT TIME ZONE 'Asia/Tokyo')::date
    FROM billing.days AS d JOIN issuances AS i ON i.accepted_on = d.day
    WHERE d.day BETWEEN $1::date - {_LOOKED_BACK} AND $1::date - 1
      AND i.accepted_on BETWEEN $1::date - {_LOOKED_BACK} AND $1::date - 1
      AND i.accepted_at > d.closed_at - {_AROUND} AND {_VOIDED}
      AND NOT EXISTS (SELECT FROM billing.unended AS u WHERE u.issuance_id = i.issuance_id)
      AND NOT EXISTS (
        SELECT FROM billing.transfers AS t
        WHERE t.issuance_id = i.issuance_id AND t.purpose = 'claim')
    ORDER BY accepted_on, issuance_id
"""  # noqa: S608 (texts of ours)
_REMEMBER = """
    INSERT INTO billing.unended (issuance_id, municipality, accepted_on)
    SELECT issuance_id, municipality, accepted_on FROM issuances
    WHERE accepted_on BETWEEN $1 AND $2
      AND state NOT IN ('completed', 'voided', 'refused', 'expired')
"""


async def new_claims(
    connection: Connection, first: date, last: date, closed: Collection[Period], day: date
) -> list[Transfer]:
    """Return the claims of these days, and of earlier ones whose issuances ended since."""
    return [
        Transfer(
            Purpose.CLAIM,
            str(row["issuance_id"]),
            _debit(row),
            claimed_by(row["municipality"]),
            row["fee"],
            day,
            str(period_for(row["accepted_on"], row["entered_on"], closed)),
            municipality=row["municipality"],
            chain=row["chain"],
            issuance=row["issuance_id"],
        )
        for row in await connection.fetch(_FOUND, first, last)
    ]


def _debit(row: asyncpg.Record) -> str:
    if row["channel"] == Channel.CITY_MACHINE:
        return lost(row["municipality"])
    return claims_on(row["chain"])


async def remember_unended(connection: Connection, first: date, last: date) -> int:
    """Remember what has not ended on these days; return how many issuances that are."""
    tag = await connection.execute(_REMEMBER, first, last)
    return int(tag.rsplit(" ", 1)[1])
