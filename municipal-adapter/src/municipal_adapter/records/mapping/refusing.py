"""Mappings that could never refuse: what the rules look for must be able to come out of them."""

from enum import StrEnum

from pydantic import AfterValidator

from municipal_adapter.records.mapping.field import FieldMapping
from municipal_adapter.records.model import ResidentStatus, SealStatus

OF_NO_RESIDENT = (ResidentStatus.LEAVING, ResidentStatus.MOVED_OUT, ResidentStatus.DECEASED)
OF_NO_SEAL = (SealStatus.SUSPENDED, SealStatus.CANCELLED)


def can_protect(mapping: FieldMapping) -> FieldMapping:
    """Pass a mapping of protection measures (支援措置) that someone may be found protected by.

    Raises:
        ValueError: a part of it says the same of everybody.

    """
    for part in (mapping, *mapping.any_of):
        if part.from_ is None and part is not mapping:
            raise ValueError("a part of any_of is a column: a constant protects nobody")
        if part.codes is not None and True not in part.codes.values():
            raise ValueError("codes must have one that means true: else nobody is protected")
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
