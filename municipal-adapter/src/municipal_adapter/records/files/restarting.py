"""Beginning the numbers of changes anew, after a batch had one that was too high.

From then on nothing is issued until a batch has come that was made after this moment; whatever
number it has, the changes go on from there.
"""

from madoguchi_wire.kit.pool import Pool

from municipal_adapter.officers.named import by_name_and_reason
from municipal_adapter.records.files.kept import LOCK

_NOTE = """
    INSERT INTO restarts (officer, reason, last_sequence)
    SELECT $1, $2, last_sequence FROM records_version
"""
_RESTART = """
    UPDATE records_version
    SET number = number + 1, last_sequence = NULL, event_lost = true, fault = 'sequence_gap'
"""


async def restart_numbers(pool: Pool, officer: str, reason: str) -> None:
    """Forget which numbers have come.

    Raises:
        ValueError: officer or reason is blank.

    """
    officer, reason = by_name_and_reason(officer, reason)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await connection.execute(_NOTE, officer, reason)
        await connection.execute("DELETE FROM imports")
        await connection.execute("DELETE FROM changes_said")
        await connection.execute(_RESTART)
