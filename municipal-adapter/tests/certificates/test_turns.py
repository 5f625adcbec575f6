"""Turns at what municipalities share."""

import asyncio
from contextlib import suppress

import hypothesis.strategies as st
from hypothesis import given
from municipal_adapter.certificates.turns import Turns


class Counter:
    """People who take turns, and who had one."""

    def __init__(self, places: int) -> None:
        self.turns = Turns(places)
        self.places = places
        self.inside = 0
        self.served: list[str] = []

    async def visit(self, lane: str) -> None:
        async with self.turns.taken(lane):
            self.inside += 1
            assert self.inside <= self.places
            self.served.append(lane)
            try:
                await asyncio.sleep(0)
            finally:
                self.inside -= 1


async def test_who_comes_after_a_flood_of_another_lane_waits_for_one_turn_of_it() -> None:
    counter = Counter(places=2)
    flood = [asyncio.create_task(counter.visit("flooding")) for _ in range(100)]
    await asyncio.sleep(0)
    await asyncio.gather(*(counter.visit(f"town {number}") for number in range(5)))
    assert counter.served.count("flooding") <= 2 + 6  # inside already, and one turn in each round
    await asyncio.gather(*flood)
    assert counter.served.count("flooding") == 100


@given(
    places=st.integers(1, 3),
    visits=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9) | st.none()), max_size=30),
)
def test_no_place_is_lost_or_taken_twice_whoever_leaves_and_when(
    places: int, visits: list[tuple[str, int | None]]
) -> None:
    """A visit is a lane, and after how many steps of the loop its visitor leaves, if at all."""

    async def run() -> None:
        counter = Counter(places)

        async def leaving(lane: str, after: int | None) -> None:
            visit = asyncio.create_task(counter.visit(lane))
            for _ in range(after or 0):
                await asyncio.sleep(0)
            if after is not None:
                visit.cancel()
            with suppress(asyncio.CancelledError):
                await visit

        await asyncio.gather(*(leaving(*visit) for visit in visits))
        full = [counter.turns.taken("all") for _ in range(places)]
        for one in full:
            await asyncio.wait_for(one.__aenter__(), 1)
        late = asyncio.create_task(counter.visit("late"))
        await asyncio.sleep(0)
        assert not late.done()
        for one in full:
            await one.__aexit__(None, None, None)
        await late

    asyncio.run(run())
