"""The lines of a file, as `docs/records/files.md` describes them for whoever writes them."""

from typing import Annotated, Any, Literal, Self, TypeAlias

from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from municipal_adapter.records.files.fields import (
    MAXIMUM_ORDER,
    MAXIMUM_SEQUENCE,
    Day,
    DayOrNone,
    Moment,
    Number,
    Picture,
    Sequence,
    Text,
    TextOrEmpty,
)
from municipal_adapter.records.model import ResidentStatus, SealStatus, Sex


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class BatchHeader(_Line):
    """The first line of a batch: all records, as of the event of this number."""

    line: Literal["header"]
    kind: Literal["batch"]
    municipality: MunicipalityCode
    sequence: Annotated[int, Field(ge=0, le=MAXIMUM_SEQUENCE, strict=True)]
    """Of the last event that is in it."""
    made_at: Moment

    @property
    def first(self) -> int:
        """The number that it stands for."""
        return self.sequence

    @property
    def last(self) -> int:
        """The number that it brings the records to."""
        return self.sequence


class ChangesHeader(_Line):
    """The first line of change events."""

    line: Literal["header"]
    kind: Literal["changes"]
    municipality: MunicipalityCode
    first: Sequence
    last: Sequence
    made_at: Moment

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last: is before first")
        return self


Header: TypeAlias = BatchHeader | ChangesHeader


class HouseholdLine(_Line):
    """世帯."""

    line: Literal["household"]
    household_id: Number
    address: Text
    head_name: Text


class ResidentLine(_Line):
    """A resident (住民)."""

    line: Literal["resident"]
    resident_id: Number
    household_id: Number
    legal_order: Annotated[int, Field(ge=1, le=MAXIMUM_ORDER, strict=True)]
    """Among the members of the household of today; the head first."""
    name: Text
    name_kana: TextOrEmpty
    alias: Text | None
    birth_date: Day
    sex: Sex
    relationship: Text
    became_resident_on: Day
    moved_here_on: DayOrNone
    previous_address: Text | None
    honseki: Text
    family_head: TextOrEmpty
    status: ResidentStatus
    change_pending: Annotated[bool, Field(strict=True)]
    protected: Annotated[bool, Field(strict=True)]


class SealLine(_Line):
    """印鑑登録."""

    line: Literal["seal"]
    registration_number: Number
    resident_id: Number
    registered_on: Day
    registered_name: Text
    picture_png: Picture
    status: SealStatus


RecordLine: TypeAlias = Annotated[
    HouseholdLine | ResidentLine | SealLine, Field(discriminator="line")
]
What: TypeAlias = Literal["household", "resident", "seal"]


class EventLine(_Line):
    """One change event: a record that was added or changed, or the key of one that was erased."""

    line: Literal["event"]
    sequence: Sequence
    act: Literal["add", "change", "erase"]
    what: What
    key: Number
    """The record's own number."""
    record: dict[str, Any] | None = None
    """As a line of a batch, without `line`; absent when it was erased."""

    @model_validator(mode="after")
    def _record_or_not(self) -> Self:
        if (self.act == "erase") != (self.record is None):
            raise ValueError("record: is there if, and only if, nothing is erased")
        return self


class Trailer(_Line):
    """The last line: nothing is missing before it, and nothing was changed."""

    line: Literal["trailer"]
    lines: Annotated[int, Field(ge=1, strict=True)]
    """How many come before it."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Over all bytes before it."""


KEYS: dict[What, str] = {
    "household": "household_id",
    "resident": "resident_id",
    "seal": "registration_number",
}
TABLES: dict[What, str] = {
    "household": "households",
    "resident": "residents",
    "seal": "seal_registrations",
}
OWNERS: dict[What, str] = {
    "household": "household_id",
    "resident": "household_id",
    "seal": "resident_id",
}
"""Who is refused if the record cannot be relied on."""
_LINES: dict[What, type[HouseholdLine | ResidentLine | SealLine]] = {
    "household": HouseholdLine,
    "resident": ResidentLine,
    "seal": SealLine,
}
COLUMNS: dict[What, list[str]] = {
    what: [name for name in line.model_fields if name != "line"] for what, line in _LINES.items()
}
"""Of each table, named as the fields of its line."""
HEADER: TypeAdapter[Header] = TypeAdapter(Annotated[Header, Field(discriminator="kind")])
RECORD: TypeAdapter[HouseholdLine | ResidentLine | SealLine] = TypeAdapter(RecordLine)


def values_of(record: HouseholdLine | ResidentLine | SealLine) -> tuple[object, ...]:
    """Return what is written, in the order of the columns."""
    return tuple(getattr(record, name) for name in COLUMNS[record.line])


def cause_of(error: ValidationError) -> str:
    """Return what is wrong with a line: fields and why, never a value."""
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(
        f"{'.'.join(str(step) for step in fault['loc']) or 'line'}: {fault['msg']}"
        for fault in faults
    )
