"""What was delivered and later voided: a paper may have come out, so it is owed until explained.

Of a municipality's own machine nobody owes it: it may be a loss of its own.

Each close looks for all that nobody claimed yet, of whatever day that is closed. When it came into
the books, and by whose clock, does not matter.
"""

from collections.abc import Collection
from datetime import date

import asyncpg
from madoguchi_wire.channel import Channel
from madoguchi_wire.kit.pool import Connection

from billing.books.transfers import Purpose, Transfer, claimed_by, claims_on, lost
from billing.rules.periods import Period, period_for

_FOUND = """
    SELECT issuance_id, municipality, chain, channel, accepted_on, fee,
           (ended_at AT TIME ZONE 'Asia/Tokyo')::date AS entered_on
    FROM issuances AS i
    WHERE accepted_on <= $1 AND state = 'voided' AND delivered_at IS NOT NULL AND NOT test
      AND NOT EXISTS (
        SELECT FROM billing.transfers AS t
        WHERE t.issuance_id = i.issuance_id AND t.purpose = 'claim')
    ORDER BY accepted_on, issuance_id
"""
_NOT_ENDED = """
    SELECT count(*) FROM issuances WHERE accepted_on BETWEEN $1 AND $2
      AND state NOT IN ('completed', 'voided', 'refused', 'expired') AND NOT test
"""


async def new_claims(
    connection: Connection, last: date, closed: Collection[Period], day: date
) -> list[Transfer]:
    """Return the claims of all days up to `last` that no close has made, booked on `day`."""
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
        for row in await connection.fetch(_FOUND, last)
    ]


def _debit(row: asyncpg.Record) -> str:
    if row["channel"] == Channel.CITY_MACHINE:
        return lost(row["municipality"])
    return claims_on(row["chain"])


async def count_not_ended(connection: Connection, first: date, last: date) -> int:
    """Return how many issuances of these days a report or a decision has still to end."""
    counted: int = await connection.fetchval(_NOT_ENDED, first, last)
    return counted
