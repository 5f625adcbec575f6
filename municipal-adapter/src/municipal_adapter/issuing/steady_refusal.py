"""Refusals about a person take the same time, whatever the reason.

Otherwise the time would tell a protected person (支援措置) from one who moved away (design §5).
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from math import ceil

from madoguchi_wire.errors import PersonRefused

from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.records.vendor.vendor_records import VendorRecords

STEP_S, VENDOR_STEP_S = 0.1, 1.0
"""Longer than a refusal needs to be found in a database, and on a vendor's server."""


@asynccontextmanager
async def steady_refusal(municipality: Municipality) -> AsyncGenerator[None]:
    """Let a refusal about a person out only after whole steps of time since entering."""
    loop = asyncio.get_running_loop()
    entered = loop.time()
    by_vendor = isinstance(municipality.file.records, VendorRecords)
    step = VENDOR_STEP_S if by_vendor else STEP_S
    try:
        yield
    except PersonRefused:
        steps = ceil((loop.time() - entered) / step)
        await asyncio.sleep(entered + steps * step - loop.time())
        raise
