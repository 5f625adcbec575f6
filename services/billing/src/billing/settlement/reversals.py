"""What was recorded as paid by mistake is taken back, by a named person with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from madoguchi_wire.errors import PaymentUnknown
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.books.transfers import Purpose, Transfer, book_one
from billing.books.writing import writing
from billing.closing.calendar import read_calendar
from billing.rules.periods import period_for
from billing.settlement.payments import PARTIES
from billing.settlement.recorded import Recorded, recorded

PAYMENTS = (
    Purpose.PAID_IN,
    *PARTIES,
    Purpose.CLAIM_PAID,
    Purpose.CLAIM_PASSED_ON,
    Purpose.DEPOSIT_RELEASED,
)
"""What is booked under a bank's reference."""
_KEEP = "INSERT INTO billing.reversals (transfer_id, recorded_by, reason) VALUES ($1, $2, $3)"


@dataclass(frozen=True)
class Reversed:
    """One transfer that was taken back."""

    purpose: str
    municipality: str | None
    chain: str | None
    yen: int


async def reverse(
    connection: Connection, office: Office, reference: str, party: str | None = None
) -> list[Reversed]:
    """Reverse all payments under a bank's reference, or those of one party, for a reason.

    Afterwards they can be recorded again, as they were.

    Raises:
        PaymentUnknown: nothing stands under it, or a claim that was explained since.

    """
    async with writing(connection):
        found = await recorded(connection, reference, PAYMENTS)
        mine = [one for one in found if party is None or one.is_of(party)]
        standing = [one for one in mine if not one.reversed]
        _check(reference, standing)
        period = str(
            period_for(office.today, office.today, (await read_calendar(connection)).periods)
        )
        for one in standing:
            transfer = _reversal(one, office, period, reference)
            booked = await book_one(connection, transfer, office.person.name)
            await connection.execute(_KEEP, booked, office.person.name, office.person.reason)
        return [Reversed(one.purpose, one.municipality, one.chain, one.yen) for one in standing]


def _check(reference: str, standing: Sequence[Recorded]) -> None:
    if not standing:
        raise PaymentUnknown(f"No payment stands under {reference}.")
    paid = {one.issuance for one in standing if one.purpose == Purpose.CLAIM_PAID}
    passed = {one.issuance for one in standing if one.purpose == Purpose.CLAIM_PASSED_ON}
    if paid != passed:
        raise PaymentUnknown(f"{reference} paid a claim that was explained since: it goes back.")


def _reversal(one: Recorded, office: Office, period: str, reference: str) -> Transfer:
    return Transfer(
        Purpose.REVERSED,
        str(one.transfer_id),
        one.credit,
        one.debit,
        one.yen,
        office.today,
        period,
        municipality=one.municipality,
        chain=one.chain,
        issuance=one.issuance,
        reverses=one.transfer_id,
        reference=reference,
    )
