"""Where residents of a fictitious municipality come with their cards, whatever source it has."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.order import Options, order_digest
from madoguchi_wire.sealing import document_info
from municipal_adapter.cardholders.registrations import register
from municipal_adapter.issuing.prepare import prepare
from municipal_adapter.parts import Adapter
from municipal_adapter.synthetic import Case

from municipal_adapter_testing.asking import prepare_statement
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"


@dataclass(frozen=True)
class Counter:
    """An adapter in this process, to which people of the fictitious Ichikawa come."""

    adapter: Adapter
    centre: Centre
    reception: Reception
    town: Town

    async def visit(self, case: Case) -> Visit:
        """Return a resident with a new card in the slot."""
        resident = ichikawa().residents[ichikawa().cases[case]]
        card = self.reception.stranger(ICHIKAWA)
        identity = CardIdentity(card.authority, f"{card.serial:x}")
        made = self.town.binding.made(
            identity, resident.resident_id, resident.name, resident.birth_date
        )
        connection = await asyncpg.connect(self.town.database_url)
        try:
            await register(connection, made)
        finally:
            await connection.close()
        beacon = self.adapter.municipalities[ICHIKAWA].beacons.current(self.adapter.clock.now())
        terminal, key = next(iter(self.centre.terminals.items()))
        enrolment = self.centre.enrolment(terminal)
        return Visit(card, key, enrolment, ICHIKAWA, beacon.beacon, terminal)

    async def pdf(self, case: Case, options: Options, issuance: UUID | None = None) -> bytes:
        """Return the paper that comes out."""
        visit, issuance = await self.visit(case), issuance or uuid4()
        order = visit.order(options)
        token = prepare_statement(visit, order, str(issuance)).signed_by(self.centre.gateway)
        municipality = self.adapter.municipalities[ICHIKAWA]
        prepared = await prepare(self.adapter, municipality, issuance, token)
        info = document_info(str(issuance), order_digest(order))
        return visit.opening_key.open(from_base64url(prepared.ciphertext), info)
