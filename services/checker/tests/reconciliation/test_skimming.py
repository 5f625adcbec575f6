"""Skimming in the books of a real system that billing has closed, and the chains have paid for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from billing.books.office import Office
from billing.closing.close import close_day
from billing.database.migrate import migrated
from billing.settlement.arrivals import Arrival, record_arrival
from billing.settlement.claims import explain
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing_testing.contracts import sample_contracts
from checker.evidence.money import gather_money
from checker.reconciliation.model import Amount, Difference, Party, Reconciliation
from checker.reconciliation.reconcile import reconcile
from checker.reconciliation.sources import Sources
from checker.testing import Planted
from checker.testing_books import moment
from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import AuditEvent, EventType
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection, prepare_connection
from madoguchi_wire.reports import (
    CashCollected,
    CashCounted,
    Money,
    TerminalReport,
    Voided,
    VoidReason,
)

PAID = {"122033": 500, "132047": 200}
"""What stores took; 400 more yen are in the city's own machine."""
STORE = "komorebi-osaka-1"
"""It sold a paper of each municipality, of 250 and 200 yen."""


class Closed:
    """A copy of the history, a day later."""

    def __init__(self, planted: Planted) -> None:
        self.planted = planted
        row = planted.sql("SELECT DISTINCT accepted_on FROM issuances")[0]
        self.day: date = row["accepted_on"]
        self.next_day = self.day + timedelta(days=1)
        self.office = Office(sample_contracts(), self.next_day, Person.of("sato", "突合の確認"))
        asyncio.run(migrated(planted.dsn))

    def close(self, **paid: int) -> None:
        """Close the day; the chain pays in, for each municipality, that much more."""
        self.bill(lambda connection: close_day(connection, self.office, self.day))
        for code, yen in PAID.items():
            facts = ("REF-1", "komorebi", code, self.day, yen + paid.get(f"m{code}", 0))
            pay_in = PayIn(*facts, self.next_day)
            self.bill(lambda connection, one=pay_in: record_pay_in(connection, self.office, one))

    def bill(self, act: Callable[[Connection], Awaitable[object]]) -> None:
        """Let the billing service do something, that next day."""
        asyncio.run(self._bill(act))

    async def _bill(self, act: Callable[[Connection], Awaitable[object]]) -> None:
        offset = (moment(self.next_day, 2) - datetime.now(UTC)).total_seconds()
        settings = {"madoguchi.clock_offset": str(offset)}
        connection = await asyncpg.connect(self.planted.dsn, server_settings=settings)
        try:
            await prepare_connection(connection)
            await act(connection)
        finally:
            await connection.close()

    def reconciled(self) -> Reconciliation:
        """Reconcile, at noon of the next day."""
        evidence = asyncio.run(gather_money(self.planted.installation))
        return reconcile(Sources.of(replace(evidence, now=moment(self.next_day))))

    def named(self) -> set[tuple[Party, Difference, str | None, int]]:
        """Return what differs, where and by how many yen."""
        return {
            (one.party, one.difference, one.issuance or one.terminal or one.chain, one.yen)
            for one in self.reconciled().differences
        }


@pytest.fixture
def books(planted: Planted) -> Closed:
    return Closed(planted)


def test_all_eight_parties_of_a_real_system_say_the_same(books: Closed) -> None:
    books.close()
    found = books.reconciled()
    assert found.differences == ()
    assert found.excused == ()
    ichikawa, mitaka = found.rows
    for row, papers, yen in ((ichikawa, 4, 900), (mitaka, 1, 200)):
        told = [getattr(row, party) for party in Party if party is not Party.PAID_IN]
        assert told == 7 * [Amount(papers=papers, yen=yen)]
    assert ichikawa.paid_in == Amount(papers=2, yen=500)
    assert ichikawa.own_machines == Amount(papers=2, yen=400)
    assert mitaka.paid_in == Amount(papers=1, yen=200)


def void(books: Closed, coins: int) -> str:
    """Let a terminal print, and report void; of its coins so many more are counted."""
    planted = books.planted
    issuance = planted.issuance(f"terminal = '{STORE}' AND municipality = '122033'")
    said = Voided(reason=VoidReason.PRINT_FAILED, money=Money.REFUNDED)
    planted.resign(
        f"issuance_id = '{issuance}' AND event = 'completed'",
        lambda report: report.model_copy(update={"body": said}),
    )
    planted.resign(f"terminal = '{STORE}' AND event = 'cash_counted'", counted(coins))
    planted.sql(
        """
        UPDATE issuances SET state = 'voided', void_reason = 'print_failed', money = 'refunded'
        WHERE issuance_id = $1::text::uuid
        """,
        issuance,
    )
    planted.sql("DELETE FROM metering_records WHERE issuance_id = $1::text::uuid", issuance)
    planted.sql(
        """
        UPDATE ledger_transfers SET purpose = 'fee_refunded', credit_account = 'cash:komorebi'
        WHERE issuance_id = $1::text::uuid AND purpose = 'fee_earned'
        """,
        issuance,
    )
    planted.sql(
        """
        DELETE FROM ledger_transfers
        WHERE issuance_id = $1::text::uuid AND purpose = 'commission'
        """,
        issuance,
    )
    planted.rewrite_events(issuance, _as_voided)
    return issuance


def _as_voided(events: list[AuditEvent]) -> list[AuditEvent]:
    ended = events[-1].model_copy(update={"type": EventType.ISSUANCE_VOIDED})
    return [*events[:-1], ended]


def counted(more: int) -> Callable[[TerminalReport], TerminalReport]:
    """Let a count of coins be more, or below zero less, than it was."""

    def change(report: TerminalReport) -> TerminalReport:
        assert isinstance(report.body, CashCounted)
        body = CashCounted(yen=report.body.yen + more)
        return report.model_copy(update={"body": body})

    return change


def test_a_paper_that_came_out_and_is_reported_void_is_owed_until_explained(books: Closed) -> None:
    """The accomplice keeps the coins, so every sum agrees."""
    issuance = void(books, coins=-250)
    books.close(m122033=-250)
    found = books.reconciled()
    assert found.differences == ()
    (owed,) = found.owed
    assert (owed.issuance, owed.terminal, owed.chain) == (issuance, STORE, "komorebi")
    assert (owed.yen, owed.reason, owed.money) == (250, "print_failed", "refunded")
    assert owed.printed, "the machine's own log shows the paper"
    books.bill(lambda connection: explain(connection, books.office, UUID(issuance)))
    found = books.reconciled()
    assert found.owed == ()
    assert found.explained == (issuance,)


def test_coins_of_a_void_paper_that_are_still_in_the_machine_are_counted(books: Closed) -> None:
    void(books, coins=0)
    books.close(m122033=-250)
    assert books.named() == {(Party.COUNTED, Difference.COINS, STORE, 250)}


@pytest.mark.parametrize("more", [-250, -1, 1])
def test_a_chain_that_pays_in_too_little_or_too_much(books: Closed, more: int) -> None:
    books.close(m122033=more)
    found = books.reconciled()
    (one,) = found.differences
    assert (one.party, one.difference, one.yen) == (Party.PAID_IN, Difference.SUM, more)
    assert (one.chain, one.municipality, one.day) == ("komorebi", "122033", books.day)


def test_a_count_that_is_off_by_one_paper(books: Closed) -> None:
    books.planted.resign(f"terminal = '{STORE}' AND event = 'cash_counted'", counted(-250))
    books.close()
    found = books.reconciled()
    assert books.named() == {(Party.COUNTED, Difference.COINS, STORE, -250)}
    ichikawa, mitaka = (row.counted for row in found.rows)
    assert ichikawa == Amount(papers=3, yen=650)
    assert mitaka == Amount(), "nobody knows which of the two it was"


def test_a_metering_record_without_an_event_and_an_event_without_a_record(books: Closed) -> None:
    books.close()
    silent, free = books.planted.issuance(), books.planted.issuance("municipality = '132047'")
    books.planted.rewrite_stream(
        lambda lines: [x for x in lines if not (silent.encode() in x and b"completed.v1" in x)]
    )
    statement = "DELETE FROM metering_records WHERE issuance_id = $1::text::uuid"
    books.planted.sql(statement, free)
    (fee,) = {row["fee"] for row in books.planted.sql(_FEE, silent)}
    assert books.named() == {
        (Party.AUDITED, Difference.LACKS, silent, -fee),
        (Party.METERED, Difference.LACKS, free, -200),
    }


_FEE = "SELECT fee FROM issuances WHERE issuance_id = $1::text::uuid"


def test_a_billed_paper_that_no_terminal_signed_for(books: Closed) -> None:
    books.close()
    silent = books.planted.issuance("municipality = '132047'")
    books.planted.sql(
        """
        UPDATE reports SET token = left(token, length(token) - 8) || 'AAAAAAAA'
        WHERE issuance_id = $1::text::uuid AND event = 'completed'
        """,
        silent,
    )
    refused = books.planted.sql(
        """
        INSERT INTO billing.papers (issuance_id, municipality, accepted_on, entered_on, kind,
            channel, chain, site, place, fee, commission, tariff_version, period)
        SELECT issuance_id, municipality, accepted_on, accepted_on, kind, channel, chain, site,
            place, fee, commission, tariff_version, to_char(accepted_on, 'YYYY-MM')
        FROM issuances WHERE state = 'refused' LIMIT 1 RETURNING issuance_id::text, fee
        """
    )[0]
    assert books.named() == {
        (Party.REPORTED, Difference.LACKS, silent, -200),
        (Party.BILLED, Difference.HAS_MORE, refused["issuance_id"], refused["fee"]),
    }


HALL, IN_THE_HALL = "ichikawa-city-hall-1", 400


def emptied(books: Closed) -> Callable[[int, int | None], None]:
    """Empty the city's own machine; give a function that records what arrived of it."""
    books.planted.add_report(HALL, CashCollected(yen=IN_THE_HALL))
    at = books.planted.sql("SELECT max(received_at) AS at FROM reports WHERE terminal = $1", HALL)
    day = japan_day(at[0]["at"])

    def arrive(yen: int, instead_of: int | None = None) -> None:
        office = replace(books.office, today=max(books.next_day, day))
        coins = Arrival(HALL, day, yen, instead_of)
        books.bill(lambda connection: record_arrival(connection, office, coins))

    return arrive


def test_coins_that_left_the_citys_own_machine_and_did_not_arrive(books: Closed) -> None:
    books.close()
    arrive = emptied(books)
    found = books.reconciled()
    assert found.differences == ()
    (waiting,) = found.collections
    assert (waiting.terminal, waiting.municipality) == (HALL, "122033")
    assert (waiting.reported_yen, waiting.arrived_yen) == (IN_THE_HALL, None)
    arrive(IN_THE_HALL - 100, None)
    assert books.named() == {(Party.COUNTED, Difference.ARRIVED, HALL, -100)}
    arrive(IN_THE_HALL, IN_THE_HALL - 100)
    assert books.reconciled().differences == ()
