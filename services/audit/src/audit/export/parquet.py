"""A month of the archive as Parquet: the columns, and the bytes that the digest covers."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa  # pyright: ignore[reportMissingTypeStubs] (it has none)
import pyarrow.parquet as pq  # pyright: ignore[reportMissingTypeStubs] (it has none)
from madoguchi_wire.kit.pool import Connection

_ROWS = 10_000
_ROWS_OF_MONTH = """
    SELECT day, source, event_id, type, subject, sequence, time, municipality, terminal, site, kind,
           build, fonts, templates, records_version, digest, canonical
    FROM events WHERE day >= $1 AND day < ($1::date + interval '1 month')::date
    ORDER BY day, time, subject, sequence, event_id
"""
_arrow: Any = pa
_parquet: Any = pq


def _schema() -> Any:  # noqa: ANN401 (pyarrow has no types)
    text = _arrow.string()
    kinds = {
        "day": _arrow.date32(),
        "sequence": _arrow.int32(),
        "time": _arrow.timestamp("ms", tz="UTC"),
        "canonical": _arrow.binary(),
    }
    names = (
        *("day", "source", "event_id", "type", "subject", "sequence", "time", "municipality"),
        *("terminal", "site", "kind", "build", "fonts", "templates", "records_version"),
        *("digest", "canonical"),
    )
    return _arrow.schema([(name, kinds.get(name, text)) for name in names])


async def export_month(connection: Connection, month: date, path: Path) -> int:
    """Write a month, a part in memory at a time; return how many events it has."""
    schema, rows, count = _schema(), list[dict[str, Any]](), 0
    with _parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            async for row in connection.cursor(_ROWS_OF_MONTH, month.replace(day=1)):
                rows.append(dict(row.items()))
                count += 1
                if len(rows) == _ROWS:
                    writer.write_table(_arrow.Table.from_pylist(rows, schema=schema))
                    rows.clear()
        writer.write_table(_arrow.Table.from_pylist(rows, schema=schema))
    return count
