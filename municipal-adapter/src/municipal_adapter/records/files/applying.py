"""Applying one file within the importer's transaction, and comparing batches with changes."""

import asyncio

from madoguchi_wire.kit.pool import Connection

from municipal_adapter.records.files.deciding import Decision
from municipal_adapter.records.files.lines import ChangesHeader
from municipal_adapter.records.files.reading import FileRefused, RecordsFile
from municipal_adapter.records.files.said import Unshown, forget_shown, note_unshown, unshown
from municipal_adapter.records.files.writing import CLEAR, Writer, Written

_OTHERS_TURN = 50
"""Lines of a batch between which requests have their turn."""


class BatchContradicts(Exception):
    """A batch does not show what was changed before it: it would take that back."""

    def __init__(self, change: Unshown) -> None:
        super().__init__(
            f"sequence: it has change {change.sequence} by its number, and does not show it"
        )


async def applied(connection: Connection, file: RecordsFile, last: int) -> Written:
    """Write what a file says, after the change of the number `last`.

    Raises:
        FileRefused: it cannot be used.
        BatchContradicts: it is a batch that does not show what was changed before it.

    """
    writer, header = Writer(connection, file.path.name), file.header
    if isinstance(header, ChangesHeader):
        await _events(writer, file, header, last)
        await writer.finish()
        return writer.written
    for statement in CLEAR:
        await connection.execute(statement)
    for number, line in file.content():
        await writer.record(number, line)
        if number % _OTHERS_TURN == 0:
            await asyncio.sleep(0)
    await writer.finish()
    if changes := await unshown(connection, 0, header.sequence):
        raise BatchContradicts(changes[0])
    await forget_shown(connection, header.sequence)
    return writer.written


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


async def passed_over(connection: Connection, file: RecordsFile, header: ChangesHeader) -> Decision:
    """Compare changes that a batch has by its number with what it shows.

    Raises:
        FileRefused: they cannot be read.

    """
    await _events(Writer(connection, file.path.name), file, header, header.last)
    found = await unshown(connection, header.first, header.last)
    await note_unshown(connection, found)
    return Decision.UNSHOWN if found else Decision.REPEAT
