"""`python -m loadtests.billing`: closes and states the last month of a year of 1,000,000 papers.

The year is written into a real PostgreSQL by SQL, as a gateway would have left it. Its first eleven
months are closed before; the last one is closed by the command itself, in a process of its own,
whose time and largest memory are measured.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
from billing.books.office import Office
from billing.closing.close import close_month
from billing.contracts.contracts import Contracts, read_contracts
from billing.database.migrate import migrated
from billing.rules.periods import Period
from billing.statements.making import build_statement, parties
from billing.statements.tracing import trace_all
from gateway.database.migrate import migrated as gateway_migrated
from local_stack.folders import ROOT
from local_stack.postgres import choose_postgres
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection, prepare_connection

OUT = Path("var/billing/bench.json")
CONTRACTS = ROOT / "deploy" / "billing"
CLOSE_SECONDS, CLOSE_MB, STATEMENT_SECONDS = 60, 500, 2
FIRST, TODAY = date(2025, 4, 1), date(2026, 4, 1)
"""The year, and the day on which its last month is closed."""
MONTHS = 12
_DAYS = (TODAY - FIRST).days
_PLAN = f"""
    CREATE TABLE planned AS
    SELECT gen_random_uuid() AS issuance_id, DATE '{FIRST}' + n % {_DAYS} AS accepted_on,
           CASE WHEN n % 20 < 12 THEN '122033' WHEN n % 20 < 17 THEN '131130' ELSE '132047' END
               AS municipality,
           CASE WHEN n % 20 = 0 THEN 'ichikawa-city' WHEN n % 3 = 0 THEN 'machikado'
                ELSE 'komorebi' END AS chain,
           CASE WHEN n % 5 < 3 THEN 'resident_record' ELSE 'seal_registration' END AS kind,
           CASE WHEN n % 20 = 0 THEN 'city_machine' ELSE 'store' END AS channel,
           CASE WHEN n % 20 = 0 THEN 200 ELSE 250 END AS fee,
           CASE WHEN n % 20 = 0 THEN 0 ELSE 120 END AS commission,
           'site-' || n % 400 AS site,
           (ARRAY['市内', '千葉県', '東京都23区内', '埼玉県'])[n % 4 + 1] AS place,
           CASE WHEN n % 100 = 7 THEN 'voided' ELSE 'completed' END AS state
    FROM generate_series(1, $1::int) AS n
"""  # noqa: S608 (days of ours)
_ISSUE = """
    INSERT INTO issuances (municipality, accepted_on, issuance_id, order_id, session_id,
        order_digest, session_digest, copy_number, terminal, site, chain, place, kind, channel,
        state, fee, commission, tariff_version, configuration_version, deadline, void_reason,
        money, delivered_at, paid_at, ended_at)
    SELECT municipality, accepted_on, issuance_id, issuance_id, issuance_id, 'x', 'x', 1,
           site || '-1', site, chain, place, kind, channel, state, fee, commission, '2025', 1,
           accepted_on + interval '4 hours', CASE state WHEN 'voided' THEN 'cancelled' END,
           CASE state WHEN 'voided' THEN 'not_taken' END, accepted_on + interval '3 hours',
           CASE state WHEN 'completed' THEN accepted_on + interval '3 hours' END,
           accepted_on + interval '3 hours'
    FROM planned
"""
_METER = """
    INSERT INTO metering_records (municipality, accepted_on, issuance_id, kind, chain, site, place,
        channel, yen, commission, tariff_version, configuration_version, completed_at)
    SELECT municipality, accepted_on, issuance_id, kind, chain, site, place, channel, fee,
           commission, '2025', 1, accepted_on + interval '3 hours'
    FROM planned WHERE state = 'completed'
"""
_BOOK = """
    INSERT INTO ledger_transfers (municipality, accepted_on, issuance_id, purpose, debit_account,
        credit_account, yen)
    SELECT municipality, accepted_on, issuance_id, leg.*
    FROM planned CROSS JOIN LATERAL (VALUES
        ('fee_deposited', 'cash:' || chain, 'deposits:' || municipality, fee),
        ('fee_earned', 'deposits:' || municipality, 'owed_to_municipality:' || municipality, fee),
        ('commission', 'commission:' || municipality, 'owed_to_chain:' || chain, commission)
    ) AS leg(purpose, debit_account, credit_account, yen)
    WHERE state = 'completed' AND leg.yen > 0
"""


@dataclass(frozen=True)
class Figures:
    """What was measured."""

    papers: int
    """Of the year; one in a hundred more was delivered and voided."""
    papers_of_month: int
    close_seconds: float
    """Of the command, its start included."""
    close_peak_mb: float
    """Largest memory of its process."""
    statements: int
    statement_seconds: float
    """The slowest of them."""
    trace_seconds: float
    """All issuances of the longest line."""
    traced: int
    earlier_closes_seconds: list[float]
    write_seconds: float
    """To write the year: no part of billing."""
    load_average_before: float
    cores: int
    python: str

    @property
    def holds(self) -> bool:
        """Whether all bounds hold."""
        return (
            self.close_seconds < CLOSE_SECONDS
            and self.close_peak_mb < CLOSE_MB
            and self.statement_seconds < STATEMENT_SECONDS
        )


def main() -> int:
    """Measure, print and write the figures; return 1 if a bound does not hold."""
    parser = argparse.ArgumentParser(prog="loadtests.billing")
    parser.add_argument("--papers", type=int, default=1_000_000)
    papers: int = parser.parse_args().papers
    with tempfile.TemporaryDirectory(prefix="madoguchi-billing-") as folder:
        server, name = choose_postgres(Path(folder) / "postgres"), f"bench_{uuid4().hex[:8]}"
        try:
            server.start()
            figures = asyncio.run(measured(server.create_database(name), papers))
            server.drop_database(name)
        finally:
            server.stop()
    text = json.dumps(asdict(figures), indent=1) + "\n"
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(text, "utf-8")
    sys.stdout.write(f"{text}{OUT}\n")
    return 0 if figures.holds else 1


async def measured(url: str, papers: int) -> Figures:
    """Write a year into an empty database, close it, and measure the last month."""
    contracts, before = read_contracts(CONTRACTS), os.getloadavg()[0]
    await gateway_migrated(url)
    await migrated(url)
    connection = await asyncpg.connect(url)
    try:
        await prepare_connection(connection)
        written = await _write(connection, papers)
        earlier = [
            await _close_here(connection, contracts, month) for month in _months()[: MONTHS - 1]
        ]
        last = _months()[-1]
        seconds, peak = await asyncio.to_thread(_close_there, url, last)
        count: int = await connection.fetchval(
            "SELECT count(*) FROM billing.papers WHERE period = $1", str(last)
        )
        slowest, traced, tracing = await _state(connection, contracts, last)
    finally:
        await connection.close()
    return Figures(
        papers=papers,
        papers_of_month=count,
        close_seconds=round(seconds, 2),
        close_peak_mb=round(peak, 1),
        statements=len(parties(contracts)),
        statement_seconds=round(slowest, 3),
        trace_seconds=round(tracing, 3),
        traced=traced,
        earlier_closes_seconds=[round(one, 2) for one in earlier],
        write_seconds=round(written, 1),
        load_average_before=round(before, 2),
        cores=os.cpu_count() or 0,
        python=platform.python_version(),
    )


def _months() -> list[Period]:
    months = [Period.month_of(FIRST)]
    while len(months) < MONTHS:
        months.append(months[-1].next_month)
    return months


async def _write(connection: Connection, papers: int) -> float:
    began = time.monotonic()
    await connection.execute("SELECT ensure_month_partitions($1, $2)", FIRST, MONTHS)
    # One in a hundred is voided, so there are a few more issuances than papers.
    await connection.execute(_PLAN.replace("$1::int", str(papers + papers // 99)))
    for statement in (_ISSUE, _METER, _BOOK, "DROP TABLE planned", "ANALYZE"):
        await connection.execute(statement)
    return time.monotonic() - began


async def _close_here(connection: Connection, contracts: Contracts, month: Period) -> float:
    began = time.monotonic()
    person = Person.of("bench", "the months before the one that is measured")
    await close_month(connection, Office(contracts, TODAY, person), month)
    return time.monotonic() - began


def _close_there(url: str, month: Period) -> tuple[float, float]:
    """Close by the command; return its seconds and its largest memory in megabytes."""
    began = time.monotonic()
    words = ("close", "month", str(month), "--by", "bench", "--why", "the month that is measured")
    environment = {"BILLING_DATABASE_URL": url, "BILLING_CONTRACTS": str(CONTRACTS)}
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "billing", *words],
        os.environ | environment,
    )
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError("the close failed: its words stand above")
    return time.monotonic() - began, usage.ru_maxrss / 1024


async def _state(
    connection: Connection, contracts: Contracts, month: Period
) -> tuple[float, int, float]:
    """Return the slowest statement's seconds, and the longest line's issuances with seconds."""
    slowest, traced, tracing = 0.0, 0, 0.0
    for party in parties(contracts):
        began = time.monotonic()
        statement = await build_statement(connection, month, party, TODAY)
        slowest = max(slowest, time.monotonic() - began)
        longest = max(statement.lines, key=lambda line: line.papers)
        began = time.monotonic()
        found = [one async for one in trace_all(connection, statement, longest.line)]
        if len(found) != longest.papers:
            raise RuntimeError(f"{len(found)} issuances stand behind {longest.papers} papers")
        if len(found) > traced:
            traced, tracing = len(found), time.monotonic() - began
    return slowest, traced, tracing


if __name__ == "__main__":
    sys.exit(main())
