"""Writes what a gateway writes about issuances: rows of its own tables, booked by its rules.

So a test can have a year of papers without a year of terminals.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID, uuid4

from gateway.metering.rules import Sale, Transfer, on_completed, on_paid, on_voided
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

_ISSUANCE = """
    INSERT INTO issuances (municipality, accepted_on, issuance_id, order_id, session_id,
        order_digest, session_digest, copy_number, terminal, site, chain, place, kind, channel,
        state, fee, commission, tariff_version, configuration_version, deadline, void_reason,
        money, delivered_at, paid_at, ended_at)
    VALUES ($1, $2, $3, $3, $3, 'x', 'x', 1, $4 || '-1', $4, $5, $6, $7, $8, $9, $10, $11,
            '2010', 1, $12::timestamptz, $13, $14, $12,
            CASE WHEN $15 THEN $12::timestamptz END, $16)
"""
_END = """
    UPDATE issuances SET state = $4, money = $5, void_reason = $6, ended_at = $7
    WHERE municipality = $1 AND accepted_on = $2 AND issuance_id = $3
"""
_METER = """
    INSERT INTO metering_records (municipality, accepted_on, issuance_id, kind, chain, site, place,
        channel, yen, commission, tariff_version, configuration_version, completed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '2010', 1, $11)
"""
_BOOK = """
    INSERT INTO ledger_transfers (municipality, accepted_on, issuance_id, purpose, debit_account,
        credit_account, yen, reverses)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
State = Literal["delivered", "paid", "completed", "voided"]


@dataclass
class Issued:
    """One issuance as it stands."""

    municipality: str
    chain: str
    accepted_on: date
    fee: int = 250
    commission: int = 120
    channel: str = "store"
    kind: str = "resident_record"
    place: str = "市内"
    state: State = "completed"
    paid: bool = True
    money: Money | None = None
    entered_at: datetime | None = None
    """When it ended; by default at noon of its day."""
    issuance_id: UUID = field(default_factory=uuid4)

    @property
    def sale(self) -> Sale:
        """Return what the gateway books by."""
        return Sale(self.municipality, self.chain, self.fee, self.commission)

    @property
    def site(self) -> str:
        """Return where it was printed."""
        return f"{self.chain}-{self.municipality}"


def at(day: date, clock: time = time(12)) -> datetime:
    """Return a moment of Japan's day."""
    return datetime.combine(day, clock, JAPAN)


async def make_months(connection: Connection, first: date, months: int) -> None:
    """Make the partitions of so many months."""
    await connection.execute("SELECT ensure_month_partitions($1, $2)", first, months)


async def write(connection: Connection, *many: Issued) -> None:
    """Write issuances with all that hangs on them."""
    for one in many:
        moment = one.entered_at or at(one.accepted_on)
        ended = one.state in ("completed", "voided")
        await connection.execute(
            _ISSUANCE,
            *(one.municipality, one.accepted_on, one.issuance_id, one.site, one.chain, one.place),
            *(one.kind, one.channel, one.state, one.fee, one.commission, at(one.accepted_on)),
            *("cancelled" if one.state == "voided" else None, one.money, one.paid),
            moment if ended else None,
        )
        if one.paid:
            await _book(connection, one, on_paid(one.sale))
        if ended:
            await _ended(connection, one, moment)


async def end(connection: Connection, one: Issued, moment: datetime) -> None:
    """Write that an issuance which was open has ended now, in the state that it has here."""
    reason = "cancelled" if one.state == "voided" else None
    await connection.execute(
        _END,
        *(one.municipality, one.accepted_on, one.issuance_id, one.state, one.money, reason),
        moment,
    )
    await _ended(connection, one, moment)


async def _ended(connection: Connection, one: Issued, moment: datetime) -> None:
    if one.state == "voided":
        assert one.money is not None
        await _book(connection, one, on_voided(one.sale, one.money, deposited=one.paid))
        return
    await connection.execute(
        _METER,
        *(one.municipality, one.accepted_on, one.issuance_id, one.kind, one.chain, one.site),
        *(one.place, one.channel, one.fee, one.commission, moment),
    )
    await _book(connection, one, on_completed(one.sale))


async def _book(connection: Connection, one: Issued, transfers: Iterable[Transfer]) -> None:
    for booked in transfers:
        await connection.execute(
            _BOOK,
            *(one.municipality, one.accepted_on, one.issuance_id, booked.purpose.value),
            *(booked.debit, booked.credit, booked.yen, booked.reverses),
        )


async def forget_everything(connection: Connection) -> None:
    """Empty the tables of gateway and billing; only a superuser gets past their guards."""
    tables = await connection.fetch(
        """SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
           WHERE schemaname = 'billing' AND tablename <> 'alembic_version'"""
    )
    names = [row["name"] for row in tables]
    names += ["issuances", "metering_records", "ledger_transfers"]
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        # Not TRUNCATE: that takes a while for each partition, and there is little to delete.
        for name in names:
            await connection.execute(f"DELETE FROM {name}")  # noqa: S608 (names of ours)
