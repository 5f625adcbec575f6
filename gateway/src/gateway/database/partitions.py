"""Partitions for the months to come, made ahead so that no insert ever lacks one."""

from datetime import date, timedelta

from madoguchi_wire.kit.pool import Connection

PARTITIONED = ("issuances", "metering_records", "ledger_transfers", "outbox")
"""Tables with a partition for each month (function `ensure_month_partitions`)."""
_AHEAD = 4
_MISSING = """
    SELECT count(*) FROM unnest($1::text[]) AS parent
    WHERE to_regclass(parent || to_char($2::date, '_YYYY_MM')) IS NULL
"""


async def ensure_partitions(connection: Connection, today: date) -> None:
    """Make the partitions of last month, this month and the months ahead."""
    last_month = today.replace(day=1) - timedelta(days=1)
    await connection.execute("SELECT ensure_month_partitions($1, $2)", last_month, _AHEAD)


async def missing_partitions(connection: Connection, day: date) -> int:
    """Return how many tables lack the partition that a row of `day` would need."""
    return await connection.fetchval(_MISSING, list(PARTITIONED), day)
