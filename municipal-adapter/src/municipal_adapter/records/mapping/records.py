"""The mappings of our three records, and rows made into them."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from municipal_adapter.records.mapping.field import FieldMapping
from municipal_adapter.records.mapping.reader import RowReader
from municipal_adapter.records.mapping.refusing import (
    OF_NO_RESIDENT,
    OF_NO_SEAL,
    can_be_true,
    can_differ,
    can_refuse,
    is_absent,
)
from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    SealStatus,
    Sex,
)
from municipal_adapter.records.source import UnmappableRecord


def _of(*origins: str, era_date: bool = False, is_status: bool = False) -> AfterValidator:
    """Return the check that a mapping is of a shape that its field can be read from.

    Any other shape would be read as empty, or not as the municipality means it.
    """

    def checked(mapping: FieldMapping) -> FieldMapping:
        if mapping.origin not in origins:
            raise ValueError(f"this field takes {' or '.join(origins)}, not {mapping.origin}")
        if mapping.era_date and not era_date:
            raise ValueError("this field is no date: era_date means nothing here")
        if any(part.never for part in (mapping, *mapping.any_of, *mapping.join)) and not is_status:
            raise ValueError("this field is no status: never means nothing here")
        if mapping.codes is not None and era_date:
            raise ValueError("this field is a date: codes mean nothing here")
        return mapping

    return AfterValidator(checked)


def _only(values: tuple[str | bool, ...]) -> AfterValidator:
    named = ", ".join(str(value).lower() for value in values)

    def checked(mapping: FieldMapping) -> FieldMapping:
        for part in (mapping, *mapping.any_of):
            ours = list((part.codes or {}).values())
            if "constant" in part.model_fields_set:
                ours.append(part.constant if part.constant is not None else "")
            if not all(
                isinstance(one, bool) is isinstance(values[0], bool) and one in values
                for one in ours
            ):
                raise ValueError(f"codes and constants must be of: {named}")
        return mapping

    return AfterValidator(checked)


TextMapping = Annotated[FieldMapping, _of("from", "join"), AfterValidator(can_differ)]
AbsentTextMapping = Annotated[
    FieldMapping, _of("from", "join", "constant"), AfterValidator(is_absent)
]
"""Of what a municipality's records may not have: a constant, which must be empty, says so."""
DateMapping = Annotated[FieldMapping, _of("from", era_date=True)]
PictureMapping = Annotated[FieldMapping, _of("from")]
PendingMapping = Annotated[
    FieldMapping,
    _of("from", "any_of", "constant"),
    _only((True, False)),
    can_be_true("holds nobody back"),
]
"""A constant says that a notice is registered in one step, so that nothing is ever pending."""
SexMapping = Annotated[FieldMapping, _of("from"), _only(tuple(Sex)), AfterValidator(can_differ)]
ProtectedMapping = Annotated[
    FieldMapping, _of("from", "any_of"), _only((True, False)), can_be_true("protects nobody")
]
StatusMapping = Annotated[
    FieldMapping,
    _of("from", is_status=True),
    _only(tuple(ResidentStatus)),
    can_refuse(*OF_NO_RESIDENT),
]
SealStatusMapping = Annotated[
    FieldMapping, _of("from", is_status=True), _only(tuple(SealStatus)), can_refuse(*OF_NO_SEAL)
]


class MappedFields(BaseModel):
    """The fields of one of our records, each with its mapping."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def mappings(self) -> Iterator[tuple[str, FieldMapping]]:
        """Return our fields, each with its mapping."""
        for name in type(self).model_fields:
            mapping: FieldMapping = getattr(self, name)
            yield name, mapping

    def columns(self) -> list[str]:
        """Return all columns or paths that the fields are made of."""
        parts = (part for _, mapping in self.mappings() for part in mapping.columns())
        return [part.from_ for part in parts if part.from_ is not None]


class ResidentFields(MappedFields):
    """Where each field of a `Resident` comes from; each is named, so that none is forgotten."""

    resident_id: TextMapping
    household_id: TextMapping
    name: TextMapping
    name_kana: AbsentTextMapping
    alias: AbsentTextMapping
    birth_date: DateMapping
    sex: SexMapping
    relationship: TextMapping
    became_resident_on: DateMapping
    moved_here_on: DateMapping
    previous_address: AbsentTextMapping
    honseki: TextMapping
    family_head: TextMapping
    status: StatusMapping
    change_pending: PendingMapping
    protected: ProtectedMapping

    def resident(self, row: Mapping[str, object]) -> Resident:
        """Return the resident of a row.

        Raises:
            UnmappableRecord: the row cannot be understood; the cause names the field.

        """
        read = RowReader("residents", row)
        number = read.text("resident_id", self.resident_id)
        try:
            return self._resident(number, read)
        except UnmappableRecord as fault:
            raise UnmappableRecord(fault.cause, number) from None

    def _resident(self, number: str, read: RowReader) -> Resident:
        return Resident(
            resident_id=number,
            household_id=read.text("household_id", self.household_id),
            name=read.text("name", self.name),
            name_kana=read.text_or_empty("name_kana", self.name_kana),
            alias=read.text_or_none("alias", self.alias),
            birth_date=read.day("birth_date", self.birth_date),
            sex=read.one_of("sex", self.sex, Sex),
            relationship=read.text("relationship", self.relationship),
            became_resident_on=read.day("became_resident_on", self.became_resident_on),
            moved_here_on=read.day_or_none("moved_here_on", self.moved_here_on),
            previous_address=read.text_or_none("previous_address", self.previous_address),
            honseki=read.text("honseki", self.honseki),
            family_head=read.text_or_empty("family_head", self.family_head),
            status=read.one_of("status", self.status, ResidentStatus),
            change_pending=read.flag("change_pending", self.change_pending),
            protected=read.flag("protected", self.protected),
        )


class HouseholdFields(MappedFields):
    """Where each field of a `Household` comes from."""

    household_id: TextMapping
    address: TextMapping
    head_name: TextMapping

    def household(self, row: Mapping[str, object], members: tuple[Resident, ...]) -> Household:
        """Return the household of a row with its members of today, in legal order.

        Raises:
            UnmappableRecord: the row cannot be understood; the cause names the field.

        """
        read = RowReader("households", row)
        return Household(
            household_id=read.text("household_id", self.household_id),
            address=read.text("address", self.address),
            head_name=read.text("head_name", self.head_name),
            members=members,
        )


class SealFields(MappedFields):
    """Where each field of a `SealRegistration` comes from."""

    resident_id: TextMapping
    registration_number: TextMapping
    registered_on: DateMapping
    registered_name: TextMapping
    picture_png: PictureMapping
    status: SealStatusMapping

    def seal(self, row: Mapping[str, object]) -> SealRegistration:
        """Return the seal registration of a row.

        Raises:
            UnmappableRecord: the row cannot be understood; the cause names the field.

        """
        read = RowReader("seals", row)
        return SealRegistration(
            resident_id=read.text("resident_id", self.resident_id),
            registration_number=read.text("registration_number", self.registration_number),
            registered_on=read.day("registered_on", self.registered_on),
            registered_name=read.text("registered_name", self.registered_name),
            picture_png=read.seal_picture("picture_png", self.picture_png),
            status=read.one_of("status", self.status, SealStatus),
        )
