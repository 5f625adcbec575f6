"""An archive's journal, noted in the stream: what is stamped, no archive can write anew."""

import re
from datetime import datetime

from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import free_row, insert_events

_SPELLING = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9][0-9]{0,17}):([0-9a-f]{64})"
)


async def note_archive(
    connection: Connection, head: str, by: str, source: str, now: datetime
) -> None:
    """Note where the journal of an archive ends.

    Args:
        connection: to the gateway's database.
        head: as `audit journal` prints it.
        by: who notes it, by name.
        source: of the event that tells it.
        now: the present.

    Raises:
        ValueError: it is no journal's head.

    """
    found = _SPELLING.fullmatch(head)
    if found is None:
        raise ValueError("a journal's head is written ARCHIVE:POSITION:DIGEST: see `audit journal`")
    archive, position, digest = found.groups()
    event = free_row(
        source=source,
        type=EventType.ARCHIVE_NOTED,
        moment=now,
        municipality=None,
        data={
            "archive": archive,
            "position": int(position),
            "digest": digest,
            "noted_by": by,
        },
    )
    await insert_events(connection, [event])
