"""Telling a server that is down from one that hides a person.

Some servers hide whoever is protected behind an error: a page of HTML, a 500, half an answer. An
outage for one person alone would tell who that is. So the server's state is asked again: if it is
well, what went wrong is this person's matter, and refuses like everything else.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from municipal_adapter.records.source import SourceUnavailable
from municipal_adapter.records.vendor.answers import NotAnswered
from municipal_adapter.records.vendor.client import VendorClient
from municipal_adapter.records.vendor.state import state_of
from municipal_adapter.records.vendor.vendor_records import VendorRecords

SEVERAL, LATELY_S = 3, 60.0
"""So many different requests that fail within so many seconds, and none between them that goes
well, are an outage whatever the state says."""


class OneAlone:
    """What went wrong lately, and for whom; one for each kind of request."""

    def __init__(self, client: VendorClient, records: VendorRecords) -> None:
        self._client, self._records = client, records
        self._failed: dict[str, float] = {}

    @asynccontextmanager
    async def about(self, whose: str) -> AsyncGenerator[None]:
        """Ask about one person inside.

        Args:
            whose: tells requests apart; kept in memory alone.

        Raises:
            NotAnswered: the server is well, and this request alone goes wrong.
            SourceUnavailable: the server is down, for everybody.

        """
        try:
            yield
        except SourceUnavailable as fault:
            await state_of(self._client, self._records)
            if self._fails_for_several(whose):
                raise
            raise NotAnswered(str(fault)) from None
        self._failed.clear()

    def _fails_for_several(self, whose: str) -> bool:
        now = asyncio.get_running_loop().time()
        lately = {one: at for one, at in self._failed.items() if now - at < LATELY_S}
        self._failed = lately | {whose: now}
        return len(self._failed) >= SEVERAL
