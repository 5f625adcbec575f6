"""The inclusion proof of one event: a short path from it to a root that two witnesses signed."""

from dataclasses import dataclass

from madoguchi_wire import merkle
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamps import StampRecord

_DIGEST = "SELECT digest FROM event_keys WHERE source = $1 AND event_id = $2"
_RECORD = """
    SELECT number, record FROM stamp_records
    JOIN verified_records USING (record_digest)
    WHERE centre = $1 AND stamped_at >= $2 AND position($3::bytea in record) > 0
    ORDER BY stamped_at, archived_at DESC LIMIT 1
"""
_EVENT = """
    SELECT time - interval '1 hour' AS since, canonical FROM events
    WHERE source = $1 AND event_id = $2
"""


@dataclass(frozen=True)
class Proof:
    """All that a third party needs beside the trust list."""

    event_id: str
    event: str | None
    """Its one spelling; None if the rules of retention removed it."""
    digest: str
    stamp_number: int
    place: int
    """Within the batch, from 0."""
    count: int
    steps: tuple[str, ...]
    """Hashes from the leaf to the root (RFC 6962)."""
    root: str
    stamp: str
    """The signed stamp."""
    countersignatures: tuple[str, ...]


async def proof_of(connection: Connection, centre: str, event_id: str) -> Proof | None:
    """Return the proof of an event; None: unknown, or not stamped yet."""
    digest: str | None = await connection.fetchval(_DIGEST, centre, event_id)
    kept = await connection.fetchrow(_EVENT, centre, event_id)
    if digest is None or kept is None:
        return None
    row = await connection.fetchrow(_RECORD, centre, kept["since"], digest.encode())
    if row is None:
        return None
    record = StampRecord.model_validate_json(row["record"])
    place = record.leaves.index(digest)
    return Proof(
        event_id=event_id,
        event=kept["canonical"].decode() if kept["canonical"] is not None else None,
        digest=digest,
        stamp_number=row["number"],
        place=place,
        count=len(record.leaves),
        steps=merkle.proof(record.leaves, place),
        root=merkle.root(record.leaves),
        stamp=record.stamp,
        countersignatures=record.countersignatures,
    )
