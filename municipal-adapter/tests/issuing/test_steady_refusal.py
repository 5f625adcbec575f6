"""Refusals come out at fixed moments, however long their reason took to find."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madoguchi_wire.errors import PersonRefused, UnderAge
from municipal_adapter.issuing.steady_refusal import OWN_S, steady_refusal

STEP_S = 0.05


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
