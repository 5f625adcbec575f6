"""An honest issuing server with a fictitious municipality, and where its cardholders come to."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from municipal_adapter.certificates.content import Mayor, Office
from municipal_adapter.certificates.office_seal import office_seal
from municipal_adapter.synthetic import synthetic_records
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.inside import adapter_inside
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.vendor.adapter_file import vendor_adapter_file
from municipal_adapter_testing.vendor.server import VendorServer
from municipal_adapter_testing.vendor.town import VendorTown

ICHIKAWA = "122033"


@pytest.fixture
async def server() -> AsyncIterator[VendorServer]:
    """An honest server with a fictitious municipality."""
    office = Office(
        "市川市",
        (Mayor("市川市長", "試験 太郎", date(2010, 1, 1)),),
        office_seal("市川市長之印"),
    )
    async with VendorServer(VendorTown(synthetic_records(ICHIKAWA)), office).running() as server:
        yield server


@pytest.fixture
async def counter(
    server: VendorServer,
    adapter_environment: dict[str, str],
    towns: dict[str, Town],
    centre: Centre,
    reception: Reception,
) -> AsyncIterator[Counter]:
    """Where cardholders of that town come to."""
    town = towns[ICHIKAWA]
    file = vendor_adapter_file(town, server.url)
    async with adapter_inside(adapter_environment | {"ADAPTER_FILES": file}) as adapter:
        yield Counter(adapter, centre, reception, town)
