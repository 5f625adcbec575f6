"""A sample rendered and read back at start, so that a replica that cannot is never ready.

It also warms the renderer up: the first certificate of a process costs much more than the next.
"""

from datetime import date

from madoguchi_wire.kit.health import Check

from municipal_adapter.certificates.content import (
    Issue,
    ResidentEntry,
    ResidentRecordContent,
)
from municipal_adapter.certificates.unprintable import Unprintable
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.records.model import Sex

_SAMPLE = "見本"


async def self_test(municipality: Municipality) -> Check:
    """Return the health check that tells how the sample went."""
    fault = None
    try:
        if isinstance(municipality.documents, RenderWorkers):  # a vendor's server has no sample
            await municipality.documents.render_and_read_back(_sample(municipality))
    except (ReadBackMismatch, Unprintable, ValueError, RuntimeError, OSError) as error:
        fault = f"the sample did not come out right ({error}): are the templates and fonts ours?"

    async def check() -> str | None:
        return fault

    return check


def _sample(municipality: Municipality) -> ResidentRecordContent:
    day = date(2026, 1, 1)
    office = municipality.office
    entry = ResidentEntry(
        name=_SAMPLE,
        name_kana="ミホン",
        alias=None,
        birth_date=day,
        sex=Sex.FEMALE,
        foreign=False,
        became_resident_on=day,
        moved_here_on=day,
        previous_address=None,
        relationship=None,
        honseki=None,
        family_head=None,
    )
    return ResidentRecordContent(
        issue=Issue(
            municipality_name=office.municipality_name,
            mayor=office.mayors[0],
            office_seal_png=office.seal_png,
            issued_on=day,
            certificate_number="000000000000",
            issuance="00000000-0000-4000-8000-000000000000",
            test=False,
        ),
        address=_SAMPLE,
        head_name=_SAMPLE,
        whole_household=True,
        residents=(entry,),
    )
