"""The service's user closes and settles, and can change nothing that is in the books."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest
from billing.access.accesses import record_access
from billing.books.office import Office
from billing.checking.check import check
from billing.closing.choosing import close
from billing.invoices.making import make_invoices
from billing.rules.periods import Period
from billing.settlement.arrivals import Arrival, record_arrival
from billing.settlement.claims import explain
from billing.settlement.paid_claims import ClaimPayment, pay_claim
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.refunds import refund
from billing.settlement.reversals import reverse
from billing.statements.making import make_statements
from billing.transfer_files.making import Asked, make_transfer_file
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
_BACKDATED = """
    INSERT INTO billing.accesses (at, who, what, why, about)
    VALUES (now() - interval '1 day', 'sato', 'balances', 'a reason', '{}')
"""
_GATEWAYS = ("metering_records", "ledger_transfers", "issuances", "reports")


async def test_it_does_all_of_its_work_and_changes_nothing_that_is_kept(
    database_url: str, connection: Connection, office_on: Callable[[date], Office]
) -> None:
    await make_months(connection, DAY, 2)
    paper = Issued("122033", "komorebi", DAY)
    voided = Issued("122033", "komorebi", DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
    own = Issued("122033", "ichikawa-city", DAY, commission=0, channel="city_machine")
    await write(connection, paper, voided, own)
    office = office_on(NEXT)
    async with service_user(database_url, ROLE) as url:
        service = await asyncpg.connect(url)
        await prepare_connection(service)
        await close(service, office, "2010-04")
        await make_statements(service, office, Period(2010, 4))
        await make_invoices(service, office, Period(2010, 4))
        await make_transfer_file(service, office, Asked(Period(2010, 4), "centre", NEXT))
        await record_pay_in(service, office, PayIn("bank-1", "komorebi", "122033", DAY, 250, NEXT))
        await refund(service, office, paper.issuance_id)
        await explain(service, office, voided.issuance_id)
        await reverse(service, office, "bank-1")
        await record_arrival(service, office, Arrival(f"{own.site}-1", DAY, 250))
        await record_access(service, office.person, "balances", {})
        assert await check(service, office.contracts) == []
        tables = [row["name"] for row in await connection.fetch(_OURS)]
        for table in (*tables, *_GATEWAYS):
            row = await connection.fetchrow(f"SELECT * FROM {table} LIMIT 1")
            if row is None:
                assert table == "reports"
                continue
            # Of the numbers, which the database gives itself, it says another thing.
            column = next(name for name in dict(row) if name != "position")
            for refused in _REFUSED:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await service.execute(refused.format(table=table, column=column))
            if table in tables:
                await refused_to_the_owner(connection, table, column)
        for refused in (
            "SET session_replication_role = replica",
            "CREATE TABLE billing.own (x int)",
            "INSERT INTO metering_records DEFAULT VALUES",
            _BACKDATED,
            "SELECT * FROM outbox",
            "SELECT * FROM sessions",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await service.execute(refused)
        await service.close()


async def refused_to_the_owner(connection: Connection, table: str, column: str) -> None:
    """Whoever owns a table is kept from changing it by its triggers alone."""
    for change in _REFUSED[:2]:
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await connection.execute(change.format(table=table, column=column))
    # What another table refers to is refused before any trigger is asked.
    with pytest.raises((asyncpg.RaiseError, asyncpg.FeatureNotSupportedError)):
        await connection.execute(f"TRUNCATE {table}")


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
    office = office_on(NEXT)
    await close(connection, office, "2010-04")
    await record_access(connection, office.person, "balances", {})
    for change in (
        "UPDATE billing.transfers SET yen = yen + 1",
        "DELETE FROM billing.papers",
        "TRUNCATE billing.periods CASCADE",
        "UPDATE billing.accesses SET who = 'tanaka'",
        "DELETE FROM billing.accesses",
        "TRUNCATE billing.accesses",
    ):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await connection.execute(change)


async def _insert(connection: Connection, **changes: object) -> UUID:
    """Write a transfer past the service's rules; return its id."""
    row: dict[str, object] = {
        "purpose": "paid_back",
        "subject": f"{uuid4()}",
        "debit_account": "held_by_centre",
        "credit_account": "owed_to_municipality:122033",
        "yen": 1,
        "day": DAY,
        "period": "2010-05",
        "recorded_by": "sato",
    } | changes
    places = ", ".join(f"${at}" for at in range(1, len(row) + 1))
    made: UUID = await connection.fetchval(
        f"INSERT INTO billing.transfers ({', '.join(row)}) VALUES ({places}) RETURNING transfer_id",
        *row.values(),
    )
    return made


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"yen": -1}, asyncpg.CheckViolationError),
        ({"credit_account": "held_by_centre"}, asyncpg.CheckViolationError),
        ({"subject": "old"}, asyncpg.UniqueViolationError),
        ({"credit_account": "rubbish"}, asyncpg.CheckViolationError),
        ({"credit_account": "cash:"}, asyncpg.CheckViolationError),
        ({"purpose": "nonsense"}, asyncpg.CheckViolationError),
        ({"purpose": "paid_out"}, asyncpg.CheckViolationError),
        ({"period": "0000-xx"}, asyncpg.CheckViolationError),
        ({"period": "2010-13"}, asyncpg.CheckViolationError),
        ({"period": "2010-04"}, asyncpg.CheckViolationError),  # closed
        ({"purpose": "reversed"}, asyncpg.CheckViolationError),  # of nothing
        ({"purpose": "reversed", "reverses": uuid4()}, asyncpg.CheckViolationError),
    ],
)
async def test_the_database_refuses_what_no_ledger_holds(
    connection: Connection,
    office_on: Callable[[date], Office],
    changes: dict[str, object],
    error: type[Exception],
) -> None:
    await make_months(connection, DAY, 2)
    await write(connection, Issued("122033", "komorebi", DAY))
    await close(connection, office_on(NEXT), "2010-04")
    await _insert(connection, subject="old")
    with pytest.raises(error):
        await _insert(connection, **changes)


_CITY: dict[str, object] = {"municipality": "122033", "chain": "komorebi", "period": "2010-05"}
_BACK: dict[str, object] = _CITY | {
    "debit_account": "owed_to_municipality:122033",
    "credit_account": "cash:komorebi",
    "yen": 250,
}
_HANDED: dict[str, object] = _BACK | {"debit_account": "owed_to_cardholders:komorebi"}
_CLAIMED: dict[str, object] = _BACK | {
    "debit_account": "claims_on:komorebi",
    "credit_account": "claimed_by:122033",
}
_UNBACKED: dict[str, dict[str, object]] = {
    "paid_in": _CITY | {"debit_account": "held_by_centre", "credit_account": "cash:komorebi"},
    "refund_by_chain": _BACK,
    "refund_by_municipality": _BACK
    | {"debit_account": "refunded:122033", "credit_account": "treasury:122033"},
    "handed_back": _HANDED,
    "claim": _CLAIMED,
}
_REFUND = """
    INSERT INTO billing.refunds (issuance_id, yen, borne_by, recorded_by, reason, transfer_id)
    VALUES ($1, $2, $3, 'sato', '印字不良', $4)
"""
_PAPER = """
    INSERT INTO billing.papers SELECT (jsonb_populate_record(p, $1)).* FROM billing.papers AS p
"""


async def test_the_database_refuses_what_nothing_stands_behind(
    connection: Connection, office_on: Callable[[date], Office]
) -> None:
    """A pay-in of nobody, a refund of another fee or of one that is settled, a claim of nothing."""
    await make_months(connection, DAY, 2)
    paper, late = Issued("122033", "komorebi", DAY), Issued("122033", "komorebi", NEXT)
    voided = Issued("122033", "komorebi", DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
    await write(connection, paper, voided, late)
    await close(connection, office_on(NEXT), "2010-04")
    for purpose, facts in _UNBACKED.items():
        forged = facts | {"purpose": purpose, "issuance_id": paper.issuance_id}
        with pytest.raises(asyncpg.CheckViolationError, match=f"nothing stands behind {purpose}"):
            await _insert(connection, **forged)
    explained: dict[str, object] = {
        "purpose": "explained",
        "issuance_id": voided.issuance_id,
        "debit_account": "claimed_by:122033",
        "credit_account": "claims_on:komorebi",
        "reverses": await connection.fetchval(_OF_CLAIM),
    }
    with pytest.raises(asyncpg.CheckViolationError, match="nothing stands behind explained"):
        await _insert(connection, **_BACK | explained)
    # The paper of April is settled: its chain has nothing to give back any more.
    for one, yen in ((late, 9999), (paper, 250)):
        with pytest.raises(asyncpg.CheckViolationError, match="nothing stands behind refund"):
            await _refund(connection, one.issuance_id, yen)
    assert await connection.fetchval("SELECT count(*) FROM billing.refunds") == 0
    for invented in ({"issuance_id": f"{uuid4()}"}, {"fee": 10, "issuance_id": f"{uuid4()}"}):
        with pytest.raises(asyncpg.CheckViolationError, match="is not metered so"):
            await connection.execute(_PAPER, invented | {"period": "2010-05"})


_BOOKED: dict[str, dict[str, object]] = {
    "tax": {"debit_account": "commission_tax:122033", "credit_account": "commission:122033"},
    "tax_paid": {"debit_account": "commission:122033", "credit_account": "commission_tax:122033"},
    "set_off": {
        "debit_account": "owed_to_municipality:122033",
        "credit_account": "commission:122033",
        "subject": "2010-05/122033/commission",
    },
    "share": {
        "debit_account": "share:122033",
        "credit_account": "earned_by_centre",
        "subject": "2011/122033",
    },
}
_REVERSED_ROW = """
    INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
        period, municipality, chain, issuance_id, reverses, recorded_by)
    SELECT $2, transfer_id::text, credit_account, debit_account, yen, '2010-05-01', '2010-05',
        municipality, chain, issuance_id, transfer_id, 'sato'
    FROM billing.transfers WHERE purpose = $1 AND municipality = '122033'
    LIMIT 1 RETURNING transfer_id
"""
_RELEASED: dict[str, object] = _BACK | {
    "purpose": "deposit_released",
    "debit_account": "deposits:122033",
}


@pytest.mark.parametrize("purpose", list(_BOOKED))
async def test_what_closes_alone_book_nobody_else_books(
    connection: Connection, office_on: Callable[[date], Office], purpose: str
) -> None:
    await make_months(connection, DAY, 2)
    await write(connection, Issued("122033", "komorebi", DAY))
    await close(connection, office_on(NEXT), "2010-04")
    forged = _CITY | _BOOKED[purpose] | {"purpose": purpose}
    with pytest.raises(asyncpg.CheckViolationError, match=f"there is no occasion for {purpose}"):
        await _insert(connection, **forged)


async def test_only_payments_are_reversed_and_only_what_is_explained_is_taken_back(
    connection: Connection, office_on: Callable[[date], Office]
) -> None:
    """Each with all that the service writes of it."""
    await make_months(connection, DAY, 2)
    office = office_on(NEXT)
    voided = Issued("122033", "komorebi", DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
    deposited = Issued("122033", "komorebi", DAY, state="voided", money=Money.NOT_TAKEN)
    other = Issued("122033", "komorebi", NEXT)
    await write(connection, Issued("122033", "komorebi", DAY), voided, deposited)
    await close(connection, office, "2010-04")
    for purpose in ("share", "tax", "claim"):
        with pytest.raises(asyncpg.CheckViolationError, match="reversed does not take back"):
            await _take_back(connection, purpose, "reversed")
    with pytest.raises(asyncpg.CheckViolationError, match="explained does not take back"):
        await _take_back(connection, "tax", "explained")
    with pytest.raises(asyncpg.CheckViolationError, match="no occasion for deposit_released"):
        await _insert(connection, **_RELEASED | {"issuance_id": deposited.issuance_id})
    for one in (voided, deposited):
        await pay_claim(connection, office, ClaimPayment(one.issuance_id, "bank-1", NEXT))
    with pytest.raises(asyncpg.CheckViolationError, match="no occasion for claim_taken_back"):
        await _take_back(connection, "claim_passed_on", "claim_taken_back")
    await write(connection, other)
    for one in (other, voided, deposited):
        with pytest.raises(asyncpg.CheckViolationError, match="no occasion for deposit_released"):
            await _insert(connection, **_RELEASED | {"issuance_id": one.issuance_id})
    assert await check(connection, office.contracts) == []


async def _take_back(connection: Connection, purpose: str, by: str) -> None:
    """Book by hand that an entry of a purpose is taken back."""
    async with connection.transaction():
        booked = await connection.fetchval(_REVERSED_ROW, purpose, by)
        assert booked
        await connection.execute(
            "INSERT INTO billing.reversals VALUES ($1, 'sato', '入力誤り')", booked
        )


async def test_a_municipality_gives_back_only_what_is_settled_or_its_own(
    connection: Connection, office_on: Callable[[date], Office]
) -> None:
    await make_months(connection, DAY, 2)
    paper, late = Issued("122033", "komorebi", DAY), Issued("122033", "komorebi", NEXT)
    await write(connection, paper, late)
    await close(connection, office_on(NEXT), "2010-04")
    with pytest.raises(asyncpg.CheckViolationError, match="no occasion for refund_by_munici"):
        await _refund(connection, late.issuance_id, 250, "municipality")
    await _refund(connection, paper.issuance_id, 250, "municipality")
    assert await check(connection, office_on(NEXT).contracts) == []


async def _refund(connection: Connection, issuance: UUID, yen: int, by: str = "chain") -> None:
    """Book by hand that somebody gave a fee back, with all that the service writes of it."""
    purpose = f"refund_by_{by}"
    forged = _UNBACKED[purpose] | {"purpose": purpose, "issuance_id": issuance, "yen": yen}
    async with connection.transaction():
        booked = await _insert(connection, **forged)
        await connection.execute(_REFUND, issuance, yen, by, booked)


_OF_CLAIM = "SELECT transfer_id FROM billing.transfers WHERE purpose = 'claim'"


async def test_a_reversal_moves_the_same_yen_the_other_way_once(connection: Connection) -> None:
    first = await _insert(connection)
    owed = "owed_to_municipality:122033"
    way: dict[str, object] = {"debit_account": owed, "credit_account": "held_by_centre"}
    right: dict[str, object] = {"purpose": "reversed", "reverses": first} | way
    for wrong in (
        {"yen": 2},
        {"debit_account": "owed_to_municipality:131130"},
        {"debit_account": "held_by_centre", "credit_account": owed},
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await _insert(connection, **right | wrong)
    async with connection.transaction():
        reversal = await _insert(connection, **right)
        await connection.execute(
            "INSERT INTO billing.reversals VALUES ($1, 'sato', '入力誤り')", reversal
        )
    with pytest.raises(asyncpg.UniqueViolationError):
        await _insert(connection, **right)
    with pytest.raises(asyncpg.CheckViolationError):
        await _insert(connection, purpose="reversed", reverses=reversal)


@pytest.mark.parametrize("period", ["2099-99", "0000-xx", "2010-00"])
async def test_a_period_has_a_shape(connection: Connection, period: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            "INSERT INTO billing.periods (period, closed_on, closed_by) VALUES ($1, $2, 'sato')",
            *(period, NEXT),
        )
