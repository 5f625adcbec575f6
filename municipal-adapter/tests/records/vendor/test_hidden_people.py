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
from madoguchi_wire_testing.commands import Said, run_command
from municipal_adapter.commands.main import main
from municipal_adapter.issuing.steady_refusal import step_of
from municipal_adapter.records.source import same_name
from municipal_adapter.rules.reasons import RefusalReason
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.vendor.adapter_file import vendor_adapter_file
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
    "a page": lambda _: web.Response(text="<html>shien</html>", content_type="text/html"),
    "an inner error": lambda _: web.Response(status=500),
    "busy": lambda _: web.Response(status=503),
    "too many": lambda _: web.Response(status=429),
    "elsewhere": lambda _: web.Response(status=302, headers={"Location": "/error"}),
    "nothing": lambda _: web.Response(status=204),
    "a part": lambda found: web.json_response(found, status=206),
    "a list": lambda _: web.json_response([]),
    "null": lambda _: web.json_response(None),
    "half": lambda _: web.Response(body=b'{"person":', content_type="application/json"),
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


def assert_after_one_step(counter: Counter, seconds: float) -> None:
    step = step_of(counter.adapter.municipalities[ICHIKAWA].file.records)
    assert step <= seconds < 2 * step


async def unmappable(counter: Counter) -> int:
    refusals = counter.adapter.municipalities[ICHIKAWA].refusals
    return (await refusals.counts(DAY)).get(RefusalReason.UNMAPPABLE, 0)


@pytest.mark.parametrize(
    ("hidden", "options"),
    [*((one, RECORD) for one in HIDDEN), ("no seal", SEAL), ("forbidden", SEAL)],
    ids=[*HIDDEN, "no seal, a seal's", "forbidden, a seal's"],
)
async def test_whoever_the_server_hides_is_refused_like_everybody_and_counted(
    counter: Counter, server: VendorServer, hidden: str, options: Options
) -> None:
    me = ichikawa().cases[Case.PROTECTED]
    server.faults.hidden[me] = HIDDEN[hidden]
    before = await unmappable(counter)
    problem, seconds = await refused(counter, Case.PROTECTED, options)
    assert problem is PersonRefused
    assert_after_one_step(counter, seconds)
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
        lambda: web.Response(status=500),
        lambda: web.Response(text="<html>shien</html>", content_type="text/html"),
    ],
)
async def test_a_paper_that_the_server_refuses_is_refused_like_everything_else(
    counter: Counter, server: VendorServer, answer: Callable[[], web.Response]
) -> None:
    server.faults.answer, before = answer, await unmappable(counter)
    problem, seconds = await refused(counter, Case.ORDINARY, RECORD)
    assert problem is PersonRefused
    assert_after_one_step(counter, seconds)
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


@pytest.mark.parametrize("hidden", ["forbidden", "a page", "an inner error"])
async def test_one_who_is_hidden_after_the_paper_was_made_is_refused_and_is_no_mix_up(
    counter: Counter, server: VendorServer, hidden: str
) -> None:
    me = ichikawa().cases[Case.ORDINARY]

    def hide(pdf: bytes) -> bytes:
        server.faults.hidden[me] = HIDDEN[hidden]
        return pdf

    server.faults.pdf = hide
    problem, _ = await refused(counter, Case.ORDINARY, RECORD)
    assert problem is PersonRefused


OTHERS = [Case.ORDINARY, Case.LARGE_HOUSEHOLD, Case.OLD_KANJI]


@pytest.mark.parametrize("fails", ["a page", "an inner error", "busy"])
async def test_a_server_that_fails_for_several_is_down_whatever_its_state_says(
    counter: Counter, server: VendorServer, fails: str
) -> None:
    for case in OTHERS:
        server.faults.hidden[ichikawa().cases[case]] = HIDDEN[fails]
    problems = [(await refused(counter, case, RECORD))[0] for case in OTHERS]
    assert problems == [PersonRefused, PersonRefused, ServiceUnavailable]
    server.faults.hidden.clear()
    assert await counter.pdf(Case.ORDINARY, RECORD)


async def test_a_server_whose_state_fails_too_is_down(
    counter: Counter, server: VendorServer
) -> None:
    def break_down(_: Json) -> web.Response:
        server.town.state = dict
        return web.Response(status=500)

    server.faults.hidden[ichikawa().cases[Case.ORDINARY]] = break_down
    problem, _ = await refused(counter, Case.ORDINARY, RECORD)
    assert problem is ServiceUnavailable


@pytest.mark.parametrize("hidden", ["forbidden", "a page", "an inner error"])
async def test_a_hundred_of_one_birthday_are_not_asked_for_and_hide_nobody(
    counter: Counter, server: VendorServer, hidden: str
) -> None:
    records, me = server.town.records, ichikawa().cases[Case.ORDINARY]
    mine, family = records.residents[me], records.household_of(me).members
    others = (one for one in records.residents.values() if one not in family)
    twins = [one for one in others if not same_name(one.name, mine.name)][:100]
    for twin in twins:
        server.faults.hidden[twin.resident_id] = HIDDEN[hidden]
    born = {one.resident_id: replace(one, birth_date=mine.birth_date) for one in twins}
    server.town.records = replace(records, residents={**records.residents, **born})
    told, asked = server.town.person, list[str]()

    def person(resident_id: str) -> Json | None:
        asked.append(resident_id)
        return told(resident_id)

    server.town.person = person
    assert await counter.pdf(Case.ORDINARY, RECORD)
    assert set(asked) == {me}


@pytest.mark.parametrize("hidden", [None, "forbidden"])
async def test_an_officer_is_told_where_a_stop_may_miss_whom_it_is_meant_for(
    adapter_environment: dict[str, str],
    towns: dict[str, Town],
    server: VendorServer,
    hidden: str | None,
) -> None:
    """A tolerant server answers `100 ` with the record of 100; a hidden one cannot be compared."""
    me, exact = ichikawa().cases[Case.ORDINARY], server.town.person

    def tolerant(resident_id: str) -> Json | None:
        return exact(resident_id) or exact(resident_id.strip()) or exact(resident_id[1:])

    server.town.person = tolerant
    if hidden:
        server.faults.hidden[me] = HIDDEN[hidden]
    file = vendor_adapter_file(towns[ICHIKAWA], server.url)
    by = ("--officer", "officer 3", "--reason", "telephone call")

    async def officer(*arguments: str) -> Said:
        return await run_command(main, adapter_environment | {"ADAPTER_FILES": file}, *arguments)

    before = (await officer("stops")).out
    for number in (f"{me} ", f"0{me}", *([me] if hidden else [])):
        said = await officer("stop", "--resident", number, *by)
        assert said.code == 2
        assert "of this number, spelt like this, cannot be understood" in said.errors
        assert "--even-if-unknown stops the number as it is typed" in said.errors
    assert (await officer("stops")).out == before
    meant = ("--even-if-unknown",) if hidden else ()
    said = await officer("stop", "--resident", me, *by, *meant)
    assert "in force" in said.out, said.errors
    await officer("lift", said.out.split()[1].rstrip(";"), *by)
