"""Whether meter, issuances and ledger of some days explain each other; nothing else is closed.

Test papers (見本) are not expected anywhere: one that is metered or booked is not explained.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi_wire.errors import LedgerUnexplained
from madoguchi_wire.kit.pool import Connection

_SHOWN = 20
_FACTS = """issuance_id, municipality, accepted_on, kind, channel, chain, site, place, commission,
    tariff_version"""
_BY_DAY = "accepted_on BETWEEN $1 AND $2"
_BY_KEY = """(municipality, accepted_on, issuance_id) IN (
    SELECT * FROM unnest($1::text[], $2::date[], $3::uuid[]))"""


def _unexplained(where: str) -> str:
    """Return the query of what differs; nothing has to be booked for nothing."""
    return f"""
    WITH metered AS MATERIALIZED (
        SELECT {_FACTS}, yen AS fee FROM metering_records WHERE {where}
    ), ended AS MATERIALIZED (
        SELECT {_FACTS}, fee, state, money, paid_at IS NOT NULL AS paid
        FROM issuances WHERE NOT test AND {where}
    ), expected AS (
        SELECT issuance_id, leg.* FROM metered CROSS JOIN LATERAL (VALUES
            ('fee_deposited', 'cash:' || chain, 'deposits:' || municipality, fee),
            ('fee_earned', 'deposits:' || municipality, 'owed_to_municipality:' || municipality,
             fee),
            ('commission', 'commission:' || municipality, 'owed_to_chain:' || chain, commission)
        ) AS leg(purpose, debit_account, credit_account, yen) WHERE leg.yen > 0
        UNION ALL
        SELECT issuance_id, purpose, debit_account, credit_account, fee
        FROM ended CROSS JOIN LATERAL (VALUES
            ('fee_deposited', 'cash:' || chain, 'deposits:' || municipality, paid),
            ('fee_refunded', 'deposits:' || municipality, 'cash:' || chain,
             paid AND state = 'voided' AND money = 'refunded'),
            ('fee_kept', CASE WHEN paid THEN 'deposits:' || municipality ELSE 'cash:' || chain END,
             'owed_to_cardholders:' || chain, state = 'voided' AND money = 'kept')
        ) AS leg(purpose, debit_account, credit_account, booked)
        WHERE state <> 'completed' AND leg.booked AND fee > 0
    ), booked AS (
        SELECT issuance_id, purpose, debit_account, credit_account, yen
        FROM ledger_transfers WHERE {where} AND yen > 0
    )
    SELECT issuance_id, purpose || ' is missing or differs' AS what
    FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM booked) AS missing
    UNION ALL
    SELECT issuance_id, purpose || ' is booked and not explained'
    FROM (SELECT * FROM booked EXCEPT ALL SELECT * FROM expected) AS excess
    UNION ALL
    SELECT issuance_id, 'completed and not metered so' FROM (
        SELECT {_FACTS}, fee FROM ended WHERE state = 'completed'
        EXCEPT ALL SELECT {_FACTS}, fee FROM metered) AS unmetered
    UNION ALL
    SELECT issuance_id, 'metered and not completed so' FROM (
        SELECT {_FACTS}, fee FROM metered
        EXCEPT ALL SELECT {_FACTS}, fee FROM ended WHERE state = 'completed') AS invented
    """  # noqa: S608 (column names of ours)


# Two searches: one with OR would look up each paper of all years by itself.
_NOT_TAKEN = """
    SELECT municipality, accepted_on, issuance_id FROM issuances
    WHERE accepted_on < $1 AND accepted_on <= $2 AND state = 'voided' AND NOT test
    UNION ALL
    SELECT municipality, accepted_on, issuance_id FROM issuances AS i
    WHERE accepted_on < $1 AND accepted_on <= $2 AND state = 'completed' AND NOT test
      AND NOT EXISTS (
        SELECT FROM billing.papers AS p
        WHERE (p.issuance_id, p.municipality, p.accepted_on)
            = (i.issuance_id, i.municipality, i.accepted_on))
"""
_OF_DAYS, _OF_KEYS = _unexplained(_BY_DAY), _unexplained(_BY_KEY)
_SOME = f" LIMIT {_SHOWN + 1}"


@dataclass(frozen=True)
class Key:
    """Where an issuance's rows lie."""

    municipality: str
    accepted_on: date
    issuance_id: UUID


@dataclass(frozen=True)
class Unexplained:
    """An issuance of which meter, ledger and its own row do not say the same."""

    issuance_id: UUID
    what: str


async def unexplained(connection: Connection, first: date, last: date) -> list[Unexplained]:
    """Return all that is not explained of some days, by issuance."""
    rows = await connection.fetch(f"{_OF_DAYS} ORDER BY issuance_id, what", first, last)
    return [Unexplained(row["issuance_id"], row["what"]) for row in rows]


async def not_taken(connection: Connection, first: date, last: date) -> list[Key]:
    """Return what ended on days before `first`, up to `last`, and is in no period as a paper.

    What had not ended when its day was closed, or was not in the books yet, is among it.
    """
    rows = await connection.fetch(_NOT_TAKEN, first, last)
    return [Key(**dict(row.items())) for row in rows]


async def check_explained(
    connection: Connection, first: date, last: date, late: Sequence[Key]
) -> None:
    """Pass if all of these days, and all of these late issuances, are explained.

    Raises:
        LedgerUnexplained: naming issuances.

    """
    rows = await connection.fetch(_OF_DAYS + _SOME, first, last)
    if late:
        keys = ([one.municipality for one in late], [one.accepted_on for one in late])
        rows += await connection.fetch(_OF_KEYS + _SOME, *keys, [one.issuance_id for one in late])
    refuse_unexplained([Unexplained(row["issuance_id"], row["what"]) for row in rows])


def refuse_unexplained(found: Sequence[Unexplained]) -> None:
    """Pass if there is nothing.

    Raises:
        LedgerUnexplained: naming issuances.

    """
    if found:
        told = [f"{one.issuance_id}: {one.what}" for one in found[:_SHOWN]]
        more = ["and more"] if len(found) > _SHOWN else []
        raise LedgerUnexplained(f"{'; '.join(told + more)}.")
