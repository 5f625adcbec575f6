"""A vendor's server that mixes up answers, or gives one too late: no paper is made of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.errors import IssuanceExpired, PersonRefused
from madoguchi_wire.order import ResidentRecordOptions
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.vendor.server import VendorServer

ICHIKAWA = "122033"
ME, OTHER = ichikawa().cases[Case.ORDINARY], ichikawa().cases[Case.LARGE_HOUSEHOLD]
Answer = dict[str, Any]
Told = Callable[[str], Answer | None]


def somebody_elses(told: Told) -> Answer:
    return told(OTHER) or {}


def of_a_version_nobody_has(told: Told) -> Answer:
    return (told(ME) or {}) | {"version": 0}


def with_somebody_of_another_household(told: Told) -> Answer:
    mine, other = told(ME) or {}, told(OTHER) or {}
    mine["household"]["members"].append(other["person"])
    return mine


def with_another_household(told: Told) -> Answer:
    mine, other = told(ME) or {}, told(OTHER) or {}
    mine["household"]["id"] = other["household"]["id"]
    return mine


def with_a_member_of_my_number(told: Told) -> Answer:
    mine = told(ME) or {}
    mine["household"]["members"][1]["no"] = ME
    return mine


CROSSED = {
    somebody_elses: "somebody else's",
    of_a_version_nobody_has: "version that its server does not have",
    with_somebody_of_another_household: "somebody of another household",
    with_another_household: "somebody of another household",
    with_a_member_of_my_number: "own entry differs, or is twice",
}


async def test_an_answer_of_another_person_household_or_version_is_no_record(
    counter: Counter, server: VendorServer
) -> None:
    told, source = server.town.person, counter.adapter.municipalities[ICHIKAWA].records

    def answer(crossed: Callable[[Told], Answer], resident_id: str) -> Answer | None:
        return crossed(told) if resident_id == ME else told(resident_id)

    for crossed, cause in CROSSED.items():
        server.town.person = partial(answer, crossed)
        async with source.snapshot() as snapshot:
            with pytest.raises(UnmappableRecord, match=cause):
                await snapshot.resident(ME)
    server.town.person = told
    async with source.snapshot() as snapshot:
        assert await snapshot.resident(ME) == ichikawa().residents[ME]


async def test_a_paper_of_a_version_that_the_server_does_not_have_is_none(
    counter: Counter, server: VendorServer
) -> None:
    told, crossed = server.town.person, list[Answer]()

    def beside_the_paper_only(resident_id: str) -> Answer | None:
        if len(crossed) == len(server.asked):
            return told(resident_id)
        crossed.append(of_a_version_nobody_has(told))
        return crossed[-1]

    server.town.person = beside_the_paper_only
    with pytest.raises(PersonRefused):
        await counter.pdf(Case.ORDINARY, ResidentRecordOptions())
    assert len(crossed) == 1


@dataclass
class LateClock:
    """The true time, later by what was lost."""

    lost: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return SystemClock().now() + self.lost


async def test_a_paper_that_is_finished_after_the_deadline_is_not_released(
    counter: Counter, server: VendorServer
) -> None:
    clock = LateClock()

    def a_minute_is_lost(pdf: bytes) -> bytes:
        clock.lost = timedelta(minutes=1)
        return pdf

    server.faults.pdf = a_minute_is_lost
    late = replace(counter, adapter=replace(counter.adapter, clock=clock))
    with pytest.raises(IssuanceExpired):
        await late.pdf(Case.ORDINARY, ResidentRecordOptions())
    clock.lost = timedelta()
    server.faults.pdf = lambda pdf: pdf
    assert await late.pdf(Case.ORDINARY, ResidentRecordOptions())
