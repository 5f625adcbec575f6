"""A fee is given back, once, in full: after a paper came out wrong, or after a machine kept it.

The commission stays: the chain did hand the paper out.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg
from madoguchi_wire.channel import Channel
from madoguchi_wire.errors import PaperNotRefundable
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.books.transfers import Purpose, Transfer, book_one, cash, owed
from billing.books.writing import writing
from billing.closing.calendar import Calendar, read_calendar
from billing.rules.periods import Period, period_for
from billing.rules.refunds import borne_by
from billing.statements.statement import Bearer

_PAPER = """
    SELECT m.municipality, m.chain, m.channel, m.accepted_on, m.yen,
           (m.completed_at AT TIME ZONE 'Asia/Tokyo')::date AS entered_on, p.period
    FROM metering_records AS m LEFT JOIN billing.papers AS p USING (issuance_id)
    WHERE m.issuance_id = $1
"""
_KEPT = """
    SELECT t.municipality, i.chain, i.channel, t.accepted_on, t.yen
    FROM ledger_transfers AS t JOIN issuances AS i USING (municipality, accepted_on, issuance_id)
    WHERE t.issuance_id = $1 AND t.purpose = 'fee_kept'
"""
_KNOWN = "SELECT true FROM billing.refunds WHERE issuance_id = $1"
_KEEP = """
    INSERT INTO billing.refunds
        (issuance_id, yen, borne_by, recorded_by, reason, transfer_id)
    VALUES ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True)
class Refunded:
    """A refund that was booked."""

    issuance: UUID
    yen: int
    borne_by: Bearer
    period: str


async def refund(connection: Connection, office: Office, issuance: UUID) -> Refunded:
    """Book that a fee was given back.

    Raises:
        PaperNotRefundable: no fee was taken for it, or it was given back before.

    """
    async with writing(connection):
        if await connection.fetchval(_KNOWN, issuance):
            raise PaperNotRefundable(f"The fee of {issuance} was given back before.")
        calendar = await read_calendar(connection)
        paper = await connection.fetchrow(_PAPER, issuance)
        if paper is not None:
            transfer = _of_paper(issuance, paper, calendar, office.today)
        else:
            kept = await connection.fetchrow(_KEPT, issuance)
            if kept is None:
                raise PaperNotRefundable(f"No fee was taken for {issuance}.")
            transfer = _of_kept(issuance, kept, calendar, office.today)
        if transfer.yen == 0:
            raise PaperNotRefundable(f"The fee of {issuance} was 0 yen.")
        booked = await book_one(connection, transfer, office.person.name)
        municipality = transfer.purpose is Purpose.REFUND_BY_MUNICIPALITY
        bearer = Bearer.MUNICIPALITY if municipality else Bearer.CHAIN
        person = office.person
        await connection.execute(
            _KEEP, issuance, transfer.yen, bearer.value, person.name, person.reason, booked
        )
        return Refunded(issuance, transfer.yen, bearer, transfer.period)


def _of_paper(issuance: UUID, paper: asyncpg.Record, calendar: Calendar, today: date) -> Transfer:
    code, chain = paper["municipality"], paper["chain"]
    settled = paper["period"] or str(
        period_for(paper["accepted_on"], paper["entered_on"], calendar.periods)
    )
    is_closed = Period.of(settled) in calendar.periods
    bearer = borne_by(own_machine=paper["channel"] == Channel.CITY_MACHINE, period_closed=is_closed)
    by_chain = bearer is Bearer.CHAIN
    return Transfer(
        Purpose.REFUND_BY_CHAIN if by_chain else Purpose.REFUND_BY_MUNICIPALITY,
        str(issuance),
        owed(code) if by_chain else f"refunded:{code}",
        cash(chain) if by_chain else f"treasury:{code}",
        paper["yen"],
        today,
        str(period_for(paper["accepted_on"], today, calendar.periods)) if is_closed else settled,
        municipality=code,
        chain=chain,
        issuance=issuance,
        reverses_purpose="fee_earned" if by_chain else None,
    )


def _of_kept(issuance: UUID, kept: asyncpg.Record, calendar: Calendar, today: date) -> Transfer:
    return Transfer(
        Purpose.HANDED_BACK,
        str(issuance),
        f"owed_to_cardholders:{kept['chain']}",
        cash(kept["chain"]),
        kept["yen"],
        today,
        str(period_for(kept["accepted_on"], today, calendar.periods)),
        municipality=kept["municipality"],
        chain=kept["chain"],
        issuance=issuance,
        reverses_purpose="fee_kept",
    )
