"""A clock that a simulation moves while processes run: they all map one small file into memory.

Production refuses it (`CommonSettings`). In the database `madoguchi_now()` follows by its server's
own configuration (`database_time`).
"""

import mmap
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_BYTES = 8
"""Microseconds as one signed number: it is read and written in one step."""


class FileClock:
    """The machine's clock, moved by what the file says at the moment of asking."""

    def __init__(self, path: Path) -> None:
        """Map the file.

        Raises:
            ValueError: it cannot be read, or is no clock's.

        """
        self._mapped = _mapped(path, mmap.ACCESS_READ)
        self._known = (0, timedelta(0))

    def now(self) -> datetime:
        """Return the machine's time plus the offset, in UTC."""
        microseconds, known = self._mapped[0], self._known
        if microseconds != known[0]:
            known = self._known = (microseconds, timedelta(microseconds=microseconds))
        return datetime.now(UTC) + known[1]


def move_clock_file(path: Path, offset: timedelta) -> None:
    """Let every clock of the file be `offset` ahead of the machine's; make the file if need be."""
    if not path.exists():
        path.write_bytes(bytes(_BYTES))
    with _mapped(path, mmap.ACCESS_WRITE) as mapped:
        mapped[0] = offset // timedelta(microseconds=1)


def _mapped(path: Path, access: int) -> "memoryview[int]":
    try:
        descriptor = os.open(path, os.O_RDWR if access == mmap.ACCESS_WRITE else os.O_RDONLY)
    except OSError as error:
        raise ValueError(f"the clock file {path} cannot be read: {error.strerror}") from None
    try:
        if os.fstat(descriptor).st_size != _BYTES:
            raise ValueError(f"{path} is no clock file: it has to have {_BYTES} bytes")
        return memoryview(mmap.mmap(descriptor, _BYTES, access=access)).cast("q")
    finally:
        os.close(descriptor)
