"""Contents of certificates of fictitious people."""

from datetime import date
from functools import cache
from io import BytesIO
from uuid import uuid4

import pikepdf
from municipal_adapter.certificates.content import (
    ResidentRecordContent,
    SealRegistrationContent,
    build_resident_record,
    build_seal_registration,
)
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.readback.fonts.approved import ApprovedFonts, open_approved
from municipal_adapter.synthetic import Case, SyntheticMunicipality, synthetic_records

ISSUED_ON = date(2026, 3, 1)
NUMBER = "2026-0301-000123"


@cache
def approved_fonts() -> ApprovedFonts:
    """Return the fonts that the adapter brings, as read-back compares with them."""
    return open_approved([(font.path, font.digest) for font in Fonts().approved])


def pages_of(pdf: bytes) -> int:
    """Return how many pages a document has."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.pages)


@cache
def ichikawa() -> SyntheticMunicipality:
    """Return the records of one municipality."""
    return synthetic_records("122033")


def resident_record(
    case: Case, *, relationship: bool = True, honseki: bool = True, members: int | None = None
) -> ResidentRecordContent:
    """Return the record of the household of a case, of its first members or of all."""
    town = ichikawa()
    household = town.household_of(town.cases[case])
    return build_resident_record(
        town.office,
        household,
        household.members[:members],
        relationship=relationship,
        honseki=honseki,
        issued_on=ISSUED_ON,
        certificate_number=NUMBER,
        issuance=str(uuid4()),
    )


def seal_registration(case: Case) -> SealRegistrationContent:
    """Return the seal certificate of the person of a case."""
    town = ichikawa()
    holder = town.residents[town.cases[case]]
    return build_seal_registration(
        town.office,
        holder,
        town.household_of(holder.resident_id).address,
        town.seals[holder.resident_id],
        issued_on=ISSUED_ON,
        certificate_number=NUMBER,
        issuance=str(uuid4()),
    )
