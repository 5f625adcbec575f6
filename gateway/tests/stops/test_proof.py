"""Only what a municipality itself signed about this very issuance holds others that are alike."""

from datetime import UTC, datetime

import pytest
from aiohttp import web
from gateway_testing.books import read_books
from gateway_testing.world import ICHIKAWA, SHIBUYA, World, eventually
from madoguchi_wire.adapter_api import WithheldStatement
from madoguchi_wire.errors import ReadBackFailed
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.problems import problem_of
from madoguchi_wire.trust_list import AllowedBuild
from store_terminal_sim.testing.honest_city import BUILD

OWN = (ICHIKAWA, None, "mismatch")


async def test_a_signed_difference_holds_everybody_with_the_same_build(world: World) -> None:
    customer = await world.opened()
    world.city.honest.alter = lambda said: said.model_copy(update={"session": "0" * 64})
    assert (await customer.order()).slug == "attestation-refused"
    assert (await read_books(world.pool)).stops == [OWN, (SHIBUYA, None, "same_build")]


async def test_two_cities_of_one_vendor_hold_each_other_whatever_their_adapters_release(
    world: World,
) -> None:
    builds = (
        AllowedBuild(municipality=ICHIKAWA, build=BUILD, vendor="records 2.1"),
        AllowedBuild(municipality=SHIBUYA, build="a later one", vendor="records 2.1"),
    )
    later = world.trust_list().model_copy(update={"version": 2, "builds": builds})
    token = later.signed_by(world.root)
    world.settings.trust_list.write_text(token)

    async def in_force() -> bool:
        async with world.http.get(f"{world.replicas[0]}/v1/trust-list") as answer:
            return token in await answer.text()

    await eventually(in_force)
    customer = await world.opened()
    world.city.honest.alter = lambda said: said.model_copy(update={"session": "0" * 64})
    assert (await customer.order()).slug == "attestation-refused"
    assert (await read_books(world.pool)).stops == [OWN, (SHIBUYA, None, "same_build")]


async def test_a_genuine_attestation_that_is_repeated_for_another_issuance_holds_nobody_else(
    world: World,
) -> None:
    await world.prepared()
    (theirs,) = world.city.answers.values()
    customer = await world.opened()
    world.city.twist = lambda _: theirs
    assert (await customer.order()).slug == "attestation-refused"
    assert (await read_books(world.pool)).stops == [OWN]


async def test_a_mismatch_that_nobody_signed_holds_nobody_else(world: World) -> None:
    customer = await world.opened()
    world.city.honest.key = SigningKey.generate()
    assert (await customer.order()).slug == "attestation-refused"
    assert (await read_books(world.pool)).stops == [(ICHIKAWA, None, "mismatch")]


@pytest.mark.parametrize(
    "forged",
    [None, "by another key", "by a forger", "by another municipality", "about another issuance"],
)
async def test_a_paper_that_its_municipality_withheld_stops_it_and_if_signed_its_build(
    world: World, forged: str | None
) -> None:
    customer = await world.opened()
    signing = world.city.honest.key
    if forged == "by another key":
        signing = SigningKey.generate()
    if forged == "by a forger":
        signing = SigningKey(SigningKey.generate().private, signing.kid)
    if forged == "by another municipality":
        signing = world.neighbour_key

    async def withheld(request: web.Request) -> web.Response:
        issuance = request.match_info["issuance"]
        if forged == "about another issuance":
            issuance = "00000000-0000-4000-8000-000000000000"
        statement = WithheldStatement(
            issuance=issuance, municipality=ICHIKAWA, build="b", found_at=datetime.now(UTC)
        )
        failed = ReadBackFailed(evidence=statement.signed_by(signing))
        body = problem_of(failed).model_dump_json()
        return web.Response(body=body, status=502, content_type="application/problem+json")

    world.city.misdeed = withheld
    answered = await customer.order()
    assert answered.slug == "read-back-refused"
    assert answered.json["evidence"] is None
    stopped = [one[0] for one in (await read_books(world.pool)).stops]
    assert stopped == ([ICHIKAWA] if forged else [ICHIKAWA, SHIBUYA])
