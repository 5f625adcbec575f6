"""Counts that replicas add up by minute, so that many happenings become one event."""

from collections import Counter
from collections.abc import Sequence

import asyncpg
from madoguchi_wire.kit.pool import Connection, Pool


class MergedMinutes:
    """What this replica has counted and not yet added to the shared minutes.

    Args:
        table: where the minutes are, with the columns `minute`, `columns` and `count`.
        columns: what is counted by, texts.
    """

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        names = ", ".join(columns)
        arrays = ", ".join(f"${number}::text[]" for number in range(2, len(columns) + 2))
        self._add = f"""
            INSERT INTO {table} (minute, {names}, count)
            SELECT date_trunc('minute', madoguchi_now()), {names}, count
            FROM unnest($1::bigint[], {arrays}) AS seen(count, {names}) ORDER BY {names}
            ON CONFLICT (minute, {names}) DO UPDATE SET count = {table}.count + excluded.count
        """  # noqa: S608 (names of ours)
        # An addition that began in the minute has ended 20 s later: statements live 15 s at most.
        self._take = f"""
            DELETE FROM {table} WHERE (minute, {names}) IN (
                SELECT minute, {names} FROM {table}
                WHERE minute < date_trunc('minute', madoguchi_now() - interval '20 s')
                ORDER BY minute, {names} FOR UPDATE SKIP LOCKED LIMIT 500)
            RETURNING minute, {names}, count
        """  # noqa: S608 (names of ours)
        self._counted: Counter[tuple[str, ...]] = Counter()

    def add(self, *key: str) -> None:
        """Count one happening, by the values of `columns`."""
        self._counted[key] += 1

    async def flush(self, pool: Pool) -> None:
        """Add what was counted to the present minute; keep it if that fails."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        keys = [list(column) for column in zip(*counted, strict=True)]
        try:
            await pool.execute(self._add, list(counted.values()), *keys)
        except BaseException:
            self._counted.update(counted)
            raise

    async def take(self, connection: Connection) -> list[asyncpg.Record]:
        """Remove minutes that are over, and return them; each is had once among all replicas."""
        return await connection.fetch(self._take)
