"""An officer's desk: one municipality's database and records, for one command."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import aiohttp
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.kit.pool import Pool, open_pool
from madoguchi_wire.kit.settings import CommonSettings

from municipal_adapter.cardholders.binding import Binding
from municipal_adapter.cardholders.registrations import Registrations, register
from municipal_adapter.evidence.sealing import read_public_key
from municipal_adapter.evidence.store import EvidenceStore
from municipal_adapter.municipality.file import AdapterFile
from municipal_adapter.officers.refusals import Refusals
from municipal_adapter.officers.stops import StopList, Stopped
from municipal_adapter.records.choice import open_source
from municipal_adapter.records.source import RecordSource, SourceUnavailable, UnmappableRecord


@dataclass(frozen=True)
class Officer:
    """Who decides, why, and how sure they are of the number."""

    name: str
    reason: str
    even_if_unknown: bool = False


@dataclass(frozen=True)
class Desk:
    """What an officer works with."""

    file: AdapterFile
    pool: Pool
    records: RecordSource
    binding: Binding

    @property
    def stops(self) -> StopList:
        """Stops of persons and seals."""
        return StopList(self.pool)

    @property
    def refusals(self) -> Refusals:
        """Why persons were refused."""
        return Refusals(self.pool)

    @property
    def evidence(self) -> EvidenceStore:
        """Documents that did not pass."""
        key = read_public_key(self.file.keys.evidence)
        return EvidenceStore(self.pool, self.file.municipality, key)

    async def stop(self, resident_id: str, what: Stopped, who: Officer) -> UUID:
        """Stop a person or a seal; the number must be the records' own spelling.

        Raises:
            ValueError: the records have nobody of this number, and it is not told to stop anyway.

        """
        if not who.even_if_unknown and not await self._is_known(resident_id):
            raise ValueError(
                "the records have no resident of this number, spelt like this: nobody is stopped; "
                "--even-if-unknown stops the number as it is typed"
            )
        return await self.stops.stop(resident_id, what, who.name, who.reason)

    async def _is_known(self, resident_id: str) -> bool:
        try:
            async with self.records.snapshot() as snapshot:
                return await snapshot.resident(resident_id) is not None
        except UnmappableRecord:
            return True
        except SourceUnavailable:
            raise ValueError(
                "the records do not answer at the moment, so the number cannot be looked up: "
                "--even-if-unknown stops it as it is typed"
            ) from None

    async def register_card(self, card: CardIdentity, resident_id: str) -> None:
        """Register a card for a resident, bound to the name and birth date of today.

        Raises:
            ValueError: no such resident, or the records cannot be read.

        """
        try:
            async with self.records.snapshot() as snapshot:
                resident = await snapshot.resident(resident_id)
        except SourceUnavailable:
            raise ValueError("the records do not answer at the moment: try again") from None
        except UnmappableRecord as fault:
            raise ValueError(f"this resident's record cannot be understood: {fault}") from None
        if resident is None:
            raise ValueError("the records have no resident of this number")
        made = self.binding.made(card, resident_id, resident.name, resident.birth_date)
        async with self.pool.acquire() as connection:
            await register(connection, made)

    async def end_card(self, card: CardIdentity) -> None:
        """Stop a card at once, as when it was lost or replaced.

        Raises:
            ValueError: it is not registered.

        """
        if not await Registrations(self.pool).end(card):
            raise ValueError("this card is not registered, or was ended before")


@asynccontextmanager
async def desk_of(file: AdapterFile, common: CommonSettings) -> AsyncGenerator[Desk]:
    """Open the desk of the municipality of an adapter file.

    Raises:
        ValueError: the records do not fit the adapter file.
        OSError: the database does not answer.

    """
    offset = common.clock_offset
    key = file.keys.registrations.read_bytes()
    async with (
        await open_pool(file.database_url, offset, service="madoguchi-officer") as pool,
        aiohttp.ClientSession() as http,
    ):
        records = await open_source(file.records, file.municipality, pool, common.clock(), http)
        try:
            yield Desk(file, pool, records, Binding(key))
        finally:
            await records.close()
