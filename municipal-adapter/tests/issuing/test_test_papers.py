"""Test records get test papers (見本) at test terminals; nobody else does, nothing else there."""

from dataclasses import replace

import pytest
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions
from madoguchi_wire.signed import unverified_payload
from municipal_adapter_testing.asking import Asking, opened_household
from municipal_adapter_testing.centre import TERMINALS, TEST_TERMINAL
from municipal_adapter_testing.reception import Person, Reception
from municipal_adapter_testing.town import PAPERS_A_DAY, TEST_RESIDENTS
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"
RECORD, SEAL = ResidentRecordOptions(), SealRegistrationOptions()
REAL, TEST = TERMINALS[0], TEST_TERMINAL


async def visit_of(reception: Reception, number: str | None, terminal: str) -> Visit:
    living = await reception.settle(ICHIKAWA, Person(number=number))
    card = await reception.card_of(ICHIKAWA, living)
    return await reception.visit(ICHIKAWA, card, terminal)


@pytest.mark.parametrize(("options", "number"), [(RECORD, 1), (SEAL, 2)])
async def test_a_test_record_gets_what_is_attested_as_a_test_at_a_test_terminal(
    asking: Asking, reception: Reception, options: Options, number: int
) -> None:
    visit = await visit_of(reception, TEST_RESIDENTS[number], TEST)
    prepared = (await asking.prepare(visit, visit.order(options))).prepared
    assert Attestation.parsed(unverified_payload(prepared.attestation)).test
    real = await visit_of(reception, None, REAL)
    prepared = (await asking.prepare(real, real.order(options))).prepared
    assert not Attestation.parsed(unverified_payload(prepared.attestation)).test


@pytest.mark.parametrize(
    ("number", "terminal"), [(TEST_RESIDENTS[3], REAL), (None, TEST)], ids=["test", "real"]
)
async def test_neither_goes_with_the_other_and_the_outside_hears_what_it_always_hears(
    asking: Asking, reception: Reception, number: str | None, terminal: str
) -> None:
    visit = await visit_of(reception, number, terminal)
    stranger = await reception.visit(ICHIKAWA, reception.stranger(ICHIKAWA), terminal)
    for options in (RECORD, SEAL):
        refused = await asking.prepare(visit, visit.order(options))
        nobody = await asking.prepare(stranger, stranger.order(options))
        assert refused.slug == "come-to-the-counter"
        assert (refused.status, refused.body) == (nobody.status, nobody.body)
    household = await asking.household(visit, visit.household_request())
    assert household.slug == "come-to-the-counter"


async def test_whoever_lives_with_a_test_record_is_one_too(
    asking: Asking, reception: Reception
) -> None:
    living = await reception.settle(ICHIKAWA, Person(number=TEST_RESIDENTS[4]))
    card = await reception.card_of(ICHIKAWA, living)
    wife = Person(name="試験 花子", relationship="妻", household=living.household)
    await reception.settle(ICHIKAWA, replace(wife, number=TEST_RESIDENTS[5]))
    visit = await reception.visit(ICHIKAWA, card, TEST)
    request = visit.household_request()
    members = opened_household(visit, request, await asking.household(visit, request)).members
    whole = ResidentRecordOptions(members=tuple(one.handle for one in members))
    assert (await asking.prepare(visit, visit.order(whole))).status == 200
    await reception.settle(ICHIKAWA, wife)
    for terminal in (TEST, REAL):
        mixed = await reception.visit(ICHIKAWA, card, terminal)
        assert (await asking.prepare(mixed, mixed.order())).slug == "come-to-the-counter"


async def test_a_test_record_gets_more_papers_a_day_than_any_person(
    asking: Asking, reception: Reception
) -> None:
    visit = await visit_of(reception, TEST_RESIDENTS[6], TEST)
    answers = [await asking.prepare(visit, visit.order()) for _ in range(PAPERS_A_DAY + 1)]
    assert {answer.status for answer in answers} == {200}
