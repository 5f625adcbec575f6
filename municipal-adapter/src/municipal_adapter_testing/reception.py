"""Where residents come from who visit a terminal: each in the records, with a card of its own."""

import io
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
from madoguchi_wire.card_certificates import CardIdentity
from municipal_adapter.cardholders.registrations import register
from PIL import Image, ImageDraw
from store_terminal_sim.cards.virtual_card import VirtualCard

from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.centre import TERMINALS, Centre
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.visit import Visit

_HOUSEHOLD = "INSERT INTO households VALUES ($1, '試験県試験市試験町一丁目2番3号', '試験 一郎')"
_RESIDENT = """
    INSERT INTO residents (resident_id, household_id, legal_order, name, name_kana, birth_date,
        sex, relationship, became_resident_on, honseki, family_head, status, protected)
    VALUES ($1, $2, (SELECT count(*) + 1 FROM residents WHERE household_id = $2), $3, 'シケン', $4,
        '男', $5, '2001-04-01', '試験県試験市本町1番地', '試験 一郎', $6, $7)
"""
_SEAL = """
    INSERT INTO seal_registrations (registration_number, resident_id, registered_on,
        registered_name, picture_png, status)
    VALUES ($1, $2, '2012-05-01', $3, $4, $5)
"""


@dataclass(frozen=True)
class Person:
    """A resident of the tests, as written into the records."""

    name: str = "試験 一郎"
    relationship: str = "世帯主"
    born: date = date(1980, 1, 2)
    status: str = "current"
    protected: bool = False
    seal: str = "active"
    """active, suspended, cancelled or none."""
    picture: bytes | None = None
    """Of the seal; None: a good one."""
    household: str | None = None
    """Somebody's household to join."""
    number: str | None = None
    """The municipality's; None: a new one."""


@dataclass(frozen=True)
class Living:
    """A person in the records."""

    resident: str
    household: str
    name: str
    born: date


@dataclass(frozen=True)
class Reception:
    """Lets residents visit terminals."""

    asking: Asking
    centre: Centre
    towns: dict[str, Town]

    async def settle(self, code: str, person: Person) -> Living:
        """Write a person into the records."""
        living = Living(
            person.number or f"R{uuid4().hex}",
            person.household or f"H{uuid4().hex}",
            person.name,
            person.born,
        )
        connection = await asyncpg.connect(self.towns[code].database_url)
        try:
            if person.household is None:
                await connection.execute(_HOUSEHOLD, living.household)
            values = (person.name, person.born, person.relationship, person.status)
            await connection.execute(
                _RESIDENT, living.resident, living.household, *values, person.protected
            )
            if person.seal != "none":
                picture = seal_picture() if person.picture is None else person.picture
                seal = (uuid4().hex, living.resident, person.name, picture, person.seal)
                await connection.execute(_SEAL, *seal)
        finally:
            await connection.close()
        return living

    async def card_of(self, code: str, living: Living) -> VirtualCard:
        """Return a new card that the municipality knows as this resident's."""
        card = self.stranger(code)
        await self.hand_over(code, card, living)
        return card

    async def hand_over(self, code: str, card: VirtualCard, living: Living) -> None:
        """Register a card for a resident."""
        identity = CardIdentity(card.authority, f"{card.serial:x}")
        binding = self.towns[code].binding
        made = binding.made(identity, living.resident, living.name, living.born)
        connection = await asyncpg.connect(self.towns[code].database_url)
        try:
            await register(connection, made)
        finally:
            await connection.close()

    def stranger(self, code: str) -> VirtualCard:
        """Return a good card of somebody whom the municipality does not know."""
        return self.towns[code].authority.issue(datetime.now(UTC) - timedelta(days=10))

    async def visit(self, code: str, card: VirtualCard, terminal: str = TERMINALS[0]) -> Visit:
        """Open a session at a terminal."""
        beacon = await self.asking.beacon(code)
        key, enrolment = self.centre.terminals[terminal], self.centre.enrolment(terminal)
        return Visit(card, key, enrolment, code, beacon, terminal)

    async def visitor(self, code: str, person: Person | None = None) -> Visit:
        """Return the session of a new resident."""
        living = await self.settle(code, person or Person())
        return await self.visit(code, await self.card_of(code, living))

    async def family(self, code: str, *, protected: bool = False) -> Visit:
        """Return the session of somebody with a wife and a child."""
        head = Person()
        living = await self.settle(code, head)
        wife = Person(name="試験 花子", relationship="妻", household=living.household)
        child = replace(wife, name="試験 桃子", relationship="子", born=date(2015, 7, 7))
        await self.settle(code, replace(wife, protected=protected))
        await self.settle(code, child)
        return await self.visit(code, await self.card_of(code, living))


def seal_picture() -> bytes:
    """Return the picture of a seal: a ring with a stroke, 600 dots an inch."""
    image = Image.new("L", (400, 400), 255)
    drawn = ImageDraw.Draw(image)
    drawn.ellipse((10, 10, 390, 390), outline=0, width=16)
    drawn.line((120, 200, 280, 200), fill=0, width=24)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(600, 600))
    return buffer.getvalue()
