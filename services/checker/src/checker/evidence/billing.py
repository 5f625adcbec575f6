"""Reads what the billing service keeps in the schema `billing` of the gateway's database."""

from dataclasses import dataclass
from datetime import date, datetime

from checker.evidence.reading import Connection, read_rows

_IS_THERE = "SELECT to_regclass('billing.papers') IS NOT NULL"
_PAPERS = """
    SELECT issuance_id, municipality, accepted_on, kind, channel, chain, site, place, fee,
           commission, tariff_version, period
    FROM billing.papers
"""
_PAY_INS = """
    SELECT reference, chain, municipality, day, yen, paid_on FROM billing.pay_ins AS p
    WHERE NOT EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = p.transfer_id)
"""
_REFUNDED = "SELECT issuance_id::text FROM billing.refunds WHERE borne_by = 'chain'"
_CLAIMED = "SELECT issuance_id::text FROM billing.transfers WHERE purpose = 'claim'"
_EXPLAINED = """
    SELECT issuance_id::text FROM billing.explanations
    UNION
    SELECT issuance_id::text FROM billing.transfers AS p
    WHERE purpose = 'claim_passed_on'
      AND NOT EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = p.transfer_id)
"""
_ARRIVALS = """
    SELECT DISTINCT ON (terminal, day) terminal, day, yen FROM billing.arrivals
    ORDER BY terminal, day, position DESC
"""
_PERIODS = "SELECT period FROM billing.periods"
_LAST_DAY = "SELECT max(day) FROM billing.days"
_CLOSED_AT = """
    SELECT max(closed_at) FROM (
        SELECT closed_at FROM billing.days
        UNION ALL SELECT closed_at FROM billing.periods WHERE period NOT LIKE '%late') AS one
"""


@dataclass(frozen=True, slots=True)
class BilledPaper:
    """A paper that a close took."""

    issuance_id: str
    municipality: str
    accepted_on: date
    kind: str
    channel: str
    chain: str
    site: str
    place: str
    fee: int
    commission: int
    tariff_version: str
    period: str
    """In whose statements it is: `2010-04`, or `2010-late` of a fiscal year."""


@dataclass(frozen=True, slots=True)
class PayIn:
    """Fees of one municipality and day that a chain paid to the centre."""

    reference: str
    """The bank's."""
    chain: str
    municipality: str
    day: date
    """On which the papers were accepted."""
    yen: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a municipality counted of the coins that left a machine of its own on one day."""

    terminal: str
    day: date
    yen: int


@dataclass(frozen=True, slots=True)
class BillingBooks:
    """What billing says was billed, paid in, given back and explained, and what arrived."""

    papers: tuple[BilledPaper, ...] = ()
    pay_ins: tuple[PayIn, ...] = ()
    refunded: frozenset[str] = frozenset()
    """Issuances whose fee the chain gave back out of its own cash."""
    claimed: frozenset[str] = frozenset()
    """Issuances that were delivered and then voided, as billing claims them."""
    explained: frozenset[str] = frozenset()
    """Those of them that a named person explained, or that the chain paid: nothing is owed."""
    arrivals: tuple[Arrival, ...] = ()
    """One for each machine and day."""
    periods: frozenset[str] = frozenset()
    """That are closed."""
    last_day: date | None = None
    """The last day that is closed; days are closed in order."""
    closed_at: datetime | None = None
    """The last close of a day or month: whatever of a closed day had ended before is in it. (That
    of a year's late entries takes nothing that is later than the year.)
    """


async def read_billing(connection: Connection) -> BillingBooks | None:
    """Return billing's books, within the connection's transaction; None: it has none here.

    Raises:
        OSError, asyncpg.PostgresError: they cannot be read.

    """
    if not await connection.fetchval(_IS_THERE):
        return None
    named = [
        frozenset(row[0] for row in await connection.fetch(statement))
        for statement in (_REFUNDED, _CLAIMED, _EXPLAINED)
    ]
    return BillingBooks(
        await read_rows(connection, _PAPERS, BilledPaper),
        await read_rows(connection, _PAY_INS, PayIn),
        *named,
        arrivals=await read_rows(connection, _ARRIVALS, Arrival),
        periods=frozenset(row[0] for row in await connection.fetch(_PERIODS)),
        last_day=await connection.fetchval(_LAST_DAY),
        closed_at=await connection.fetchval(_CLOSED_AT),
    )
