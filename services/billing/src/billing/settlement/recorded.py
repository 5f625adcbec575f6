"""What was recorded under a bank's reference, and still stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi_wire.kit.pool import Executor

from billing.books.transfers import Purpose

_RECORDED = """
    SELECT t.transfer_id, t.purpose, t.debit_account AS debit, t.credit_account AS credit, t.yen,
           t.day, t.municipality, t.chain, t.issuance_id AS issuance,
           EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = t.transfer_id) AS reversed
    FROM billing.transfers AS t
    WHERE t.reference = $1 AND t.purpose = ANY($2::text[]) AND t.reverses IS NULL
    ORDER BY t.booked_at, t.transfer_id
"""


@dataclass(frozen=True)
class Recorded:
    """A transfer that a payment booked."""

    transfer_id: UUID
    purpose: str
    debit: str
    credit: str
    yen: int
    day: date
    municipality: str | None
    chain: str | None
    issuance: UUID | None
    reversed: bool

    def is_of(self, party: str) -> bool:
        """Tell whether it was paid by or to a municipality or chain."""
        return party in (self.municipality, self.chain)


async def recorded(
    connection: Executor, reference: str, purposes: Collection[Purpose]
) -> list[Recorded]:
    """Return the transfers under a reference, also those that were reversed since."""
    rows = await connection.fetch(_RECORDED, reference, [one.value for one in purposes])
    return [Recorded(**dict(row.items())) for row in rows]


def subject(*parts: str, reversed_before: int) -> str:
    """Return the subject of a payment's transfer; one that was reversed leaves room for another."""
    return "/".join([*parts, *([f"again-{reversed_before}"] if reversed_before else [])])
