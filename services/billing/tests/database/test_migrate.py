"""Books that an earlier build wrote come along."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree

import asyncpg
from billing.books.balances import balances
from billing.books.office import Office
from billing.books.transfers import Purpose
from billing.database import migrate
from billing.settlement.claims import explain
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.payments import Payment, record_payment
from billing.settlement.reversals import reverse
from billing_testing.gateway_books import Issued, make_months, write
from gateway.database.migrate import migrated as gateway_migrated
from madoguchi_wire.kit.migrating import migrated_to_head
from madoguchi_wire.kit.pool import prepare_connection
from madoguchi_wire.reports import Money

CITY, OWN, DAY = "122033", "ichikawa-city", date(2010, 4, 1)
_STEPS = ("__init__.py", "first_schema.py", "invoices.py")
_BEFORE = """
    WITH booked AS (
        INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
            period, municipality, chain, recorded_by)
        VALUES ('paid_in', 'bank-1/122033/2010-04-01', 'held_by_centre', 'cash:komorebi', 250,
                '2010-04-01', '2010-04', '122033', 'komorebi', 'sato'),
               ('commission_paid_in', 'bank-2/tax', 'held_by_centre', 'commission_tax:122033', 5,
                '2010-04-01', '2010-04', '122033', NULL, 'sato'),
               ('commission_paid_in', 'bank-2', 'held_by_centre', 'commission:122033', 115,
                '2010-04-01', '2010-04', '122033', NULL, 'sato')
        RETURNING transfer_id, purpose
    )
    INSERT INTO billing.pay_ins
    SELECT 'bank-1', 'komorebi', '122033', '2010-04-01', 250, '2010-04-01', 'sato', 'x', transfer_id
    FROM booked WHERE purpose = 'paid_in'
"""
_CLAIM = """
    INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
        period, municipality, chain, issuance_id, recorded_by)
    VALUES ('claim', $1::uuid::text, 'claims_on:ichikawa-city', 'claimed_by:122033', 250,
            '2010-04-01', '2010-04', '122033', 'ichikawa-city', $1, 'sato')
"""
_CLOSED = """
    INSERT INTO billing.periods (period, closed_on, closed_by)
    VALUES ('2010-03', '2010-04-01', 'sato')
"""
_STATED = """
    INSERT INTO billing.statements (number, period, party, body, digest, recorded_by)
    VALUES ('first', '2010-03', 'municipality:122033', '{}', 'x', 'sato'),
           ('third', '2010-03', 'chain:komorebi', '{"version": 3}', 'x', 'sato')
"""
_VERSIONS = "SELECT array_agg(version ORDER BY number) FROM billing.statements"
_AFTER = """
    INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
        period, municipality, recorded_by)
    VALUES ('share', '2010/122033', 'share:122033', 'earned_by_centre', 1, '2010-04-01', '2010-04',
        '122033', 'sato')
"""


def _later(folder: str, names: list[str]) -> list[str]:
    """Return the steps that came with payments that can be reversed, and those after them."""
    return [name for name in names if Path(folder).name == "versions" and name not in _STEPS]


async def test_payments_and_claims_of_before_are_known_and_can_be_reversed(
    fresh_database: Callable[[], str], tmp_path: Path, office_on: Callable[[date], Office]
) -> None:
    url = fresh_database()
    await gateway_migrated(url)
    now = Path(migrate.__file__).parent / "migrations"
    before = copytree(now, tmp_path / "migrations", ignore=_later)
    await migrated_to_head(url, before, migrate.LOCK)
    connection = await asyncpg.connect(url)
    await prepare_connection(connection)
    await make_months(connection, DAY, 2)
    await write(connection, Issued(CITY, "komorebi", DAY))
    await connection.execute(_BEFORE)
    await connection.execute(_CLOSED)
    await connection.execute(_STATED)
    await connection.execute(_AFTER)
    own = Issued(CITY, OWN, DAY, channel="city_machine", state="voided", money=Money.REFUNDED)
    await write(connection, own)
    await connection.execute(_CLAIM, own.issuance_id)
    await migrate.migrated(url)
    office = office_on(DAY)
    paid = Payment(Purpose.COMMISSION_PAID_IN, CITY, 120, "bank-2", DAY)
    assert not await record_payment(connection, office, paid)
    pay_in = PayIn("bank-1", "komorebi", CITY, DAY, 250, DAY)
    assert not await record_pay_in(connection, office, pay_in)
    assert len(await reverse(connection, office, "bank-1")) == 1
    assert len(await reverse(connection, office, "bank-2")) == 2
    assert await record_pay_in(connection, office, pay_in)
    assert (await balances(connection))["lost:122033"] == 250
    assert (await explain(connection, office, own.issuance_id)).own_machine
    found = await balances(connection)
    assert found["lost:122033"] == found["claimed_by:122033"] == 0
    assert await connection.fetchval("SELECT last_transfer FROM billing.periods") == 3
    assert await connection.fetchval(_VERSIONS) == [1, 3]
    await connection.close()
