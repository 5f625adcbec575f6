"""A server that hides somebody itself tells nobody apart: it is a refusal like every other."""

from asyncio import get_running_loop
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from madoguchi_wire.errors import MadoguchiError, PersonRefused, ServiceUnavailable
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions
from municipal_adapter.issuing.steady_refusal import OTHERS_S
from municipal_adapter.rules.reasons import RefusalReason
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.vendor.server import VendorServer

ICHIKAWA = "122033"
RECORD, SEAL = ResidentRecordOptions(), SealRegistrationOptions()
DAY = timedelta(days=1)
Json = dict[str, Any]


def without(*path: str) -> Callable[[Json], web.Response]:
    """Leave a part of the true answer out."""

    def answer(found: Json) -> web.Response:
        inside = found
        for step in path[:-1]:
            inside = inside[step]
        del inside[path[-1]]
        return web.json_response(found)

    return answer


def with_part(**parts: object) -> Callable[[Json], web.Response]:
    """Put something else in place of parts."""
    return lambda found: web.json_response(found | parts)


HIDDEN: dict[str, Callable[[Json], web.Response]] = {
    "forbidden": lambda _: web.Response(status=403),
    "unauthorised": lambda _: web.Response(status=401),
    "locked": lambda _: web.json_response({"error": "shien"}, status=423),
    "an error": lambda _: web.json_response({"error": "shien"}),
    "no person": with_part(person=None),
    "no household": without("household"),
    "no members": without("household", "members"),
    "no seal": without("seal"),
    "no version": with_part(version=None),
    "another version": with_part(version=0),
}


async def refused(counter: Counter, case: Case, options: Options) -> tuple[type, float]:
    loop = get_running_loop()
    began = loop.time()
    with pytest.raises(MadoguchiError) as caught:
        await counter.pdf(case, options)
    return caught.type, loop.time() - began


async def unmappable(counter: Counter) -> int:
    refusals = counter.adapter.municipalities[ICHIKAWA].refusals
    return (await refusals.counts(DAY)).get(RefusalReason.UNMAPPABLE, 0)


@pytest.mark.parametrize("hidden", list(HIDDEN))
@pytest.mark.parametrize("options", [RECORD, SEAL])
async def test_whoever_the_server_hides_is_refused_like_everybody_and_counted(
    counter: Counter, server: VendorServer, hidden: str, options: Options
) -> None:
    me = ichikawa().cases[Case.PROTECTED]
    server.faults.hidden[me] = HIDDEN[hidden]
    before = await unmappable(counter)
    problem, seconds = await refused(counter, Case.PROTECTED, options)
    assert problem is PersonRefused
    assert seconds >= OTHERS_S
    assert await unmappable(counter) == before + 1
    shown = await counter.adapter.municipalities[ICHIKAWA].refusals.unmappable(DAY)
    assert shown[0].resident_id == me


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=403),
        lambda: web.Response(status=404),
        lambda: web.json_response({"error": "shien"}),
        lambda: web.json_response({"paper": {}}),
    ],
)
async def test_a_paper_that_the_server_refuses_is_refused_like_everything_else(
    counter: Counter, server: VendorServer, answer: Callable[[], web.Response]
) -> None:
    server.faults.answer, before = answer, await unmappable(counter)
    problem, seconds = await refused(counter, Case.ORDINARY, RECORD)
    assert problem is PersonRefused
    assert seconds >= OTHERS_S
    assert await unmappable(counter) == before + 1


async def test_a_hidden_person_of_the_same_birthday_refuses_nobody_else(
    counter: Counter, server: VendorServer
) -> None:
    records, ordinary = server.town.records, ichikawa().cases[Case.ORDINARY]
    family = records.household_of(records.cases[Case.LARGE_HOUSEHOLD])
    twin = replace(family.members[0], birth_date=records.residents[ordinary].birth_date)
    hurt = replace(family, members=(twin, *family.members[1:]))
    households = tuple(hurt if one is family else one for one in records.households)
    residents = {**records.residents, twin.resident_id: twin}
    server.town.records = replace(records, households=households, residents=residents)
    server.faults.hidden[twin.resident_id] = HIDDEN["forbidden"]
    assert await counter.pdf(Case.ORDINARY, RECORD)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_server_that_cannot_answer_now_says_nothing_of_the_person(
    counter: Counter, server: VendorServer, status: int
) -> None:
    server.faults.hidden[ichikawa().cases[Case.ORDINARY]] = lambda _: web.Response(status=status)
    with pytest.raises(ServiceUnavailable):
        await counter.pdf(Case.ORDINARY, RECORD)
