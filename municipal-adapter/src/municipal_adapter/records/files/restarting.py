"""Beginning the numbers of changes anew, after a batch had one that was too high.

From then on nothing is issued until a batch has come that was made after this moment; whatever
number it has, the changes go on from there. Batches that were seen before count no more, whatever
time they tell: the clock of the system of record may be ahead.
"""

from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.officers.named import by_name_and_reason
from municipal_adapter.records.files.kept import LOCK

_NOTE = """
    INSERT INTO restarts (officer, reason, last_sequence)
    SELECT $1, $2, last_sequence FROM records_version
"""
_END = """
    WITH forgotten AS (DELETE FROM imports WHERE outcome <> 'ended' RETURNING *)
    INSERT INTO imports (file, kind, first, last, digest, made_at, imported_at, outcome)
    SELECT DISTINCT ON (digest) file, kind, first, last, digest, made_at, imported_at, 'ended'
    FROM forgotten WHERE kind = 'batch' ORDER BY digest, import_id
    ON CONFLICT DO NOTHING
"""
_ENDED = "SELECT EXISTS (SELECT FROM imports WHERE digest = $1 AND outcome = 'ended')"
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
        await connection.execute(_END)
        await connection.execute("DELETE FROM changes_said")
        await connection.execute(_RESTART)


async def was_before_a_restart(connection: Connection, digest: str) -> bool:
    """Return whether a file is a batch that had come when the numbers began anew."""
    return await connection.fetchval(_ENDED, digest)
