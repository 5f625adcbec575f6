"""A claim that a chain pays: the centre has it, and owes it to the municipality as any fee."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi_wire.errors import ClaimUnknown, PaymentDiffers
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.books.transfers import HELD, Purpose, Transfer, book, claimed_by, claims_on, owed
from billing.books.writing import writing
from billing.closing.calendar import read_calendar
from billing.rules.payments import check_day, check_facts
from billing.rules.periods import period_for
from billing.settlement.claims import Claim, open_claims
from billing.settlement.deposits import released_deposit
from billing.settlement.recorded import subject

_PAID = """
    SELECT t.reference, t.day,
           EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = t.transfer_id) AS reversed
    FROM billing.transfers AS t WHERE t.purpose = 'claim_paid' AND t.issuance_id = $1
"""


@dataclass(frozen=True)
class ClaimPayment:
    """A chain's payment of one claim, in full."""

    issuance: UUID
    reference: str
    """The bank's."""
    paid_on: date


async def pay_claim(connection: Connection, office: Office, paid: ClaimPayment) -> bool:
    """Book that a claim was paid; False if it was booked before, just so.

    Raises:
        AccountUnknown: the chain has no contract any more.
        AmountRefused: the claim is of 0 yen.
        ClaimUnknown: none is open for this issuance, or it is of a municipality's own machine.
        InvalidFields: paid on no day of the books; no reference.
        PaymentDiffers: it was paid under another reference, or on another day.

    """
    async with writing(connection):
        rows = await connection.fetch(_PAID, paid.issuance)
        standing = [(row["reference"], row["day"]) for row in rows if not row["reversed"]]
        if standing:
            if standing != [(paid.reference, paid.paid_on)]:
                raise PaymentDiffers()
            return False
        found = await open_claims(connection, issuance=paid.issuance)
        if not found:
            raise ClaimUnknown(f"No claim is open for {paid.issuance}.")
        (claim,) = found
        if claim.own_machine:
            raise ClaimUnknown(
                f"Nobody owes the fee of {paid.issuance}: it is of {claim.municipality}'s own"
                " machine, a loss of its own until it is explained."
            )
        office.check_chain(claim.chain)
        check_facts(paid.reference, claim.yen)
        calendar = await read_calendar(connection)
        check_day(paid.paid_on, calendar.first_day, office.today)
        period = str(period_for(office.today, office.today, calendar.periods))
        legs = _legs(claim, paid, period, len(rows))
        deposit = await released_deposit(connection, legs[0])
        await book(connection, [*legs, *deposit], office.person.name)
        return True


def _legs(claim: Claim, paid: ClaimPayment, period: str, before: int) -> list[Transfer]:
    return [
        Transfer(
            purpose,
            subject(str(claim.issuance_id), reversed_before=before),
            debit,
            credit,
            claim.yen,
            paid.paid_on,
            period,
            municipality=claim.municipality,
            chain=claim.chain,
            issuance=claim.issuance_id,
            reference=paid.reference,
        )
        for purpose, debit, credit in (
            (Purpose.CLAIM_PAID, HELD, claims_on(claim.chain)),
            (Purpose.CLAIM_PASSED_ON, claimed_by(claim.municipality), owed(claim.municipality)),
        )
    ]
