"""Mappings that could never refuse: what the rules look for must be able to come out of them."""

from enum import StrEnum

from pydantic import AfterValidator

from municipal_adapter.records.mapping.field import FieldMapping
from municipal_adapter.records.model import ResidentStatus, SealStatus

OF_NO_RESIDENT = (ResidentStatus.LEAVING, ResidentStatus.MOVED_OUT, ResidentStatus.DECEASED)
OF_NO_SEAL = (SealStatus.SUSPENDED, SealStatus.CANCELLED)


def can_be_true(nobody: str) -> AfterValidator:
    """Return the check that a flag may be found true of someone.

    A constant alone says openly that the municipality's system has no such state; where that may
    not be said, the field takes no constant.

    Args:
        nobody: what a flag would mean that says the same of everybody.

    """

    def checked(mapping: FieldMapping) -> FieldMapping:
        for part in (mapping, *mapping.any_of):
            if part.from_ is None and part is not mapping:
                raise ValueError(f"a part of any_of is a column: a constant {nobody}")
            if part.codes is not None and True not in part.codes.values():
                raise ValueError(f"codes must have one that means true: else it {nobody}")
        return mapping

    return AfterValidator(checked)


def can_differ(mapping: FieldMapping) -> FieldMapping:
    """Pass a mapping that may say something else of each record, and never nothing but ours.

    Raises:
        ValueError: it is printed, or judged by a rule, and says the same of all.

    """
    parts = [part for part in mapping.join if not part.optional] or [mapping]
    if not any(_tells_apart(part) for part in parts):
        raise ValueError("says the same of all records: name a column that must not be empty")
    return mapping


def _tells_apart(part: FieldMapping) -> bool:
    return part.from_ is not None and (part.codes is None or len(set(part.codes.values())) > 1)


def is_absent(mapping: FieldMapping) -> FieldMapping:
    """Pass a mapping whose constant, if it is one, says that the records do not have it.

    Raises:
        ValueError: the same text would be printed of everybody.

    """
    if "constant" in mapping.model_fields_set:
        if mapping.constant != "":
            raise ValueError('the only constant here is "": the records do not have it')
    elif not any(_tells_apart(part) for part in mapping.join or (mapping,)):
        raise ValueError("says the same of all records: name a column")
    return mapping


def can_refuse(*values: StrEnum) -> AfterValidator:
    """Return the check that codes of a status have each of the values that refuse.

    `never` names those that the municipality's table does not have: where former residents are
    taken out of it, no code says that somebody is one.
    """

    def checked(mapping: FieldMapping) -> FieldMapping:
        if not set(mapping.never) < set(values):
            named = ", ".join(values)
            raise ValueError(f"never takes some of {named}, but not all of them")
        if mapping.codes is None:
            return mapping
        missing = set(values) - set(mapping.codes.values()) - set(mapping.never)
        if missing:
            named = ", ".join(sorted(missing))
            raise ValueError(f"no code means {named}: name its code, or `never: [{named}]`")
        return mapping

    return AfterValidator(checked)
