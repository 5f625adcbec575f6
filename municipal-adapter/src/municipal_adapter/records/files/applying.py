"""Applying one file within the importer's transaction, and comparing batches with changes."""

import asyncio

from madoguchi_wire.kit.pool import Connection

from municipal_adapter.records.files.deciding import Decision
from municipal_adapter.records.files.holding import count_held, hold, remember
from municipal_adapter.records.files.lines import BatchHeader, ChangesHeader
from municipal_adapter.records.files.reading import FileRefused, RecordsFile
from municipal_adapter.records.files.said import (
    Said,
    end_stops,
    forget_shown,
    lift_shown,
    note_unshown,
    unshown,
)
from municipal_adapter.records.files.writing import CLEAR, Writer, Written

_OTHERS_TURN = 50
"""Lines of a batch between which requests have their turn."""


class BatchContradicts(Exception):
    """A batch does not show what was changed before it: it would take that back."""

    def __init__(self, change: Said) -> None:
        super().__init__(
            f"sequence: it has change {change.sequence} by its number, and does not show it"
        )


async def applied(connection: Connection, file: RecordsFile, last: int | None) -> Written:
    """Write what a file says, after the change of the number `last`; None: of a first batch.

    Raises:
        FileRefused: it cannot be used.
        BatchContradicts: it is a batch that does not show what was changed before it.

    """
    writer, header = Writer(connection, file.path.name), file.header
    if isinstance(header, ChangesHeader):
        await _events(writer, file, header, last or 0)
        await writer.finish()
    else:
        await _batch(writer, file, header, last)
    return writer.written


async def _batch(writer: Writer, file: RecordsFile, header: BatchHeader, last: int | None) -> None:
    """Replace everything; what no change said is held, but for a first batch."""
    connection = writer.connection
    if last is None:
        await connection.execute("DELETE FROM unmappable_records")
    else:
        await remember(connection)
    for statement in CLEAR:
        await connection.execute(statement)
    for number, line in file.content():
        await writer.record(number, line)
        if number % _OTHERS_TURN == 0:
            await asyncio.sleep(0)
    await writer.finish()
    if changes := await unshown(connection, 0, header.sequence):
        raise BatchContradicts(changes[0])
    await end_stops(connection, header.sequence)
    if last is not None:
        await hold(connection, file.path.name, header.sequence, last)
        await lift_shown(connection, 0, header.sequence)
        writer.written.held = await count_held(connection)
    await forget_shown(connection, header.sequence)


async def _events(writer: Writer, file: RecordsFile, header: ChangesHeader, last: int) -> None:
    """Apply the events after `last`; those before it are in a batch, which must show them."""
    sequence = header.first
    for line_number, line in file.content():
        if header.first < sequence == last + 1:
            await _check_shown(writer.connection, file, last)
        await writer.event(line_number, line, sequence, passed_over=sequence <= last)
        sequence += 1
    if sequence != header.last + 1:
        raise FileRefused(f"{file.path.name}: sequence: {sequence} is missing")


async def _check_shown(connection: Connection, file: RecordsFile, last: int) -> None:
    if changes := await unshown(connection, file.header.first, last):
        why = f"the last batch has {changes[0].sequence} by its number, and does not show it"
        raise FileRefused(f"{file.path.name}: sequence: {why}")
    await lift_shown(connection, file.header.first, last)


async def passed_over(connection: Connection, file: RecordsFile, header: ChangesHeader) -> Decision:
    """Compare changes that a batch has by its number with what it shows.

    Raises:
        FileRefused: they cannot be read.

    """
    await _events(Writer(connection, file.path.name), file, header, header.last)
    found = await unshown(connection, header.first, header.last)
    await note_unshown(connection, found)
    await lift_shown(connection, header.first, header.last)
    return Decision.UNSHOWN if found else Decision.REPEAT
