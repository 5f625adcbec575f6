"""Harm to an archive, as somebody with all rights on its database can do it."""

from collections.abc import Awaitable, Callable, Sequence

from audit.archive.keeping import keep_stamps
from audit.archive.stamp import ArchivedStamp
from audit.verifying.faults import Fault
from audit.verifying.verdict import Verdict
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import token_digest, unverified_payload
from madoguchi_wire.stamps import Stamp, StampRecord

Verified = Callable[..., Awaitable[Verdict]]


def only(faults: Sequence[Fault]) -> Fault:
    """Return the one fault that there is."""
    assert len(faults) == 1, faults
    return faults[0]


async def harm(archive: Connection, statement: str, *arguments: object) -> None:
    """Change something past every trigger."""
    async with archive.transaction():
        await archive.execute("SET LOCAL session_replication_role = replica")
        await archive.execute(statement, *arguments)


async def stamped_as(archive: Connection, records: list[StampRecord]) -> None:
    """Put other stamps in the place of those that are archived, and make all else fit."""
    for table in ("stamp_records", "verified_records", "covered"):
        await harm(archive, f"DELETE FROM {table}")  # noqa: S608 (tables of ours)
    await keep_stamps(archive, [_as_archived(record) for record in records])


def _as_archived(record: StampRecord) -> ArchivedStamp:
    stamp = Stamp.parsed(unverified_payload(record.stamp))
    return ArchivedStamp(
        centre=stamp.centre,
        number=stamp.number,
        stamp=token_digest(record.stamp),
        stamped_at=stamp.stamped_at,
        record=record.canonical(),
        record_digest=sha256_hex(record.canonical()),
        leaves=record.leaves,
    )


async def cut_last(archive: Connection, record: StampRecord) -> None:
    """Take the last stamp away, with all that says that it was there."""
    gone = _as_archived(record)
    await harm(archive, "DELETE FROM covered WHERE digest = ANY ($1)", list(gone.leaves))
    for table in ("stamp_records", "verified_records"):
        statement = f"DELETE FROM {table} WHERE record_digest = $1"  # noqa: S608 (tables of ours)
        await harm(archive, statement, gone.record_digest)
