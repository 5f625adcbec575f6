"""The service's user closes and settles, and can change nothing that is in the books."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import asyncpg
import pytest
from billing.books.office import Office
from billing.closing.choosing import close
from billing.invoices.making import make_invoices
from billing.rules.periods import Period
from billing.settlement.claims import explain
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.refunds import refund
from billing.statements.making import make_statements
from billing_testing.gateway_books import Issued, make_months, write
from local_stack.service_user import service_user
from madoguchi_wire.kit.pool import Connection, prepare_connection
from madoguchi_wire.reports import Money

ROLE = "madoguchi_billing"
DAY, NEXT = date(2010, 4, 30), date(2010, 5, 1)
_OURS = """
    SELECT format('billing.%I', tablename) AS name FROM pg_tables
    WHERE schemaname = 'billing' AND tablename <> 'alembic_version'
"""
_GRANTED = """
    SELECT table_schema, table_name, privilege_type FROM information_schema.role_table_grants
    WHERE grantee = 'madoguchi_billing'
"""
_REFUSED = (
    "DELETE FROM {table}",
    "UPDATE {table} SET {column} = {column}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "DROP TABLE {table} CASCADE",
)
_GATEWAYS = ("metering_records", "ledger_transfers", "issuances", "reports")


async def test_it_does_all_of_its_work_and_changes_nothing_that_is_kept(
    database_url: str, connection: Connection, office_on: Callable[[date], Office]
) -> None:
    await make_months(connection, DAY, 2)
    paper = Issued("122033", "komorebi", DAY)
    voided = Issued("122033", "komorebi", DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
    await write(connection, paper, voided)
    office = office_on(NEXT)
    async with service_user(database_url, ROLE) as url:
        service = await asyncpg.connect(url)
        await prepare_connection(service)
        await close(service, office, "2010-04")
        await make_statements(service, office, Period(2010, 4))
        await make_invoices(service, office, Period(2010, 4))
        await record_pay_in(service, office, PayIn("bank-1", "komorebi", "122033", DAY, 250, NEXT))
        await refund(service, office, paper.issuance_id)
        await explain(service, office, voided.issuance_id)
        tables = [row["name"] for row in await connection.fetch(_OURS)]
        for table in (*tables, *_GATEWAYS):
            row = await connection.fetchrow(f"SELECT * FROM {table} LIMIT 1")
            if row is None:
                assert table in ("reports", "billing.unended")
                continue
            for refused in _REFUSED:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await service.execute(
                        refused.format(table=table, column=next(iter(row.keys())))
                    )
        for refused in (
            "SET session_replication_role = replica",
            "CREATE TABLE billing.own (x int)",
            "INSERT INTO metering_records DEFAULT VALUES",
            "SELECT * FROM outbox",
            "SELECT * FROM sessions",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await service.execute(refused)
        await service.close()


async def test_its_rights_are_these_and_no_more(connection: Connection) -> None:
    found = {tuple(row) for row in await connection.fetch(_GRANTED)}
    assert found
    for schema, table, right in found:
        if schema == "public":
            assert (table in _GATEWAYS, right) == (True, "SELECT")
        else:
            assert right == "SELECT" or (right == "INSERT" and table != "ledger")


async def test_even_the_owner_changes_nothing_without_taking_the_guards_off(
    connection: Connection, office_on: Callable[[date], Office]
) -> None:
    await make_months(connection, DAY, 2)
    await write(connection, Issued("122033", "komorebi", DAY))
    await close(connection, office_on(NEXT), "2010-04")
    for change in (
        "UPDATE billing.transfers SET yen = yen + 1",
        "DELETE FROM billing.papers",
        "TRUNCATE billing.periods CASCADE",
    ):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await connection.execute(change)


@pytest.mark.parametrize(
    ("yen", "credit", "subject", "error"),
    [
        (-1, "cash:b", "new", asyncpg.CheckViolationError),
        (1, "cash:a", "new", asyncpg.CheckViolationError),
        (1, "cash:b", "old", asyncpg.UniqueViolationError),
    ],
)
async def test_the_database_refuses_what_no_ledger_holds(
    connection: Connection, yen: int, credit: str, subject: str, error: type[Exception]
) -> None:
    insert = """
        INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
            period, recorded_by)
        VALUES ('paid_in', $1, 'cash:a', $2, $3, '2010-04-01', '2010-04', 'sato')
    """
    await connection.execute(insert, "old", "cash:b", 1)
    with pytest.raises(error):
        await connection.execute(insert, subject, credit, yen)
    reversing = """
        INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
            period, recorded_by, reverses)
        VALUES ('explained', 'x', 'a', 'b', 1, '2010-04-01', '2010-04', 'sato', $1)
    """
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(reversing, uuid4())
