"""Contents of one-page certificates of fictitious people, no two the same."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import cycle
from uuid import uuid4

from madoguchi_wire.order import Kind
from municipal_adapter.certificates.content import (
    Content,
    build_resident_record,
    build_seal_registration,
)
from municipal_adapter.claims.claims import new_certificate_number
from municipal_adapter.records.model import Resident, ResidentStatus
from municipal_adapter.synthetic import SyntheticMunicipality, synthetic_records

TOWNS = ("122033", "131130", "132047")


@cache
def synthetic_town(code: str) -> SyntheticMunicipality:
    """Return a fictitious municipality."""
    return synthetic_records(code)


def contents(kind: Kind, part: int) -> Iterator[Content]:
    """Yield contents without end; those of two parts (0 and 1) are of different people.

    The renderer remembers what it has set before: two measurements must not share people.
    """
    for code, resident in cycle(_people(part)):
        yield _content(kind, code, resident)


def _people(part: int) -> list[tuple[str, Resident]]:
    return [
        (code, one)
        for code in TOWNS
        for number, one in enumerate(synthetic_town(code).residents.values())
        if number % 2 == part and one.status is ResidentStatus.CURRENT
        if one.resident_id in synthetic_town(code).seals
    ]


def _content(kind: Kind, code: str, resident: Resident) -> Content:
    town = synthetic_town(code)
    household = town.household_of(resident.resident_id)
    issued_on, number, issuance = date(2026, 3, 1), new_certificate_number(), str(uuid4())
    if kind is Kind.RESIDENT_RECORD:
        return build_resident_record(
            town.office,
            household,
            [resident],
            relationship=True,
            honseki=True,
            issued_on=issued_on,
            certificate_number=number,
            issuance=issuance,
        )
    return build_seal_registration(
        town.office,
        resident,
        household.address,
        town.seals[resident.resident_id],
        issued_on=issued_on,
        certificate_number=number,
        issuance=issuance,
    )
