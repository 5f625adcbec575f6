"""Faults planted into what a source of records answers: nothing leaves."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

import pytest
from madoguchi_wire.errors import ReadBackFailed
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions
from municipal_adapter.issuing.prepare import prepare
from municipal_adapter.parts import Adapter
from municipal_adapter.records.model import Household, Resident, SealRegistration
from municipal_adapter.records.source import RecordSnapshot, RecordSource, SourceFault
from municipal_adapter_testing.asking import prepare_statement
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.inside import adapter_inside
from municipal_adapter_testing.reception import Living, Person, Reception
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"
Plant = Callable[[Household], Household]


@pytest.fixture
async def inside(adapter_environment: dict[str, str]) -> AsyncIterator[Adapter]:
    """An adapter in this process."""
    async with adapter_inside(adapter_environment) as opened:
        yield opened


@dataclass(frozen=True)
class FaultySource:
    """A source that answers with a fault when it is asked for one household."""

    source: RecordSource
    household: str
    plant: Plant

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[RecordSnapshot]:
        """Open a snapshot."""
        async with self.source.snapshot() as snapshot:
            yield FaultySnapshot(snapshot, self.household, self.plant)

    async def check(self) -> str | None:
        """Nothing is wrong, it says."""
        return None

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True)
class FaultySnapshot:
    """Its snapshot."""

    snapshot: RecordSnapshot
    wrong: str
    plant: Plant

    @property
    def version(self) -> str:
        """As it is."""
        return self.snapshot.version

    @property
    def current_as_of(self) -> datetime:
        """As it is."""
        return self.snapshot.current_as_of

    @property
    def fault(self) -> SourceFault | None:
        """As it is."""
        return self.snapshot.fault

    async def resident(self, resident_id: str) -> Resident | None:
        """As it is, but for a person whom the fault concerns."""
        found = await self.snapshot.resident(resident_id)
        if found is None or found.household_id != self.wrong:
            return found
        household = await self.household(self.wrong)
        return next((one for one in household.members if one.resident_id == resident_id), found)

    async def household(self, household_id: str) -> Household:
        """With the fault, where it is planted."""
        found = await self.snapshot.household(household_id)
        return self.plant(found) if household_id == self.wrong else found

    async def seal_of(self, resident_id: str) -> SealRegistration | None:
        """As it is."""
        return await self.snapshot.seal_of(resident_id)

    async def born_on(self, birth_date: date) -> list[Resident]:
        """As it is."""
        return await self.snapshot.born_on(birth_date)


async def refused(
    inside: Adapter, centre: Centre, visit: Visit, options: Options, living: Living, plant: Plant
) -> None:
    honest = inside.municipalities[ICHIKAWA]
    source = FaultySource(honest.records, living.household, plant)
    municipality = replace(honest, records=source)
    order, issuance = visit.order(options), uuid4()
    token = prepare_statement(visit, order, str(issuance)).signed_by(centre.gateway)
    with pytest.raises(ReadBackFailed):
        await prepare(inside, municipality, issuance, token)
    assert await municipality.evidence.sealed(issuance) is not None


async def test_a_second_household_in_the_list_does_not_leave(
    inside: Adapter, centre: Centre, reception: Reception
) -> None:
    living = await reception.settle(ICHIKAWA, Person())
    stranger = await reception.settle(ICHIKAWA, Person(name="別人 次郎", born=date(1970, 7, 7)))
    visit = await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))
    honest = inside.municipalities[ICHIKAWA]
    async with honest.records.snapshot() as snapshot:
        added = await snapshot.resident(stranger.resident)
    assert added is not None
    joined = replace(added, household_id=living.household)

    def plant(household: Household) -> Household:
        return replace(household, members=(*household.members, joined))

    session = visit.digest
    handles = [honest.handles.of(session, one) for one in (living.resident, stranger.resident)]
    options = ResidentRecordOptions(members=tuple(handles))
    await refused(inside, centre, visit, options, living, plant)


@pytest.mark.parametrize("options", [ResidentRecordOptions(), SealRegistrationOptions()])
async def test_a_record_that_another_question_does_not_find_again_does_not_leave(
    inside: Adapter, centre: Centre, reception: Reception, options: Options
) -> None:
    """A cache or join that mixes rows: the way there says one birth date, the way back another."""
    living = await reception.settle(ICHIKAWA, Person())
    card = reception.stranger(ICHIKAWA)
    wrong = replace(living, born=date(1999, 9, 9))
    visit = await reception.visit(ICHIKAWA, card)
    await reception.hand_over(ICHIKAWA, card, wrong)

    def plant(household: Household) -> Household:
        members = tuple(replace(one, birth_date=wrong.born) for one in household.members)
        return replace(household, members=members)

    await refused(inside, centre, visit, options, living, plant)
