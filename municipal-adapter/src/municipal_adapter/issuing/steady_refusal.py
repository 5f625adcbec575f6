"""Refusals about a person take the same time, whatever the reason.

Otherwise the time would tell a protected person (支援措置) from one who moved away (design §5).
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from madoguchi_wire.errors import PersonRefused

REFUSAL_S = 0.1
"""Longer than any refusal needs to be found."""


@asynccontextmanager
async def steady_refusal() -> AsyncGenerator[None]:
    """Let a refusal about a person out no sooner than 100 ms after entering."""
    loop = asyncio.get_running_loop()
    earliest = loop.time() + REFUSAL_S
    try:
        yield
    except PersonRefused:
        await asyncio.sleep(earliest - loop.time())
        raise
