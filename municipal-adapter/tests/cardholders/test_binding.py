"""A card is bound to its person: a registration that points to somebody else is found."""

from datetime import date

import asyncpg
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.order import SealRegistrationOptions
from municipal_adapter.cardholders.binding import Binding, Registration
from municipal_adapter_testing.reception import Person, Reception
from municipal_adapter_testing.town import Town

ICHIKAWA = "122033"
BINDING = Binding(b"k" * 32)
CARD = CardIdentity("authority", "0123")
TEXT = st.text(min_size=1, max_size=8)


@given(TEXT, TEXT, st.dates(), TEXT, TEXT, st.dates())
def test_only_the_person_of_the_registration_fits(
    number: str, name: str, born: date, other_number: str, other: str, other_born: date
) -> None:
    made = BINDING.made(CARD, number, name, born)
    assert BINDING.fits(made, f" {name} ", born)
    same = "".join(name.split()) == "".join(other.split()) and born == other_born
    assert BINDING.fits(made, other, other_born) == same
    moved = Registration(CARD, other_number, made.bound)
    fits = BINDING.fits(moved, name, born)
    assert fits == (number == other_number)
    of_another_card = Registration(CardIdentity("authority", "0124"), number, made.bound)
    assert not BINDING.fits(of_another_card, name, born)


async def test_a_table_of_cards_shifted_by_one_row_prints_nobody(
    reception: Reception, towns: dict[str, Town]
) -> None:
    people = [
        await reception.settle(ICHIKAWA, Person(name=f"試験 {number}郎")) for number in "一二三四"
    ]
    cards = [await reception.card_of(ICHIKAWA, one) for one in people]
    connection = await asyncpg.connect(towns[ICHIKAWA].database_url)
    try:
        for card, next_one in zip(cards, people[1:] + people[:1], strict=True):
            await connection.execute(
                "UPDATE card_registrations SET resident_id = $2 WHERE serial = $1",
                f"{card.serial:x}",
                next_one.resident,
            )
    finally:
        await connection.close()
    for card in cards:
        for options in (None, SealRegistrationOptions()):
            visit = await reception.visit(ICHIKAWA, card)
            answered = await reception.asking.prepare(visit, visit.order(options))
            assert answered.slug == "come-to-the-counter"
        household = await reception.asking.household(visit, visit.household_request())
        assert household.slug == "come-to-the-counter"
