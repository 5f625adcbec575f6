"""One person's seal picture that cannot be printed is that person's refusal, and no alarm."""

from datetime import timedelta

import pytest
from madoguchi_wire.kit.pool import open_pool
from madoguchi_wire.order import SealRegistrationOptions
from municipal_adapter.officers.refusals import Refusals
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.pictures import BAD_PICTURES, drawn
from municipal_adapter_testing.reception import Person, Reception
from municipal_adapter_testing.town import Town

ICHIKAWA = "122033"
SEAL = SealRegistrationOptions()


@pytest.mark.parametrize("bad", list(BAD_PICTURES))
async def test_a_bad_picture_refuses_its_person_and_is_shown_to_the_municipality(
    asking: Asking, reception: Reception, towns: dict[str, Town], bad: str
) -> None:
    living = await reception.settle(ICHIKAWA, Person(picture=BAD_PICTURES[bad]))
    visit = await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))
    answer = await asking.prepare(visit, visit.order(SEAL))
    assert (answer.status, answer.slug) == (403, "come-to-the-counter")
    assert (await asking.prepare(visit, visit.order())).status == 200
    async with await open_pool(towns[ICHIKAWA].database_url, timedelta(), maximum=1) as pool:
        shown = await Refusals(pool).unmappable(timedelta(days=1))
    (cause,) = [one.cause for one in shown if one.resident_id == living.resident]
    assert cause.startswith("seal_registrations.picture_png: ")


async def test_a_picture_with_an_opaque_alpha_channel_is_printed(
    asking: Asking, reception: Reception
) -> None:
    visit = await reception.visitor(ICHIKAWA, Person(picture=drawn("RGBA")))
    assert (await asking.prepare(visit, visit.order(SEAL))).status == 200


@pytest.mark.parametrize("name", ["\u3000", " "])
async def test_a_blank_name_is_refused_as_a_record_that_cannot_be_understood(
    asking: Asking, reception: Reception, towns: dict[str, Town], name: str
) -> None:
    living = await reception.settle(ICHIKAWA, Person(name=name))
    visit = await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))
    for options in (None, SEAL):
        assert (await asking.prepare(visit, visit.order(options))).slug == "come-to-the-counter"
    async with await open_pool(towns[ICHIKAWA].database_url, timedelta(), maximum=1) as pool:
        shown = await Refusals(pool).unmappable(timedelta(days=1))
    assert [one.cause for one in shown if one.resident_id == living.resident] == [
        "residents.name: is blank"
    ]
