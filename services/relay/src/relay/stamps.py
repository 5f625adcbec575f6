"""Complete stamps, in the order of their numbers, until they are published."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.stamps import StampRecord

from relay.outbox import Connection, MarkedByOthers

PAGE_STAMPS = 20
_UNPUBLISHED = """
    SELECT number, centre, token, leaves, countersignatures::text, timestamp,
        complete_at IS NOT NULL AS complete
    FROM stamps WHERE published_at IS NULL ORDER BY number LIMIT $1
"""
_MARK = """
    UPDATE stamps SET published_at = madoguchi_now()
    WHERE number = ANY ($1::bigint[]) AND published_at IS NULL
"""


@dataclass(frozen=True)
class CompleteStamp:
    """A stamp that enough witnesses signed, as it travels."""

    number: int
    centre: str
    canonical: bytes


async def next_stamps(connection: Connection) -> list[CompleteStamp]:
    """Return the stamps that may be published now: none before its predecessor."""
    found: list[CompleteStamp] = []
    for row in await connection.fetch(_UNPUBLISHED, PAGE_STAMPS):
        if not row["complete"]:
            break
        tokens: dict[str, str] = json.loads(row["countersignatures"])
        record = StampRecord(
            stamp=row["token"],
            leaves=tuple(row["leaves"]),
            countersignatures=tuple(tokens[municipality] for municipality in sorted(tokens)),
            timestamp=to_base64url(row["timestamp"]) if row["timestamp"] else None,
        )
        found.append(CompleteStamp(row["number"], row["centre"], record.canonical()))
    return found


async def mark_stamps(connection: Connection, stamps: Sequence[CompleteStamp]) -> None:
    """Mark stamps as published, all or (raising MarkedByOthers) none."""
    async with connection.transaction():
        status = await connection.execute(_MARK, [stamp.number for stamp in stamps])
        if status != f"UPDATE {len(stamps)}":
            raise MarkedByOthers(f"{status} instead of {len(stamps)}")
