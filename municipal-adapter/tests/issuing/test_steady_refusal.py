"""Refusals come out at fixed moments, however long their reason took to find."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madoguchi_wire.errors import PersonRefused, UnderAge
from municipal_adapter.issuing.prepare import prepare
from municipal_adapter.issuing.steady_refusal import OWN_S, steady_refusal
from municipal_adapter_testing.asking import prepare_statement
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.inside import ChangingSource, Reads, adapter_inside
from municipal_adapter_testing.reception import Person, Reception
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"
STEP_S = 0.05
READ_S = 0.02
NOISE_S = 0.015


@dataclass
class SlowReads(Reads):
    """Reads that each take a while, so that the time would tell how many there were."""

    async def next(self) -> None:
        """Wait for one."""
        await asyncio.sleep(READ_S)


@settings(max_examples=20, deadline=None)
@given(work=st.floats(0, 2.6 * STEP_S), problem=st.sampled_from([PersonRefused, UnderAge]))
async def test_a_refusal_takes_whole_steps(work: float, problem: type[PersonRefused]) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def refused() -> None:
        async with steady_refusal(STEP_S):
            await asyncio.sleep(work)
            raise problem()

    with pytest.raises(problem):
        await refused()
    took = loop.time() - began
    assert took >= (work // STEP_S + 1) * STEP_S - 0.001


async def test_what_is_no_refusal_waits_for_nothing() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with steady_refusal(60 * OWN_S):
        pass
    with pytest.raises(LookupError):
        async with steady_refusal(60 * OWN_S):
            raise LookupError
    assert loop.time() - began < 30 * OWN_S


async def people(reception: Reception) -> Mapping[str, Visit]:
    """Return visits that are refused after one read, two, or all there are."""
    return {
        "nobody's card": await reception.visit(ICHIKAWA, reception.stranger(ICHIKAWA)),
        "protected": await reception.visitor(ICHIKAWA, Person(protected=True)),
        "moved out": await reception.visitor(ICHIKAWA, Person(status="moved_out")),
    }


async def nothing() -> None:
    """Change no record."""


@pytest.mark.alone
async def test_the_number_of_reads_of_a_slow_source_does_not_show(
    adapter_environment: Mapping[str, str], centre: Centre, reception: Reception
) -> None:
    visits, quickest = await people(reception), dict[str, float]()
    loop = asyncio.get_running_loop()
    async with adapter_inside(adapter_environment) as adapter:
        municipality = adapter.municipalities[ICHIKAWA]
        slow = ChangingSource(municipality.records, SlowReads(-1, nothing))
        asked = replace(municipality, records=slow)
        for who, visit in visits.items():
            took: list[float] = []
            for _ in range(3):
                issuance = uuid4()
                token = prepare_statement(visit, visit.order(), str(issuance))
                signed, began = token.signed_by(centre.gateway), loop.time()
                with pytest.raises(PersonRefused):
                    await prepare(adapter, asked, issuance, signed)
                took.append(loop.time() - began)
            quickest[who] = min(took)
    assert max(quickest.values()) - min(quickest.values()) < NOISE_S, quickest
