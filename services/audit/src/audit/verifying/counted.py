"""What reports and recalls count, held against the stamps: neither less nor more."""

from collections.abc import AsyncIterator

from madoguchi_wire.kit.pool import Connection

from audit.verifying.faults import Fault, Name

_LEFT_OUT = """
    SELECT stamped.number, stamped.place, keys.event_id
    FROM stamped LEFT JOIN event_keys AS keys USING (digest)
    WHERE NOT EXISTS (SELECT FROM covered WHERE covered.digest = stamped.digest)
      AND stamped.number IN (SELECT number FROM stamp_records JOIN verified_records
                             USING (record_digest) WHERE centre = $1)
    ORDER BY number, place
"""
_COUNTED = """
    SELECT covered.digest, keys.event_id
    FROM covered LEFT JOIN event_keys AS keys USING (digest)
    WHERE NOT EXISTS (SELECT FROM stamped WHERE stamped.digest = covered.digest)
    ORDER BY covered.digest
"""
_UNJUDGED = """
    SELECT number FROM stamp_records
    WHERE centre = $1 AND number > $2
      AND NOT EXISTS (SELECT FROM verified_records AS verified
                      WHERE verified.record_digest = stamp_records.record_digest)
    ORDER BY number
"""
_GONE = """
    SELECT record_digest FROM verified_records AS verified
    WHERE NOT EXISTS (SELECT FROM stamp_records
                      WHERE stamp_records.record_digest = verified.record_digest)
    ORDER BY record_digest
"""


async def faults_of_counted(
    connection: Connection, centre: str, after: int, *, whole: bool
) -> AsyncIterator[Fault]:
    """Find what is stamped and left out, and what is counted and not stamped.

    Args:
        connection: with the leaves of the stamps that are looked at.
        centre: whose stamps they are.
        after: the number before the first of them.
        whole: whether they are all; else nobody can tell what is counted without a stamp.

    """
    async for row in connection.cursor(_LEFT_OUT, centre):
        what = "it is stamped, and reports and recalls leave it out"
        yield Fault(Name.NOT_COUNTED, what, row["number"], row["place"], row["event_id"])
    async for row in connection.cursor(_UNJUDGED, centre, after):
        what = "a record of it was never judged, so reports and recalls leave its events out"
        yield Fault(Name.STAMP_UNJUDGED, what, row["number"])
    async for row in connection.cursor(_GONE):
        what = f"record {row['record_digest']} was judged, and is not archived"
        yield Fault(Name.STAMP_RECORD_MISSING, what)
    if not whole:
        return
    async for row in connection.cursor(_COUNTED):
        what = f"reports and recalls count digest {row['digest']}, and no stamp names it"
        yield Fault(Name.COUNTED_UNSTAMPED, what, event_id=row["event_id"])
