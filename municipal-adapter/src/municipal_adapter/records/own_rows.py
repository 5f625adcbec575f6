"""Rows of the own tables made into records; what no certificate can say is refused."""

from collections.abc import Sequence

import asyncpg

from municipal_adapter.pictures.picture_refused import PictureRefused
from municipal_adapter.records.model import (
    Resident,
    ResidentStatus,
    SealRegistration,
    SealStatus,
    Sex,
)
from municipal_adapter.records.seal_picture import seal_picture
from municipal_adapter.records.source import UnmappableRecord

_SAID = ("name", "relationship", "honseki")
"""Columns of a resident that every source must fill."""


def resident_of_row(row: asyncpg.Record) -> Resident:
    """Return a person's entry.

    Raises:
        UnmappableRecord: what certificates say of every person is blank.

    """
    check_said("residents", row, _SAID, row["resident_id"])
    values = dict(row)
    sex, status = Sex(values.pop("sex")), ResidentStatus(values.pop("status"))
    return Resident(**values, sex=sex, status=status)


def understood(row: asyncpg.Record) -> Resident | None:
    """Return a person's entry; None: it cannot be understood."""
    try:
        return resident_of_row(row)
    except UnmappableRecord:
        return None


def seal_of_row(row: asyncpg.Record) -> SealRegistration:
    """Return a seal registration.

    Raises:
        UnmappableRecord: the name is blank, or the picture of an active seal cannot be printed.

    """
    values = dict(row)
    status, whose = SealStatus(values.pop("status")), row["resident_id"]
    check_said("seal_registrations", row, ("registered_name",), whose)
    if status is SealStatus.ACTIVE:
        try:
            values["picture_png"] = seal_picture(row["picture_png"])
        except PictureRefused as refused:
            cause = f"seal_registrations.picture_png: {refused}"
            raise UnmappableRecord(cause, whose) from None
    return SealRegistration(**values, status=status)


def check_said(
    table: str, row: asyncpg.Record, columns: Sequence[str], whose: str | None = None
) -> None:
    """Refuse what is blank where every certificate says something.

    Raises:
        UnmappableRecord: one of the columns is.

    """
    for column in columns:
        if not row[column].strip():
            raise UnmappableRecord(f"{table}.{column}: is blank", whose)
