"""The deadline that the gateway passed down: work that nobody waits for any more ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from madoguchi_wire.errors import MadoguchiError


@asynccontextmanager
async def until(deadline: datetime, now: datetime, late: MadoguchiError) -> AsyncGenerator[None]:
    """Break off what is still under way at the deadline, and free what it holds.

    Args:
        deadline: the gateway's.
        now: by the same kind of clock.
        late: raised then.

    """
    try:
        async with asyncio.timeout((deadline - now).total_seconds()):
            yield
    except TimeoutError:
        raise late from None
