"""Writing fictitious records into a municipality's empty database."""

from madoguchi_wire.kit.pool import Connection

from municipal_adapter.records.model import Household, Resident
from municipal_adapter.synthetic.municipality import SyntheticMunicipality

_HOUSEHOLD = "INSERT INTO households (household_id, address, head_name) VALUES ($1, $2, $3)"
_RESIDENT = """
    INSERT INTO residents (resident_id, household_id, legal_order, name, name_kana, alias,
        birth_date, sex, relationship, became_resident_on, moved_here_on, previous_address,
        honseki, family_head, status, change_pending, protected)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""
_SEAL = """
    INSERT INTO seal_registrations (registration_number, resident_id, registered_on,
        registered_name, picture_png, status)
    VALUES ($1, $2, $3, $4, $5, $6)
"""


async def load(connection: Connection, records: SyntheticMunicipality) -> None:
    """Write the records, all or nothing; who holds which card is written by whoever makes cards."""
    async with connection.transaction():
        await connection.executemany(_HOUSEHOLD, [_household(one) for one in records.registered])
        # The order of the mapping is the order in each household.
        await connection.executemany(
            _RESIDENT,
            [_resident(order, one) for order, one in enumerate(records.residents.values(), 1)],
        )
        await connection.executemany(
            _SEAL,
            [
                (
                    seal.registration_number,
                    seal.resident_id,
                    seal.registered_on,
                    seal.registered_name,
                    seal.picture_png,
                    seal.status,
                )
                for seal in records.seals.values()
            ],
        )


def _household(household: Household) -> tuple[object, ...]:
    return household.household_id, household.address, household.head_name


def _resident(order: int, one: Resident) -> tuple[object, ...]:
    return (
        one.resident_id,
        one.household_id,
        order,
        one.name,
        one.name_kana,
        one.alias,
        one.birth_date,
        one.sex,
        one.relationship,
        one.became_resident_on,
        one.moved_here_on,
        one.previous_address,
        one.honseki,
        one.family_head,
        one.status,
        one.change_pending,
        one.protected,
    )
