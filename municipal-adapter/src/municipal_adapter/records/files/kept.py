"""What the database remembers of the files that came, and what follows from it for the source."""

from datetime import datetime

from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.records.files.deciding import Decision, Imported
from municipal_adapter.records.files.lines import BatchHeader
from municipal_adapter.records.files.reading import RecordsFile
from municipal_adapter.records.files.writing import Written

LOCK = 7216400733
"""Number of the advisory lock that importers hold; any number that nobody else uses."""
_STATE = """
    SELECT last_sequence, madoguchi_now() AS now,
        (SELECT made_at FROM imports WHERE kind = 'batch' AND outcome = 'applied'
            ORDER BY import_id DESC LIMIT 1) AS batch_made_at,
        (SELECT max(made_at) FROM imports WHERE kind = 'changes' AND outcome = 'applied')
            AS changes_made_at,
        (SELECT max(restarted_at) FROM restarts) AS restarted_at
    FROM records_version
"""
_DIGESTS = "SELECT kind, first, last, digest FROM imports WHERE outcome = 'applied'"
_PASSED_OVER = "SELECT digest FROM imports WHERE outcome IN ('repeated', 'unshown')"
_WAITED = "SELECT digest FROM imports WHERE kind = 'batch' AND outcome = 'waits'"
_SETTLED = "SELECT digest FROM imports WHERE outcome IN ('applied', 'repeated', 'unshown')"
_LAST_BATCH = """
    SELECT import_id FROM imports WHERE kind = 'batch' AND outcome = 'applied'
    ORDER BY import_id DESC LIMIT 1
"""
_NOTE = """
    INSERT INTO imports (file, kind, first, last, digest, made_at, outcome)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (digest, outcome) DO NOTHING
    RETURNING true
"""
_APPLIED = """
    UPDATE records_version SET number = number + 1, last_sequence = $1, current_as_of = $2,
        event_lost = $3 OR (event_lost AND NOT $5),
        erasure_missed = $4 OR (erasure_missed AND NOT $5)
"""
_SETTLE = """
    UPDATE records_version SET fault = CASE
        WHEN erasure_missed THEN 'erasure_not_applied'
        WHEN event_lost OR EXISTS (
            SELECT FROM imports
            WHERE outcome IN ('waits', 'future') AND imports.last > coalesce(last_sequence, -1)
        ) OR EXISTS (
            SELECT FROM imports WHERE outcome = 'conflict' AND imported_at > coalesce((
                SELECT max(imported_at) FROM imports WHERE kind = 'batch' AND outcome = 'applied'
            ), '-infinity')
        ) OR EXISTS (
            SELECT FROM imports AS unread WHERE outcome = 'unread' AND imported_at > coalesce((
                SELECT max(imported_at) FROM imports WHERE kind = 'batch' AND outcome = 'applied'
            ), '-infinity') AND NOT EXISTS (
                SELECT FROM imports AS good
                WHERE good.kind = 'changes' AND good.outcome IN ('applied', 'repeated', 'unshown')
                    AND good.first <= unread.first AND good.last >= unread.last
            )
        ) OR EXISTS (SELECT FROM changes_said WHERE unshown)
        OR EXISTS (SELECT FROM missed_files) THEN 'sequence_gap'
    END
"""
"""What waits is noted in the database, so that all replicas know of a file that one has seen. Of
two files of the same numbers nobody knows which one is true, until a batch says it all."""


async def state_of(connection: Connection, municipality: str) -> tuple[Imported, datetime]:
    """Return what was imported so far, and the present moment.

    Raises:
        LookupError: the database is not ready for records.

    """
    row = await connection.fetchrow(_STATE)
    if row is None:
        raise LookupError("the records have no version: run the migrations")
    applied = {
        one["digest"]: (one["kind"], one["first"], one["last"])
        for one in await connection.fetch(_DIGESTS)
    }
    passed_over = await _digests(connection, _PASSED_OVER)
    waited = await _digests(connection, _WAITED)
    made_at = (row["batch_made_at"], row["changes_made_at"], row["restarted_at"])
    seen = (applied, passed_over, waited)
    return Imported(municipality, row["last_sequence"], *seen, *made_at), row["now"]


async def _digests(connection: Connection, query: str) -> frozenset[str]:
    return frozenset(row["digest"] for row in await connection.fetch(query))


async def note(connection: Connection, file: RecordsFile, decision: Decision) -> bool:
    """Note what becomes of a file; return whether that is new."""
    header = file.header
    of_file = (file.path.name, header.kind, header.first, header.last)
    values = (*of_file, file.digest, header.made_at, decision)
    return bool(await connection.fetchval(_NOTE, *values))


async def note_applied(connection: Connection, file: RecordsFile, written: Written) -> None:
    """Make the next version, of what a file has brought."""
    header, is_batch = file.header, isinstance(file.header, BatchHeader)
    lost, missed = written.changed_nothing, written.erased_nothing
    await connection.execute(_APPLIED, header.last, header.made_at, lost, missed, is_batch)


async def last_batch(database: "Connection | Pool") -> int:
    """Return which batch the records are of, a number of its own; 0: none since the last restart.

    No two batches have the same, even if one is applied twice.
    """
    return await database.fetchval(_LAST_BATCH) or 0


async def settled_digests(pool: Pool) -> frozenset[str]:
    """Return the SHA-256 of the files that were applied or passed over: no batch changes that."""
    return frozenset(row["digest"] for row in await pool.fetch(_SETTLED))


async def settle(connection: Connection) -> None:
    """Tell from all that came whether anything may be issued."""
    await connection.execute(_SETTLE)
