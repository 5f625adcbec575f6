"""Reading a file line by line, in bounded memory, after its trailer was found to hold."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from municipal_adapter.records.files.lines import HEADER, Header, Trailer, cause_of

MAXIMUM_LINE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class RecordsFile:
    """A whole file that has not been cut or changed."""

    path: Path
    header: Header
    digest: str
    """SHA-256 of the file."""
    lines: int
    """Between header and trailer."""

    def content(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield what lies between header and trailer, with its line number.

        Raises:
            FileRefused: a line is no JSON object; or, after the last one, the file is not the one
                that was opened.

        """
        whole = hashlib.sha256()
        try:
            with self.path.open("rb") as file:
                for number, line in _lines(self.path, file):
                    whole.update(line)
                    if 1 < number <= self.lines + 1:
                        yield number, _object(self.path, number, line)
        except OSError as error:
            raise FileRefused(f"{self.path.name}: cannot be read: {error.strerror}") from None
        if whole.hexdigest() != self.digest:
            raise FileRefused(f"{self.path.name}: was changed while it was read")


class FileRefused(Exception):
    """A file as a whole cannot be used; says the file, the line and the cause, never a value."""

    def __init__(
        self, why: str, file: RecordsFile | None = None, told: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(why)
        self.file = file
        """What is known of it, where its header can be read: which numbers are missing now."""
        self.told = told or {}
        """The JSON of its first line, where that is no header."""


def open_file(path: Path) -> RecordsFile:
    """Return a file, its trailer compared with all that comes before it.

    Raises:
        FileRefused: it is cut, changed or no such file.

    """
    whole, before, held = hashlib.sha256(), hashlib.sha256(), b""
    header: Header | None = None
    count = 0
    try:
        if not path.is_file():
            raise FileRefused(f"{path.name}: is no ordinary file")
        with path.open("rb") as file:
            for number, line in _lines(path, file):
                if number == 1:
                    header = _header(path, line)
                whole.update(line)
                before.update(held)
                held, count = line, number
    except OSError as error:
        raise FileRefused(f"{path.name}: cannot be read: {error.strerror}") from None
    if header is None:
        raise FileRefused(f"{path.name}: line 1: has no header and trailer")
    read = RecordsFile(path, header, whole.hexdigest(), count - 2)
    try:
        trailer = Trailer.model_validate(_object(path, count, held))
    except ValidationError as error:
        raise FileRefused(f"{path.name}: line {count}: {cause_of(error)}", read) from None
    except FileRefused as refused:
        raise FileRefused(str(refused), read) from None
    if trailer.lines != count - 1 or trailer.sha256 != before.hexdigest():
        cut = f"{path.name}: line {count}: the file was cut or changed on its way"
        raise FileRefused(cut, read)
    return read


def _lines(path: Path, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(MAXIMUM_LINE_BYTES + 1):
        number += 1
        if len(line) > MAXIMUM_LINE_BYTES:
            raise FileRefused(f"{path.name}: line {number}: is longer than {MAXIMUM_LINE_BYTES}")
        yield number, line


def _header(path: Path, line: bytes) -> Header:
    told = _object(path, 1, line)
    try:
        return HEADER.validate_python(told)
    except ValidationError as error:
        raise FileRefused(f"{path.name}: line 1: {cause_of(error)}", told=told) from None


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        # Half a character is the fault of one record; a name that comes twice means nothing.
        found: object = json.loads(line, object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        what = f"{path.name}: line {number}: is no JSON, or none with one meaning"
        raise FileRefused(what) from None
    if not isinstance(found, dict):
        raise FileRefused(f"{path.name}: line {number}: is no JSON object")
    return {str(key): value for key, value in found.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name that comes twice")
    return found
