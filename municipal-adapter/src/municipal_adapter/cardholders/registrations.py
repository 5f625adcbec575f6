"""The registrations of cards, in the adapter's own database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.cardholders.binding import Registration

_FIND = """
    SELECT resident_id, bound FROM card_registrations
    WHERE authority = $1 AND serial = $2 AND ended_at IS NULL
"""
_HOLDERS = """
    SELECT resident_id FROM card_registrations
    WHERE resident_id = ANY($1::text[]) AND authority = $2 AND serial = $3 AND ended_at IS NULL
"""
_OF_RESIDENT = """
    SELECT authority, serial, registered_at, ended_at FROM card_registrations
    WHERE resident_id = $1 ORDER BY registered_at, authority, serial
"""
_ADD = """
    INSERT INTO card_registrations (authority, serial, resident_id, bound)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (authority, serial) DO UPDATE
        SET resident_id = excluded.resident_id, bound = excluded.bound,
            registered_at = madoguchi_now(), ended_at = NULL
"""
_END = """
    UPDATE card_registrations SET ended_at = madoguchi_now()
    WHERE authority = $1 AND serial = $2 AND ended_at IS NULL
    RETURNING true
"""


@dataclass(frozen=True)
class Held:
    """A card of a resident, as an officer sees it."""

    card: CardIdentity = field(repr=False)
    registered_at: datetime
    ended_at: datetime | None


class Registrations:
    """Which card is whose; a person may have several, a serial has one person at most."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_card(self, card: CardIdentity) -> Registration | None:
        """Return the registration of a card; None: nobody's, or ended."""
        row = await self._pool.fetchrow(_FIND, card.authority, card.serial)
        return None if row is None else Registration(card, row["resident_id"], row["bound"])

    async def holders(self, card: CardIdentity, residents: Iterable[str]) -> set[str]:
        """Return who of these residents holds the card."""
        rows = await self._pool.fetch(_HOLDERS, list(residents), card.authority, card.serial)
        return {row["resident_id"] for row in rows}

    async def of_resident(self, resident_id: str) -> list[Held]:
        """Return the cards and phones of a resident, ended ones too, the oldest first."""
        rows = await self._pool.fetch(_OF_RESIDENT, resident_id)
        return [
            Held(CardIdentity(r["authority"], r["serial"]), r["registered_at"], r["ended_at"])
            for r in rows
        ]

    async def end(self, card: CardIdentity) -> bool:
        """Stop a card at once; False: it was not registered."""
        return bool(await self._pool.fetchval(_END, card.authority, card.serial))


async def register(connection: Connection, registration: Registration) -> None:
    """Register a card, also one that was registered before."""
    card = registration.card
    await connection.execute(
        _ADD, card.authority, card.serial, registration.resident_id, registration.bound
    )
