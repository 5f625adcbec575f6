"""Audit events as rows of the outbox, made before the statement that inserts them.

A statement of the hot path takes its rows as arrays and inserts them together with the change
that they tell of:

    INSERT INTO outbox ({COLUMNS}) SELECT {COLUMNS} FROM {events_from(7)}
    WHERE EXISTS (SELECT FROM moved)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import AuditEvent, EventType, event_digest, new_salt
from madoguchi_wire.kit.pool import Connection

from gateway.audit.described import described

COLUMNS = "recorded_on, municipality, event_id, subject, sequence, type, canonical, digest"
_TYPES = ("date", "text", "uuid", "text", "int", "text", "bytea", "text")


@dataclass(frozen=True)
class OutboxRow:
    """One event in its one spelling; the fields are `COLUMNS` in order."""

    recorded_on: date
    """`accepted_on` for an issuance's event, else Japan's day of the event."""
    municipality: str | None
    event_id: UUID
    subject: str
    sequence: int
    type: str
    canonical: bytes
    digest: str


def issuance_row(
    *,
    source: str,
    type: EventType,  # noqa: A002 (CloudEvents' name)
    issuance: UUID,
    sequence: int,
    moment: datetime,
    municipality: str,
    accepted_on: date,
    data: Mapping[str, Any],
) -> OutboxRow:
    """Return an issuance's event; `source` is the gateway's name, `sequence` starts at 1."""
    event = AuditEvent(
        id=str(uuid4()),
        source=source,
        type=type,
        subject=str(issuance),
        sequence=sequence,
        time=moment,
        salt=new_salt(),
        data=described(type, data),
    )
    return _row(event, accepted_on, municipality)


def free_row(
    *,
    source: str,
    type: EventType,  # noqa: A002 (CloudEvents' name)
    moment: datetime,
    municipality: str | None,
    data: Mapping[str, Any],
) -> OutboxRow:
    """Return an event without an issuance, under a random subject of its own."""
    event = AuditEvent(
        id=str(uuid4()),
        source=source,
        type=type,
        subject=str(uuid4()),
        sequence=1,
        time=moment,
        salt=new_salt(),
        data=described(type, data),
    )
    return _row(event, japan_day(moment), municipality)


_NAMES = tuple(field.name for field in fields(OutboxRow))


def _row(event: AuditEvent, recorded_on: date, municipality: str | None) -> OutboxRow:
    canonical = event.canonical()
    return OutboxRow(
        recorded_on=recorded_on,
        municipality=municipality,
        event_id=UUID(event.id),
        subject=event.subject,
        sequence=event.sequence,
        type=event.type.value,
        canonical=canonical,
        digest=event_digest(canonical),
    )


def events_from(first: int) -> str:
    """Return the FROM item `event` over eight array parameters, the first of them `$first`."""
    arrays = ", ".join(f"${first + i}::{kind}[]" for i, kind in enumerate(_TYPES))
    return f"unnest({arrays}) AS event({COLUMNS})"


def arrays(rows: Sequence[OutboxRow]) -> list[list[Any]]:
    """Return the eight array arguments of `events_from`."""
    return [[getattr(row, name) for row in rows] for name in _NAMES]


_INSERT = f"INSERT INTO outbox ({COLUMNS}) SELECT {COLUMNS} FROM {events_from(1)}"  # noqa: S608


async def insert_events(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    """Insert events on their own, or inside the transaction of the caller."""
    await connection.execute(_INSERT, *arrays(rows))
