"""A close is done once, in order, after the end, from explained books; or nothing is written."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from billing.books.balances import balances
from billing.books.office import Office
from billing.checking.check import check
from billing.closing.choosing import close
from billing.closing.close import Closed
from billing.closing.explaining import check_explained
from billing.contracts.contracts import Contracts
from billing.invoices.making import make_invoices
from billing.rules.periods import Period
from billing.statements.making import make_statements
from billing_testing.gateway_books import Issued, at, end, make_months, write
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.errors import (
    AccountUnknown,
    BillingRefused,
    InvalidFields,
    LedgerUnexplained,
    PeriodClosed,
    PeriodNotOver,
    PeriodOutOfOrder,
)
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

APRIL_1 = date(2010, 4, 1)
CITY, CHAIN = "122033", "komorebi"
CloseOn = Callable[[str, date], Awaitable[Closed]]
_WRITTEN = """
    SELECT (SELECT count(*) FROM billing.days) + (SELECT count(*) FROM billing.periods)
         + (SELECT count(*) FROM billing.papers) + (SELECT count(*) FROM billing.transfers)
"""


@pytest.fixture
async def books(connection: Connection) -> Connection:
    """Give the books of April 2010: a paper a day for three days."""
    await make_months(connection, date(2010, 3, 1), 16)
    await write(connection, *(paper(APRIL_1 + timedelta(days=day)) for day in range(3)))
    return connection


@pytest.fixture
def close_on(books: Connection, office_on: Callable[[date], Office]) -> CloseOn:
    return lambda what, today: close(books, office_on(today), what)


def paper(day: date, **changes: object) -> Issued:
    return Issued(**({"municipality": CITY, "chain": CHAIN, "accepted_on": day} | changes))  # pyright: ignore[reportArgumentType] (the fields of Issued)


async def refused(
    books: Connection, act: Awaitable[object], error: type[BillingRefused | InvalidFields]
) -> str:
    before = await books.fetchval(_WRITTEN), await balances(books)
    with pytest.raises(error) as raised:
        await act
    assert (await books.fetchval(_WRITTEN), await balances(books)) == before
    return str(raised.value)


async def test_days_follow_each_other_and_are_closed_once(
    books: Connection, close_on: CloseOn
) -> None:
    later = date(2010, 4, 10)
    out_of_order = await refused(books, close_on("2010-04-02", later), PeriodOutOfOrder)
    assert "2010-04-01" in out_of_order
    done = await close_on("2010-04-01", later)
    assert (done.papers, done.yen, done.late_papers) == (1, 250, 0)
    await refused(books, close_on("2010-04-01", later), PeriodClosed)
    await refused(books, close_on("2010-03-31", later), PeriodClosed)
    await refused(books, close_on("2010-04-03", later), PeriodOutOfOrder)
    await close_on("2010-04-02", later)
    for wrong in ("2010-4-3", "2010-02-30", "April", "2010", "9999-late"):
        await refused(books, close_on(wrong, later), InvalidFields)


@pytest.mark.parametrize(
    ("what", "last"),
    [("2010-04-01", date(2010, 4, 1)), ("2010-04", date(2010, 4, 30))],
)
async def test_nothing_is_closed_before_it_is_over_in_japan(
    books: Connection, close_on: CloseOn, what: str, last: date
) -> None:
    for today in (last - timedelta(days=1), last):
        await refused(books, close_on(what, today), PeriodNotOver)
    assert (await close_on(what, last + timedelta(days=1))).closed == what


async def test_months_follow_each_other_and_take_their_open_days(
    books: Connection, close_on: CloseOn
) -> None:
    june = date(2010, 6, 15)
    await close_on("2010-04-01", june)
    await refused(books, close_on("2010-05", june), PeriodOutOfOrder)
    await refused(books, close_on("2010-03", june), PeriodOutOfOrder)
    done = await close_on("2010-04", june)
    assert (done.papers, done.yen) == (2, 500)
    await refused(books, close_on("2010-04", june), PeriodClosed)
    await refused(books, close_on("2010-04-30", june), PeriodClosed)
    # An empty month is closed all the same.
    assert (await close_on("2010-05", june)).papers == 0
    assert await books.fetchval("SELECT count(*) FROM billing.days") == 30 + 31
    assert await books.fetchval("SELECT count(*) FROM billing.papers") == 3


async def test_a_late_march_paper_is_its_fiscal_years_until_31_may(
    books: Connection, close_on: CloseOn
) -> None:
    last = date(2011, 3, 31)
    late = [paper(last, state="paid") for _ in range(3)]
    await write(books, *late)
    for month in range(12):
        year, number = 2010 + (month + 3) // 12, (month + 3) % 12 + 1
        await close_on(f"{year}-{number:02}", date(2011, 4, 2))
    moments = (
        datetime(2011, 4, 20, tzinfo=JAPAN),
        datetime(2011, 5, 31, 23, 59, 59, tzinfo=JAPAN),
        datetime(2011, 6, 1, tzinfo=JAPAN),
    )
    for one, moment in zip(late, moments, strict=True):
        one.state = "completed"
        await end(books, one, moment)
    await refused(books, close_on("2010-late", date(2011, 5, 31)), PeriodNotOver)
    await close_on("2011-04", date(2011, 6, 2))
    await close_on("2011-05", date(2011, 6, 2))
    # Nobody forgets them: no later month is closed before.
    await refused(books, close_on("2011-06", date(2011, 7, 2)), PeriodOutOfOrder)
    done = await close_on("2010-late", date(2011, 6, 2))
    assert done.papers == 0
    await refused(books, close_on("2010-late", date(2011, 6, 2)), PeriodClosed)
    await refused(books, close_on("2011-late", date(2012, 6, 2)), PeriodOutOfOrder)
    rows = await books.fetch("SELECT issuance_id, period FROM billing.papers")
    found = {row["issuance_id"]: row["period"] for row in rows}
    assert [found[one.issuance_id] for one in late] == ["2010-late", "2010-late", "2011-04"]


async def test_the_last_late_entries_are_taken_by_the_close_of_late_entries(
    books: Connection, close_on: CloseOn
) -> None:
    one = paper(date(2011, 3, 31), state="paid")
    await write(books, one)
    for month in range(12):
        year, number = 2010 + (month + 3) // 12, (month + 3) % 12 + 1
        await close_on(f"{year}-{number:02}", date(2011, 4, 2))
    one.state = "completed"
    await end(books, one, at(date(2011, 5, 31)))
    done = await close_on("2010-late", date(2011, 6, 1))
    assert (done.papers, done.late_papers, done.yen) == (1, 1, 250)


FREE = {"fee": 0, "commission": 0}
_OF_A_FREE_PAPER = "DELETE FROM metering_records WHERE issuance_id = $1 AND yen = 0"
_INVENTED = """
    INSERT INTO ledger_transfers (municipality, accepted_on, issuance_id, purpose, debit_account,
        credit_account, yen)
    SELECT municipality, accepted_on, issuance_id, 'fee_refunded', credit_account, debit_account,
        yen FROM ledger_transfers WHERE issuance_id = $1 AND purpose = 'fee_deposited'
"""


async def test_what_the_ledger_does_not_explain_is_not_closed(
    books: Connection, close_on: CloseOn
) -> None:
    """Whatever is missing, too much or of another amount: its issuance is named."""
    today = date(2010, 5, 1)
    for change in (
        "DELETE FROM ledger_transfers WHERE purpose = 'fee_earned' AND issuance_id = $1",
        "DELETE FROM ledger_transfers WHERE purpose = 'commission' AND issuance_id = $1",
        "UPDATE ledger_transfers SET yen = yen - 1 WHERE issuance_id = $1",
        "UPDATE ledger_transfers SET credit_account = 'x' WHERE issuance_id = $1",
        "DELETE FROM metering_records WHERE issuance_id = $1",
        "UPDATE metering_records SET yen = yen + 1 WHERE issuance_id = $1",
        "UPDATE metering_records SET commission = 0 WHERE issuance_id = $1",
        "UPDATE metering_records SET channel = 'city_machine' WHERE issuance_id = $1",
        "UPDATE metering_records SET tariff_version = 'x' WHERE issuance_id = $1",
        "UPDATE issuances SET state = 'voided' WHERE issuance_id = $1",
        "DELETE FROM issuances WHERE issuance_id = $1",
        _INVENTED,
        _OF_A_FREE_PAPER,
    ):
        one = paper(date(2010, 4, 2), **(FREE if change is _OF_A_FREE_PAPER else {}))
        try:
            async with books.transaction():
                await write(books, one)
                await books.execute("SET LOCAL session_replication_role = replica")
                assert not (await books.execute(change, one.issuance_id)).endswith(" 0")
                with pytest.raises(LedgerUnexplained, match=str(one.issuance_id)):
                    await _explained(books, today)
                raise ZeroDivisionError  # and back
        except ZeroDivisionError:
            pass
    await close_on("2010-04", today)


async def _explained(books: Connection, last: date) -> None:
    await check_explained(books, APRIL_1, last, [])


async def test_an_unexplained_day_keeps_its_month_open(
    books: Connection, close_on: CloseOn
) -> None:
    one = paper(date(2010, 4, 2))
    await write(books, one)
    async with books.transaction():
        await books.execute("SET LOCAL session_replication_role = replica")
        await books.execute("DELETE FROM metering_records WHERE issuance_id = $1", one.issuance_id)
    told = await refused(books, close_on("2010-04", date(2010, 5, 1)), LedgerUnexplained)
    assert str(one.issuance_id) in told


@pytest.mark.parametrize(
    "unknown",
    [
        {"chain": "elsewhere"},
        {"municipality": "011002"},
        {"fee": 0, "chain": "nobody"},
        {"commission": 0, "chain": "nobody"},
    ],
)
async def test_nothing_is_closed_for_whom_has_no_contract(
    books: Connection, close_on: CloseOn, unknown: dict[str, object]
) -> None:
    await write(books, paper(date(2010, 4, 2), **unknown))
    told = await refused(books, close_on("2010-04", date(2010, 5, 1)), AccountUnknown)
    assert str(unknown.get("chain") or unknown["municipality"]) in told


async def test_delivered_then_voided_is_claimed_when_its_day_is_closed(
    books: Connection, close_on: CloseOn
) -> None:
    at_once = paper(APRIL_1, state="voided", paid=False, money=Money.NOT_TAKEN)
    later = paper(APRIL_1, state="delivered", paid=False)
    await write(books, at_once, later)
    first = await close_on("2010-04-01", date(2010, 4, 2))
    assert (first.claims, first.not_ended) == (1, 1)
    later.state, later.money = "voided", Money.NOT_TAKEN
    await end(books, later, at(date(2010, 4, 2)))
    second = await close_on("2010-04-02", date(2010, 4, 3))
    assert (second.claims, second.not_ended) == (1, 0)
    assert (await close_on("2010-04", date(2010, 5, 1))).claims == 0
    found = await balances(books)
    assert (found["claims_on:komorebi"], found["claimed_by:122033"]) == (500, -500)


async def test_the_first_close_is_that_of_the_first_record(
    books: Connection, close_on: CloseOn
) -> None:
    """A slip of the pen in a year would close empty days for good, and book a share for each."""
    today = date(2010, 5, 1)
    for before in ("2001-04-01", "2010-03-31", "2001-04", "2010-03"):
        told = await refused(books, close_on(before, today), PeriodOutOfOrder)
        assert "2010-04" in told
    await close_on("2010-04", today)


async def test_a_share_is_booked_with_the_first_month_in_which_a_municipality_takes_part(
    books: Connection, office_on: Callable[[date], Office]
) -> None:
    ended = {"until": date(2010, 3, 31)}
    office = with_contracts(
        office_on(date(2010, 7, 1)),
        **{"131130": {"valid_from": date(2010, 5, 31)}, "132047": ended},
    )
    expected = {"122033": 5_000_000}
    for month in ("2010-04", "2010-05", "2010-06"):
        if month == "2010-05":
            expected["131130"] = 3_500_000 * 11 // 12
        await close(books, office, month)
        shares = await books.fetch(
            "SELECT municipality, yen FROM billing.transfers WHERE purpose = 'share'"
        )
        assert {row["municipality"]: row["yen"] for row in shares} == expected


async def test_a_paper_of_a_day_without_a_contract_is_named(
    books: Connection, office_on: Callable[[date], Office]
) -> None:
    for days in ({"valid_from": date(2010, 4, 4)}, {"until": date(2010, 4, 2)}):
        office = with_contracts(office_on(date(2010, 5, 1)), **{CITY: days})
        told = await refused(books, close(books, office, "2010-04"), AccountUnknown)
        assert "municipalities/122033.yaml" in told
    await close(books, office_on(date(2010, 5, 1)), "2010-04")


def with_contracts(office: Office, **changes: dict[str, date]) -> Office:
    """Change the days of municipalities' contracts."""
    known = office.contracts.municipalities
    changed = {code: known[code].model_copy(update=days) for code, days in changes.items()}
    return replace(office, contracts=replace(office.contracts, municipalities={**known, **changed}))


async def test_books_without_a_record_are_not_closed(
    connection: Connection, office_on: Callable[[date], Office]
) -> None:
    for what in ("2010-04-01", "2010-04"):
        act = close(connection, office_on(date(2010, 5, 1)), what)
        assert "no record yet" in await refused(connection, act, PeriodOutOfOrder)


async def test_what_ended_after_its_close_is_held_against_the_ledger_by_the_next(
    books: Connection, close_on: CloseOn
) -> None:
    open_still = paper(date(2010, 4, 30), state="paid")
    await write(books, open_still)
    await close_on("2010-04", date(2010, 5, 1))
    open_still.state, open_still.money = "voided", Money.REFUNDED
    await end(books, open_still, at(date(2010, 5, 2)))
    await harm(books, "DELETE FROM ledger_transfers WHERE purpose = 'fee_refunded'")
    told = await refused(books, close_on("2010-05", date(2010, 6, 1)), LedgerUnexplained)
    assert str(open_still.issuance_id) in told
    assert "fee_refunded" in told


async def test_a_ledger_that_was_changed_after_the_close_is_stated_by_nothing(
    books: Connection, close_on: CloseOn, office_on: Callable[[date], Office]
) -> None:
    await close_on("2010-04", date(2010, 5, 1))
    await harm(books, "DELETE FROM ledger_transfers WHERE purpose = 'fee_deposited'")
    stating = make_statements(books, office_on(date(2010, 5, 1)), Period(2010, 4))
    assert "fee_deposited is missing" in await refused(books, stating, LedgerUnexplained)
    assert await books.fetchval("SELECT count(*) FROM billing.statements") == 0


async def test_a_paper_that_was_moved_to_a_far_period_stops_the_next_close(
    books: Connection, close_on: CloseOn, contracts: Contracts
) -> None:
    """As whoever owns the table could: it would be in nobody's statement."""
    await close_on("2010-04", date(2010, 5, 1))
    moved = await books.fetchval("SELECT min(issuance_id::text) FROM billing.papers")
    for far in ("2030-01", "2010-06", "2009-late"):
        change = f"UPDATE billing.papers SET period = '{far}' WHERE issuance_id = '{moved}'"
        await harm(books, change)
        told = await refused(books, close_on("2010-05", date(2010, 6, 1)), LedgerUnexplained)
        assert f"{moved}: it is billed in {far}" in told
        assert (await check(books, contracts))[0].name == moved
    await harm(books, "UPDATE billing.papers SET period = '2010-04'")
    assert (await close_on("2010-05", date(2010, 6, 1))).papers == 0


async def test_a_paper_whose_bill_was_changed_stops_what_is_made_of_it(
    books: Connection, close_on: CloseOn, office_on: Callable[[date], Office]
) -> None:
    await close_on("2010-04-01", date(2010, 4, 2))
    changed = str(await books.fetchval("SELECT issuance_id FROM billing.papers"))
    await harm(books, "UPDATE billing.papers SET commission = commission + 30")
    told = await refused(books, close_on("2010-04", date(2010, 5, 1)), LedgerUnexplained)
    assert changed in told
    await harm(books, "UPDATE billing.papers SET commission = commission - 30")
    await close_on("2010-04", date(2010, 5, 1))
    await harm(books, f"UPDATE billing.papers SET fee = 0 WHERE issuance_id = '{changed}'")
    office = office_on(date(2010, 5, 1))
    for make in (make_statements, make_invoices):
        told = await refused(books, make(books, office, Period(2010, 4)), LedgerUnexplained)
        assert f"{changed}: it is billed, and not metered so" in told


_BOOKED = """
    INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
        period, municipality, chain, recorded_by)
    VALUES ('{}', 'x', '{}', '{}', 9999, '2010-04-30', '2010-04', '122033', '{}', 'sato')
"""


@pytest.mark.parametrize(
    ("purpose", "debit", "credit", "chain", "told"),
    [
        ("collected", f"owed_to_municipality:{CITY}", "cash:komorebi", CHAIN, "are booked as col"),
        ("tax", f"commission_tax:{CITY}", f"commission:{CITY}", CHAIN, "tax x: 9999 yen"),
        ("set_off", f"owed_to_municipality:{CITY}", f"commission:{CITY}", "", "9999 yen are set"),
        ("set_off", f"owed_to_municipality:{CITY}", f"commission:{CITY}", "", "nothing that 2010"),
        ("share", f"share:{CITY}", "earned_by_centre", "", "no share that 2010-04 has"),
        ("deposit_released", f"deposits:{CITY}", "cash:komorebi", CHAIN, "that was never taken"),
        ("paid_out", "owed_to_municipality:131130", "held_by_centre", "", "account of somebody"),
    ],
)
async def test_what_somebody_booked_past_the_rules_stops_the_close_of_its_period(
    books: Connection,
    close_on: CloseOn,
    purpose: str,
    debit: str,
    credit: str,
    chain: str,
    told: str,
) -> None:
    """Purpose and accounts fit each other; what closes alone book, its owner wrote."""
    await harm(books, _BOOKED.format(purpose, debit, credit, chain))
    refusal = await refused(books, close_on("2010-04", date(2010, 5, 1)), LedgerUnexplained)
    assert told in refusal


@pytest.mark.parametrize(
    ("purpose", "subject", "debit", "credit", "told"),
    [
        ("share", f"2010/{CITY}", "share", "earned_by_centre", "1 yen, and its contract says"),
        (
            "set_off",
            f"2010-04/{CITY}/commission",
            "owed_to_municipality",
            f"commission:{CITY}",
            "its contract does not say net",
        ),
    ],
)
async def test_what_a_contract_does_not_say_stops_the_close_and_is_named(
    books: Connection,
    close_on: CloseOn,
    contracts: Contracts,
    purpose: str,
    subject: str,
    debit: str,
    credit: str,
    told: str,
) -> None:
    """As it would be booked, of one yen, by who owns the table."""
    row = _BOOKED.format(purpose, f"{debit}:{CITY}", credit, "")
    await harm(books, row.replace("'x'", f"'{subject}'").replace("9999", "1"))
    (fault, *_) = await check(books, contracts)
    assert fault.what == f"{purpose} {subject}: no close booked it"
    refusal = await refused(books, close_on("2010-04", date(2010, 5, 1)), LedgerUnexplained)
    assert told in refusal


async def test_a_share_of_nobody_stops_the_close(
    books: Connection, office_on: Callable[[date], Office]
) -> None:
    office = with_contracts(office_on(date(2010, 5, 1)), **{"132047": {"until": date(2010, 3, 31)}})
    row = _BOOKED.format("share", "share:132047", "earned_by_centre", "")
    await harm(books, row.replace("'x'", "'2010/132047'").replace(f"'{CITY}'", "'132047'"))
    told = await refused(books, close(books, office, "2010-04"), LedgerUnexplained)
    assert "no contract is in force in 2010-04" in told


_AGAIN = """
    INSERT INTO {table} SELECT (jsonb_populate_record(row, '{{"accepted_on": "{day}"}}')).*
    FROM {table} AS row WHERE issuance_id = '{issuance}' AND accepted_on <> '{day}'
"""


@pytest.mark.parametrize("closed", [(), ("2010-04-01", "2010-04-02"), ("2010-04",)])
async def test_a_paper_that_is_metered_under_two_days_is_named(
    books: Connection, close_on: CloseOn, closed: tuple[str, ...]
) -> None:
    """Also if issuance and ledger say the same of both days, so that each explains the other."""
    one, june = paper(date(2010, 4, 20)), date(2010, 6, 1)
    await write(books, one)
    for what in closed:
        await close_on(what, june)
    async with books.transaction():
        for table in ("issuances", "metering_records", "ledger_transfers"):
            await books.execute(_AGAIN.format(table=table, day=APRIL_1, issuance=one.issuance_id))
    following = "2010-05" if closed == ("2010-04",) else "2010-04"
    told = await refused(books, close_on(following, june), LedgerUnexplained)
    assert f"{one.issuance_id}: it is metered twice" in told


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=31)])
async def test_a_voided_paper_that_its_days_close_could_not_see_is_claimed_by_the_next(
    books: Connection, close_on: CloseOn, ahead: timedelta
) -> None:
    """Also if the close's clock is ahead of those who issue, as by hand after `make up`."""
    await set_clock(books, ahead)
    await close_on("2010-04", date(2010, 5, 1))
    await set_clock(books, timedelta(0))
    unseen = [
        paper(day, state="voided", paid=False, money=Money.NOT_TAKEN)
        for day in (date(2010, 4, 1), date(2010, 4, 30))
    ]
    await write(books, *unseen)
    assert (await close_on("2010-05", date(2010, 6, 1))).claims == 2
    assert (await close_on("2010-06", date(2010, 7, 1))).claims == 0
    claimed = await books.fetch("SELECT issuance_id FROM billing.transfers WHERE purpose = 'claim'")
    assert {row["issuance_id"] for row in claimed} == {one.issuance_id for one in unseen}


async def set_clock(books: Connection, ahead: timedelta) -> None:
    """Let the database's time be ahead of all others."""
    offset = f"{ahead.total_seconds()}"
    await books.execute("SELECT set_config('madoguchi.clock_offset', $1, false)", offset)


async def harm(books: Connection, change: str) -> None:
    """Change what nobody may, as an administrator could."""
    async with books.transaction():
        await books.execute("SET LOCAL session_replication_role = replica")
        await books.execute(change)
