"""What the outside hears about a person, and that it cannot tell the reasons apart."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from madoguchi_wire.clock import japan_day
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.reception import Person, Reception
from municipal_adapter_testing.town import PAPERS_A_DAY
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"
RECORD, SEAL = ResidentRecordOptions(), SealRegistrationOptions()
CHILD = Person(born=japan_day(datetime.now(UTC)) - timedelta(days=14 * 365))
GENERAL = {
    "protected": Person(protected=True),
    "moved out": Person(status="moved_out"),
    "deceased": Person(status="deceased"),
    "protected and under age": replace(CHILD, protected=True),
    "moved out without a seal": Person(status="moved_out", seal="none"),
}


async def general_refusals(reception: Reception) -> list[Visit]:
    visits = [await reception.visitor(ICHIKAWA, person) for person in GENERAL.values()]
    visits.append(await reception.visit(ICHIKAWA, reception.stranger(ICHIKAWA)))
    visits.append(await reception.family(ICHIKAWA, protected=True))
    return visits


@pytest.mark.parametrize("options", [RECORD, SEAL])
async def test_all_reasons_that_must_not_show_give_the_same_bytes_after_the_same_time(
    asking: Asking, reception: Reception, options: Options
) -> None:
    answers: set[tuple[int, bytes]] = set()
    for visit in await general_refusals(reception):
        started = time.monotonic()
        answered = await asking.prepare(visit, visit.order(options))
        assert time.monotonic() - started >= 0.1
        assert answered.slug == "come-to-the-counter"
        answers.add((answered.status, answered.body))
    assert len(answers) == 1


async def test_the_household_of_the_same_people_is_refused_in_the_same_words(
    asking: Asking, reception: Reception
) -> None:
    answers: set[tuple[int, bytes]] = set()
    for visit in await general_refusals(reception):
        answered = await asking.household(visit, visit.household_request())
        assert answered.slug == "come-to-the-counter"
        answers.add((answered.status, answered.body))
    assert len(answers) == 1


async def test_who_is_protected_never_hears_of_a_wrong_handle(
    asking: Asking, reception: Reception
) -> None:
    visit = await reception.family(ICHIKAWA, protected=True)
    made_up = ResidentRecordOptions(members=("AAAA",))
    assert (await asking.prepare(visit, visit.order(made_up))).slug == "come-to-the-counter"


@pytest.mark.parametrize(
    ("person", "options", "slug"),
    [
        (CHILD, RECORD, "under-age"),
        (CHILD, SEAL, "under-age"),
        (Person(seal="none"), SEAL, "no-seal-registered"),
        (Person(seal="cancelled"), SEAL, "no-seal-registered"),
    ],
)
async def test_what_the_cardholder_knows_anyway_is_told(
    asking: Asking, reception: Reception, person: Person, options: Options, slug: str
) -> None:
    visit = await reception.visitor(ICHIKAWA, person)
    assert (await asking.prepare(visit, visit.order(options))).slug == slug


async def test_a_card_of_one_municipality_gets_nothing_from_another(
    asking: Asking, reception: Reception
) -> None:
    living = await reception.settle(ICHIKAWA, Person())
    card = await reception.card_of(ICHIKAWA, living)
    elsewhere = await reception.visit("131130", card)
    assert (await asking.prepare(elsewhere, elsewhere.order())).slug == "come-to-the-counter"


async def test_a_card_issued_today_works_from_tomorrow_on(
    asking: Asking, reception: Reception
) -> None:
    person = await reception.settle(ICHIKAWA, Person())
    protected = await reception.settle(ICHIKAWA, Person(protected=True))
    for living, slug in ((person, "card-issued-today"), (protected, "come-to-the-counter")):
        authority = reception.towns[ICHIKAWA].authority
        card = authority.issue(datetime.now(UTC) + timedelta(days=1))  # valid from a day before
        await reception.hand_over(ICHIKAWA, card, living)
        visit = await reception.visit(ICHIKAWA, card)
        assert (await asking.prepare(visit, visit.order(RECORD))).slug == slug


async def test_a_person_gets_so_many_papers_a_day_by_all_cards_together(
    asking: Asking, reception: Reception
) -> None:
    living = await reception.settle(ICHIKAWA, Person())
    cards = [await reception.card_of(ICHIKAWA, living) for _ in range(2)]
    slugs: list[str] = []
    for number in range(PAPERS_A_DAY + 1):
        visit = await reception.visit(ICHIKAWA, cards[number % 2])
        slugs.append((await asking.prepare(visit, visit.order(RECORD))).slug)
    assert slugs == [""] * PAPERS_A_DAY + ["too-many-issued"]
