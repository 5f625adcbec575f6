"""Claims for what was delivered and later voided, and their explanations by named persons."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi_wire.errors import ClaimUnknown
from madoguchi_wire.kit.pool import Connection, Executor

from billing.books.office import Office
from billing.books.transfers import (
    Purpose,
    Transfer,
    book,
    book_one,
    claimed_by,
    claims_on,
    lost,
    owed,
)
from billing.books.writing import writing
from billing.closing.calendar import Calendar, read_calendar
from billing.rules.periods import period_for
from billing.settlement.deposits import released_deposit

_OPEN = """
    SELECT c.issuance_id, c.municipality, c.chain, c.yen, c.period, c.day, c.transfer_id,
           split_part(c.debit_account, ':', 1) = 'lost' AS own_machine,
           i.accepted_on, i.terminal, i.void_reason, i.money
    FROM billing.transfers AS c
    JOIN issuances AS i ON i.issuance_id = c.issuance_id AND i.municipality = c.municipality
    WHERE c.purpose = 'claim' AND ($1::uuid IS NULL OR c.issuance_id = $1)
      AND ($2::text IS NULL OR c.municipality = $2) AND ($3::text IS NULL OR c.chain = $3)
      AND NOT EXISTS (SELECT FROM billing.transfers AS e WHERE e.reverses = c.transfer_id)
      AND ($4 OR NOT EXISTS (
        SELECT FROM billing.transfers AS p
        WHERE p.purpose = 'claim_passed_on' AND p.issuance_id = c.issuance_id
          AND NOT EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = p.transfer_id)))
    ORDER BY i.accepted_on, c.issuance_id
"""
_PASSED_ON = """
    SELECT p.transfer_id FROM billing.transfers AS p
    WHERE p.purpose = 'claim_passed_on' AND p.issuance_id = $1
      AND NOT EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = p.transfer_id)
"""
_KEEP = """
    INSERT INTO billing.explanations (issuance_id, recorded_by, reason, transfer_id)
    VALUES ($1, $2, $3, $4)
"""


@dataclass(frozen=True)
class Claim:
    """A paper that may be out and is not paid for."""

    issuance_id: UUID
    municipality: str
    chain: str
    yen: int
    period: str
    """In which it was claimed."""
    day: date
    """On which it was claimed."""
    transfer_id: UUID
    own_machine: bool
    """A loss at the municipality's own machine: nobody owes it."""
    accepted_on: date
    terminal: str
    void_reason: str | None
    money: str | None
    """What the terminal says became of the fee."""


async def open_claims(
    connection: Executor,
    *,
    issuance: UUID | None = None,
    municipality: str | None = None,
    chain: str | None = None,
    with_paid: bool = False,
) -> list[Claim]:
    """Return claims that nobody has explained or paid: all, or those of one of these."""
    rows = await connection.fetch(_OPEN, issuance, municipality, chain, with_paid)
    return [Claim(**dict(row.items())) for row in rows]


async def explain(connection: Connection, office: Office, issuance: UUID) -> Claim:
    """Reverse a claim, for the reason that the person gives; one that was paid goes back.

    Raises:
        ClaimUnknown: nothing is to be explained about this issuance.

    """
    async with writing(connection):
        found = await open_claims(connection, issuance=issuance, with_paid=True)
        if not found:
            raise ClaimUnknown(f"No claim is open for {issuance}.")
        (claim,) = found
        calendar = await read_calendar(connection)
        transfer = Transfer(
            Purpose.EXPLAINED,
            str(issuance),
            claimed_by(claim.municipality),
            lost(claim.municipality) if claim.own_machine else claims_on(claim.chain),
            claim.yen,
            office.today,
            str(period_for(claim.accepted_on, office.today, calendar.periods)),
            municipality=claim.municipality,
            chain=claim.chain,
            issuance=issuance,
            reverses=claim.transfer_id,
        )
        booked = await book_one(connection, transfer, office.person.name)
        passed_on = await connection.fetch(_PASSED_ON, issuance)
        back = [_taken_back(claim, row["transfer_id"], office, calendar) for row in passed_on]
        deposit = await released_deposit(connection, transfer)
        await book(connection, [*back, *deposit], office.person.name)
        await connection.execute(_KEEP, issuance, office.person.name, office.person.reason, booked)
        return claim


def _taken_back(claim: Claim, passed_on: UUID, office: Office, calendar: Calendar) -> Transfer:
    """Return that the municipality is no longer owed what the chain had paid."""
    return Transfer(
        Purpose.CLAIM_TAKEN_BACK,
        str(passed_on),
        owed(claim.municipality),
        claimed_by(claim.municipality),
        claim.yen,
        office.today,
        str(period_for(office.today, office.today, calendar.periods)),
        municipality=claim.municipality,
        chain=claim.chain,
        issuance=claim.issuance_id,
        reverses=passed_on,
    )
