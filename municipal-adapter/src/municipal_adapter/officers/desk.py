"""An officer's desk: one municipality's database and records, for one command."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import aiohttp
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.card_authorities import read_authorities
from madoguchi_wire.kit.pool import Pool
from madoguchi_wire.kit.settings import CommonSettings

from municipal_adapter.cardholders.binding import Binding
from municipal_adapter.cardholders.registrations import Registrations, register
from municipal_adapter.database.opening import open_database
from municipal_adapter.evidence.sealing import read_public_key
from municipal_adapter.evidence.store import EvidenceStore
from municipal_adapter.inputs import secret, told_of
from municipal_adapter.municipality.file import AdapterFile
from municipal_adapter.officers.named import by_name_and_reason
from municipal_adapter.officers.refusals import Refusals
from municipal_adapter.officers.stops import StopList, Stopped
from municipal_adapter.records.choice import open_source
from municipal_adapter.records.source import RecordSource, SourceUnavailable, UnmappableRecord
from municipal_adapter.witness.book import WitnessBook


@dataclass(frozen=True)
class Officer:
    """Who decides, why, and how sure they are of the number."""

    name: str
    reason: str
    even_if_unknown: bool = False


@dataclass(frozen=True)
class Desk:
    """What an officer works with."""

    path: Path
    """Of the adapter file."""
    file: AdapterFile
    pool: Pool
    clock: Clock
    http: aiohttp.ClientSession
    binding: Binding
    authorities: frozenset[str]
    """Names of those whose cards are accepted."""

    @asynccontextmanager
    async def records(self) -> AsyncGenerator[RecordSource]:
        """Open the records as they are, importing nothing.

        A command that does without them works while their source is away or broken.

        Raises:
            ValueError: they do not fit the adapter file; each line begins with its path.

        """
        file = self.file
        try:
            source = await open_source(
                file.records, file.municipality, self.pool, self.clock, self.http, follow=False
            )
        except ValueError as fault:
            lines = str(fault).splitlines()
            raise ValueError("\n".join(f"{self.path}: {line}" for line in lines)) from None
        try:
            yield source
        finally:
            await source.close()

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

    @property
    def witness_book(self) -> WitnessBook:
        """What was seen of the centre's stamps."""
        return WitnessBook(self.pool)

    async def stop(self, resident_id: str, what: Stopped, who: Officer) -> UUID:
        """Stop a person or a seal; the number must be the records' own spelling.

        Raises:
            ValueError: officer or reason is blank; or the records have nobody of this number, or
                what they have cannot be understood, and it is not told to stop anyway.

        """
        by_name_and_reason(who.name, who.reason)
        if not who.even_if_unknown and not await self._is_known(resident_id):
            raise ValueError(
                "the records have no resident of this number, spelt like this: nobody is stopped; "
                "--even-if-unknown stops the number as it is typed"
            )
        return await self.stops.stop(resident_id, what, who.name, who.reason)

    async def _is_known(self, resident_id: str) -> bool:
        try:
            async with self.records() as records, records.snapshot() as snapshot:
                found = await snapshot.resident(resident_id)
        except UnmappableRecord as fault:
            # A tolerant server answers another spelling with somebody, whom a stop of it misses.
            raise ValueError(
                "the record of this number, spelt like this, cannot be understood "
                f"({fault.cause}): nobody is stopped; --even-if-unknown stops the number as it is "
                "typed"
            ) from None
        except (SourceUnavailable, ValueError):
            raise ValueError(
                "the records do not answer at the moment, so the number cannot be looked up: "
                "--even-if-unknown stops it as it is typed"
            ) from None
        return found is not None and found.resident_id == resident_id

    async def register_card(self, card: CardIdentity, resident_id: str) -> None:
        """Register a card for a resident, bound to the name and birth date of today.

        Raises:
            ValueError: no such resident or authority, the card is another resident's, or the
                records cannot be read.

        """
        if card.authority not in self.authorities:
            known = ", ".join(sorted(self.authorities))
            raise ValueError(f"cards of this authority are not accepted here, only of: {known}")
        before = await self.cards.of_card(card)
        if before is not None and before.resident_id != resident_id:
            raise ValueError("this card is registered for another resident: end it first")
        try:
            async with self.records() as records, records.snapshot() as snapshot:
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

    @property
    def cards(self) -> Registrations:
        """Which card is whose."""
        return Registrations(self.pool)

    async def end_card(self, card: CardIdentity) -> None:
        """Stop a card at once, as when it was lost or replaced.

        Raises:
            ValueError: it is not registered.

        """
        if not await self.cards.end(card):
            raise ValueError("this card is not registered, or was ended before")


@asynccontextmanager
async def desk_of(path: Path, file: AdapterFile, common: CommonSettings) -> AsyncGenerator[Desk]:
    """Open the desk of the municipality of an adapter file.

    Raises:
        ValueError: a key or the card authorities cannot be read, or the database does not answer.

    """
    with told_of(path, "keys.registrations"):
        key = secret(file.keys.registrations)
    with told_of(path, "card_authorities"):
        accepted = read_authorities(file.card_authorities, common.environment)
    names = frozenset(one.authority.name for one in accepted)
    async with (
        await open_database(
            path, file.database_url, common.clock_offset, "madoguchi-officer"
        ) as pool,
        aiohttp.ClientSession() as http,
    ):
        yield Desk(path, file, pool, common.clock(), http, Binding(key), names)
