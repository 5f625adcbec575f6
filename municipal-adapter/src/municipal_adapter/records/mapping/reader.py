"""Reading one row as the mapping says; what cannot be understood is refused, never guessed."""

import base64
import binascii
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar, cast
from uuid import UUID

from municipal_adapter.pictures.picture_refused import PictureRefused
from municipal_adapter.records.mapping.dates import era_date, plain_date
from municipal_adapter.records.mapping.field import FieldMapping, code_text, is_whole
from municipal_adapter.records.seal_picture import seal_picture
from municipal_adapter.records.source import UnmappableRecord

_E = TypeVar("_E", bound=StrEnum)
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
_NO_CHARACTERS = ("Cc", "Cs")


@dataclass(frozen=True)
class RowReader:
    """One row of a table, or one JSON object, of the municipality's system."""

    table: str
    """What the row is of, in our words: residents, households, seals."""
    row: Mapping[str, object] = field(repr=False)

    def text(self, name: str, mapping: FieldMapping) -> str:
        """Return a text that must not be empty, without the blanks that pad it.

        Raises:
            UnmappableRecord: it is empty, or no text.

        """
        value = self.text_or_empty(name, mapping)
        if not value:
            raise self._refused(name, mapping, "empty")
        return value

    def text_or_none(self, name: str, mapping: FieldMapping) -> str | None:
        """Return a text; None: it is empty."""
        return self.text_or_empty(name, mapping) or None

    def text_or_empty(self, name: str, mapping: FieldMapping) -> str:
        """Return a text, which may be empty."""
        if mapping.join:
            return mapping.with_.join(self._parts(name, mapping))
        match self._value(name, mapping):
            case None:
                return ""
            case str() as value:
                if any(unicodedata.category(one) in _NO_CHARACTERS for one in value.strip()):
                    raise self._refused(name, mapping, "a control character, or half a character")
                return value.strip()
            case int() | UUID() as value if not isinstance(value, bool):
                return str(value)
            case Decimal() as value if is_whole(value):
                return str(int(value))
            case _:
                raise self._refused(name, mapping, "no text")

    def day(self, name: str, mapping: FieldMapping) -> date:
        """Return a date.

        Raises:
            UnmappableRecord: it is empty, or not written as the mapping says.

        """
        day = self.day_or_none(name, mapping)
        if day is None:
            raise self._refused(name, mapping, "empty")
        return day

    def day_or_none(self, name: str, mapping: FieldMapping) -> date | None:
        """Return a date; None: it is empty."""
        value = self._value(name, mapping)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return era_date(value) if mapping.era_date else plain_date(value)
        except (ValueError, OverflowError):
            raise self._refused(name, mapping, "no date that the mapping describes") from None

    def flag(self, name: str, mapping: FieldMapping) -> bool:
        """Return yes or no; of several columns yes where any says so.

        Raises:
            UnmappableRecord: neither true, false, 1 nor 0, and no code; so is an empty one.

        """
        if mapping.any_of:
            # All are read: one that cannot be understood refuses, whatever the others say.
            flags = [self.flag(name, part) for part in mapping.any_of]
            return any(flags)
        value = self._value(name, mapping)
        try:
            return _FLAGS[code_text(value).lower()]
        except (KeyError, ValueError):
            raise self._refused(name, mapping, "neither yes nor no") from None

    def one_of(self, name: str, mapping: FieldMapping, values: type[_E]) -> _E:
        """Return one of our values.

        Raises:
            UnmappableRecord: it is none of them, and no code.

        """
        try:
            return values(self.text_or_empty(name, mapping))
        except ValueError:
            raise self._refused(name, mapping, "a value that is not known") from None

    def seal_picture(self, name: str, mapping: FieldMapping) -> bytes:
        """Return the picture of a seal, also of base64 text.

        Raises:
            UnmappableRecord: it cannot be printed as it is.

        """
        value = self._value(name, mapping)
        if isinstance(value, str):
            try:
                value = base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                raise self._refused(name, mapping, "neither a picture nor base64") from None
        if not isinstance(value, bytes):
            raise self._refused(name, mapping, "no picture")
        try:
            return seal_picture(value)
        except PictureRefused as refused:
            raise self._refused(name, mapping, str(refused)) from None

    def _parts(self, name: str, mapping: FieldMapping) -> list[str]:
        read = [(part, self.text_or_empty(name, part)) for part in mapping.join]
        for part, text in read:
            if not text and not part.optional:
                raise self._refused(name, part, "empty")
        return [text for _, text in read if text]

    def _value(self, name: str, mapping: FieldMapping) -> object:
        if mapping.from_ is None:
            return mapping.constant
        value = self._found(name, mapping, mapping.from_)
        if mapping.codes is None:
            return value
        try:
            return mapping.codes[code_text(value)]
        except (KeyError, ValueError):
            raise self._refused(name, mapping, "a code that the mapping does not know") from None

    def _found(self, name: str, mapping: FieldMapping, path: str) -> object:
        if path in self.row:
            return self.row[path]
        found: object = self.row
        try:
            for step in path.split("."):
                found = _inside(found, step)
        except KeyError:
            if mapping.optional:
                return None
            raise self._refused(name, mapping, "missing") from None
        return found

    def _refused(self, name: str, mapping: FieldMapping, what: str) -> UnmappableRecord:
        origin = f" ({mapping.from_})" if mapping.from_ else ""
        return UnmappableRecord(f"{self.table}.{name}{origin}: {what}")


def _inside(found: object, step: str) -> object:
    if not isinstance(found, Mapping):
        raise KeyError(step)
    return cast("Mapping[str, object]", found)[step]
