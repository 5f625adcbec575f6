"""Stamps that nobody who counts had signed, judged again by another trust list.

A new key may sign before the list that names it has come here. What was set aside is whole in the
archive, so nothing of it is lost; the letter stays, as it says what was true on its day.
"""

import asyncio
from datetime import datetime

from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamp_chain import ChainRules

from audit.archive.batch import Message, judge_stamps
from audit.archive.keeping import keep_stamps
from audit.archive.stamp import UNVERIFIED

_AT_ONCE = 200
_LETTERS = """
    SELECT position, origin, partition, place, key, value FROM dead_letters
    WHERE reason = $1 AND origin = $2 AND position > $3 ORDER BY position LIMIT $4
"""


async def judge_again(connection: Connection, origin: str, rules: ChainRules, now: datetime) -> int:
    """Keep the stamps among the letters from `origin` that count by now; return how many."""
    kept = last = 0
    while rows := await connection.fetch(_LETTERS, UNVERIFIED, origin, last, _AT_ONCE):
        names = ("origin", "partition", "place", "key", "value")
        messages = [Message(*(row[name] for name in names)) for row in rows]
        judged = await asyncio.to_thread(judge_stamps, messages, rules, now)
        kept += await keep_stamps(connection, judged.stamps)
        last = rows[-1]["position"]
    return kept
