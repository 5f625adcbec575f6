"""Refusals about a person take the same time, whatever the reason.

Otherwise the time would tell a protected person (支援措置) from one who moved away (design §5).
"""

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from madoguchi_wire.errors import PersonRefused

from municipal_adapter.records.choice import Records
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter.records.vendor.vendor_records import VendorRecords

OWN_S = 0.1
"""Longer than any refusal needs that is found in the adapter's own database."""
OTHERS_S = 0.5
"""The same where each answer comes from a database that others built."""
_TIMEOUTS = 2
"""The same where it comes from a vendor's server, in timeouts of a question: one may hang, and the
others together take less than one."""


def step_of(records: Records) -> float:
    """Return how long a refusal takes, in seconds, whose reason is found in these records."""
    if isinstance(records, VendorRecords):
        return _TIMEOUTS * records.timeout_seconds
    return OTHERS_S if isinstance(records, SqlRecords) else OWN_S


@asynccontextmanager
async def steady_refusal(step: float) -> AsyncGenerator[None]:
    """Let a refusal about a person out only at whole multiples of `step` seconds after entering.

    One that took longer than a step waits for the next, so that not even a slow source of records
    tells more than how many steps it took.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        yield
    except PersonRefused:
        steps = math.floor((loop.time() - began) / step) + 1
        await asyncio.sleep(began + steps * step - loop.time())
        raise
