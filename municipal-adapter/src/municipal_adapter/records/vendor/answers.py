"""From a vendor's JSON to our records, by the pointers and the mapping of the adapter file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
)
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.records.vendor.vendor_records import Record, VendorRecords

Json = Mapping[str, object]
_OF_TODAY = (ResidentStatus.CURRENT, ResidentStatus.LEAVING)


class NotAnswered(Exception):
    """The server is well, but refuses just this request, or leaves parts out of its answer.

    Of one person it is that person's record that cannot be understood: such servers hide who is
    protected, and nobody may be told apart by an outage of their own.
    """


@dataclass(frozen=True)
class RecordAnswer:
    """One resident's records, of one version."""

    version: str
    resident: Resident = field(repr=False)
    household: Household = field(repr=False)
    seal: SealRegistration | UnmappableRecord | None = field(repr=False)
    """What cannot be understood refuses certificates of the seal alone."""


def at(answer: Json, pointer: str) -> object:
    """Return what a dotted path leads to.

    Raises:
        NotAnswered: it leads nowhere.

    """
    found: object = answer
    for step in pointer.split("."):
        inside = object_of(found)
        if step not in inside:
            raise NotAnswered(f"the vendor's answer has no {pointer}")
        found = inside[step]
    return found


def text_at(answer: Json, pointer: str) -> str:
    """Return a text or number as text.

    Raises:
        NotAnswered: there is none.

    """
    found = at(answer, pointer)
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        raise NotAnswered(f"the vendor's answer has no text at {pointer}")
    return str(found)


def moment_at(answer: Json, pointer: str) -> datetime:
    """Return a moment.

    Raises:
        NotAnswered: there is none, or one without an offset.

    """
    try:
        moment = datetime.fromisoformat(text_at(answer, pointer))
    except ValueError:
        raise NotAnswered(f"the vendor's answer has no moment at {pointer}") from None
    if moment.tzinfo is None:
        raise NotAnswered(f"the vendor's answer has a moment without offset at {pointer}")
    return moment


def objects_of(found: object) -> list[Json]:
    """Return the objects of a list.

    Raises:
        NotAnswered: it is no list of objects.

    """
    return [object_of(one) for one in list_of(found)]


def list_of(found: object) -> list[object]:
    """Return a list.

    Raises:
        NotAnswered: it is none.

    """
    if not isinstance(found, list):
        raise NotAnswered("the vendor's answer has no list of residents")
    return cast("list[object]", found)


def record_of(records: VendorRecords, where: Record, answer: Json) -> RecordAnswer:
    """Return the records that an answer holds.

    Raises:
        NotAnswered: parts of the answer are missing.
        UnmappableRecord: a record cannot be understood, or they do not belong together.

    """
    resident = records.residents.resident(object_of(at(answer, where.resident)))
    listed = objects_of(at(answer, where.members))
    members = [records.residents.resident(one) for one in listed]
    of_today = tuple(one for one in members if one.status in _OF_TODAY)
    household = records.households.household(object_of(at(answer, where.household)), of_today)
    of_the_same_number = [one for one in members if one.resident_id == resident.resident_id]
    if of_the_same_number != [resident]:
        # Numbers exchanged within a household would otherwise print the other one's entry.
        raise UnmappableRecord("households.members: the resident's own entry differs, or is twice")
    if any(one.household_id != household.household_id for one in (resident, *of_today)):
        raise UnmappableRecord("households.members: somebody of another household")
    return RecordAnswer(
        version=text_at(answer, where.version),
        resident=resident,
        household=household,
        seal=_seal(records, at(answer, where.seal)),
    )


def _seal(records: VendorRecords, found: object) -> SealRegistration | UnmappableRecord | None:
    try:
        return None if found is None else records.seals.seal(object_of(found))
    except NotAnswered as fault:
        return UnmappableRecord(f"seal: {fault}")
    except UnmappableRecord as fault:
        return fault


def object_of(found: object) -> Json:
    """Return an object.

    Raises:
        NotAnswered: it is none.

    """
    if not isinstance(found, Mapping):
        raise NotAnswered("the vendor's answer has something else where a record should be")
    return cast("Json", found)
