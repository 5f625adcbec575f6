"""Stamps that did not count when they came, judged again by another trust list.

A new key may sign before the list that names it has come here. What was set aside is whole in the
archive, so nothing of it is lost; the letter stays, as it says what was true on its day. Records
that a build before these rules archived unjudged are judged in the same way.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import asyncpg
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamp_chain import ChainRules

from audit.archive.batch import Message, judge_stamps
from audit.archive.keeping import keep_stamps
from audit.archive.stamp import UNVERIFIED

_AT_ONCE = 200
_LETTERS = """
    SELECT position AS after, value FROM dead_letters
    WHERE reason = $1 AND position > $2 ORDER BY position LIMIT $3
"""
_UNJUDGED = """
    SELECT record_digest AS after, record AS value FROM stamp_records
    WHERE record_digest > $1
      AND NOT EXISTS (SELECT FROM verified_records AS verified
                      WHERE verified.record_digest = stamp_records.record_digest)
    ORDER BY record_digest LIMIT $2
"""


async def judge_again(connection: Connection, rules: ChainRules, now: datetime) -> int:
    """Keep the stamps that count by now; return how many were not archived before."""
    kept = 0
    async for rows in _waiting(connection):
        messages = [Message("", 0, 0, None, row["value"]) for row in rows]
        judged = await asyncio.to_thread(judge_stamps, messages, rules, now)
        async with connection.transaction():
            kept += await keep_stamps(connection, judged.stamps)
    return kept


async def _waiting(connection: Connection) -> AsyncIterator[Sequence[asyncpg.Record]]:
    last = 0
    while rows := await connection.fetch(_LETTERS, UNVERIFIED, last, _AT_ONCE):
        yield rows
        last = rows[-1]["after"]
    digest = ""
    while rows := await connection.fetch(_UNJUDGED, digest, _AT_ONCE):
        yield rows
        digest = rows[-1]["after"]
