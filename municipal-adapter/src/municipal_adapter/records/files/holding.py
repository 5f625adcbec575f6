"""A batch confirms what is there; only a change, or a named person, makes it otherwise.

The number of a batch does not prove how old its data are, nor that changes which never came were
seen by anybody. So every record that a batch shows otherwise than it was there is held: whoever it
is of is refused, as if it could not be understood, until a change says what is true. All values
count, as all may refuse: a protection, a status, a household, a day of moving in, a name that a
seal or a card no longer fits.

Whoever has left a household is held in it, too, as one who is protected refuses the others there.
A record that is gone gives nothing to anybody, but is held if a batch shows it again.
"""

from dataclasses import dataclass

from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.records.files.lines import COLUMNS, KEYS, OWNERS, TABLES, What

_OF_TODAY = {"resident": "status IN ('current', 'leaving')"}


def _rows(what: What) -> str:
    values = ", ".join(COLUMNS[what])
    return f"""
        SELECT '{what}' AS what, {KEYS[what]} AS key, {OWNERS[what]} AS owner,
            {_OF_TODAY.get(what, "false")} AS is_member,
            sha256(convert_to(ROW({values})::text, 'UTF8')) AS digest
        FROM {TABLES[what]}
    """  # noqa: S608 (our names)


_ROWS = " UNION ALL ".join(_rows(what) for what in KEYS)
_REMEMBER = f"""
    CREATE TEMPORARY TABLE records_before ON COMMIT DROP AS
    SELECT what, key, owner, is_member, digest FROM ({_ROWS}) AS kept WHERE NOT EXISTS (
        SELECT FROM unmappable_records AS aside
        WHERE aside.what = kept.what AND aside.key = kept.key AND aside.held_after IS NULL
    ) UNION ALL
    SELECT what, key, owner, what = 'resident', NULL FROM unmappable_records
    WHERE held_after IS NULL
"""  # noqa: S608 (our names)
"""What could not be understood has no digest: whatever a batch shows of it is otherwise."""
_HOLD = f"""
    WITH now AS ({_ROWS}), otherwise AS (
        SELECT DISTINCT what, key, coalesce(before.owner, now.owner) AS owner
        FROM now FULL JOIN records_before AS before USING (what, key)
        WHERE CASE WHEN now.digest IS NULL THEN before.is_member AND NOT EXISTS (
            SELECT FROM unmappable_records AS aside
            WHERE aside.what = 'resident' AND aside.key = before.key
                AND aside.owner = before.owner
        ) ELSE before.digest IS DISTINCT FROM now.digest END
    )
    INSERT INTO unmappable_records (what, key, owner, file, line, cause, held_after)
    SELECT what, key, owner, $1, 0, $2, $3 FROM otherwise
    ON CONFLICT (what, key, owner) DO UPDATE SET held_after = excluded.held_after
"""  # noqa: S608 (our names)
_HELD = """
    SELECT DISTINCT what, key, cause FROM unmappable_records
    WHERE held_after IS NOT NULL ORDER BY what, key, cause
"""
_COUNT = "SELECT count(DISTINCT (what, key)) FROM unmappable_records WHERE held_after IS NOT NULL"


@dataclass(frozen=True)
class Held:
    """A record that a batch shows otherwise."""

    what: What
    key: str
    cause: str


async def remember(connection: Connection) -> None:
    """Keep what is there until this transaction ends, before a batch replaces it."""
    await connection.execute(_REMEMBER)


async def hold(connection: Connection, file: str, sequence: int, last: int) -> None:
    """Hold what a batch shows otherwise than what was remembered.

    Args:
        connection: with the batch's lines written.
        file: its name.
        sequence: its number.
        last: the number of what was there before.

    """
    cause = (
        f"the batch of number {sequence} shows it otherwise than before, and no change said so"
        f"(全件データ{sequence}が、異動データなしに、以前と異なります)"
    )
    await connection.execute(_HOLD, file, cause, last)


async def count_held(connection: Connection) -> int:
    """Return how many records are held, by this batch and by those before it."""
    return await connection.fetchval(_COUNT)


async def held_records(pool: Pool) -> list[Held]:
    """Return what is held until a change comes, or somebody settles it."""
    return [Held(**row) for row in await pool.fetch(_HELD)]
