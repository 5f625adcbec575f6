"""An adapter inside the test's own process, and records that change between two reads of it."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from unittest.mock import patch

from madoguchi_wire.kit.health import Health
from municipal_adapter.composition import create_app
from municipal_adapter.parts import Adapter
from municipal_adapter.records.model import Household, Resident, SealRegistration
from municipal_adapter.records.source import RecordSnapshot, RecordSource, SourceFault
from municipal_adapter.settings import Settings


@asynccontextmanager
async def adapter_inside(environment: Mapping[str, str]) -> AsyncGenerator[Adapter]:
    """Open an adapter as its process would, without listening."""
    with patch.dict(os.environ, environment):
        app = create_app(Settings(), Health())  # pyright: ignore[reportCallIssue]
    async with app.router.lifespan_context(app):
        adapter: Adapter = app.state.adapter
        yield adapter


@dataclass
class Reads:
    """Counts reads, and lets something happen right before one of them."""

    happens_before: int
    change: Callable[[], Awaitable[None]]
    count: int = field(default=0, init=False)

    async def next(self) -> None:
        """Note that a read begins."""
        if self.count == self.happens_before:
            await self.change()
        self.count += 1


@dataclass(frozen=True)
class ChangingSource:
    """A source whose records change before one of the reads."""

    source: RecordSource
    reads: Reads

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[RecordSnapshot]:
        """Open a snapshot, which counts as a read."""
        await self.reads.next()
        async with self.source.snapshot() as snapshot:
            yield _ChangingSnapshot(snapshot, self.reads)

    async def check(self) -> str | None:
        """As the source."""
        return await self.source.check()

    async def close(self) -> None:
        """As the source."""
        await self.source.close()


@dataclass(frozen=True)
class _ChangingSnapshot:
    snapshot: RecordSnapshot
    reads: Reads

    @property
    def version(self) -> str:
        return self.snapshot.version

    @property
    def current_as_of(self) -> datetime:
        return self.snapshot.current_as_of

    @property
    def fault(self) -> SourceFault | None:
        return self.snapshot.fault

    async def resident(self, resident_id: str) -> Resident | None:
        await self.reads.next()
        return await self.snapshot.resident(resident_id)

    async def household(self, household_id: str) -> Household:
        await self.reads.next()
        return await self.snapshot.household(household_id)

    async def seal_of(self, resident_id: str) -> SealRegistration | None:
        await self.reads.next()
        return await self.snapshot.seal_of(resident_id)

    async def born_on(self, birth_date: date) -> list[Resident]:
        await self.reads.next()
        return await self.snapshot.born_on(birth_date)
