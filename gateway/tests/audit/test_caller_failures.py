"""Unauthenticated failures are merged by minute, and each minute is told of exactly once."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

from gateway.audit.caller_failures import (
    OWN_ALARMS,
    OWN_EVENTS,
    CallerFailures,
    record_past_minutes,
)
from gateway.audit.trail import Trail
from gateway.settings import Settings
from gateway.terminals.terminal import SiteType, Terminal, TerminalState
from madoguchi_wire.kit.pool import Pool, open_pool

MINUTE = timedelta(minutes=1)
MERGED = "SELECT canonical FROM outbox WHERE type = 'madoguchi.terminal.refused.v1'"
ALARMS = "SELECT canonical FROM outbox WHERE type = 'madoguchi.alarm.raised.v1'"
EVENTS = "SELECT canonical FROM outbox WHERE type = 'madoguchi.callers.refused.v1'"


async def _replica(settings: Settings, ahead: timedelta = timedelta(0)) -> Pool:
    """Return a replica's pool, whose database time is `ahead`: waiting for minutes is slow."""
    offset = timedelta(seconds=settings.common.clock_offset_seconds)
    return await open_pool(settings.database_url, offset + ahead)


def _trail(settings: Settings, pool: Pool) -> Trail:
    return Trail(pool, settings.name, settings.common.clock())


async def _told(pool: Pool) -> list[dict[str, object]]:
    return [json.loads(row["canonical"])["data"] for row in await pool.fetch(EVENTS)]


async def test_every_failure_is_counted_once_whatever_the_replicas(
    gateway_settings: Settings,
) -> None:
    async with (
        await _replica(gateway_settings) as now,
        await _replica(gateway_settings, 2 * MINUTE) as later,
        await _replica(gateway_settings, 2 * MINUTE) as later_too,
    ):
        one, two = CallerFailures(), CallerFailures()
        for _ in range(50):
            one.count("invalid-token")
            two.count("invalid-token")
            two.count("not-found")
            await asyncio.gather(one.flush(now), two.flush(now))
        await record_past_minutes(now, _trail(gateway_settings, now), one)
        assert await _told(now) == [], "the minute is not over"
        await asyncio.gather(
            *(
                record_past_minutes(pool, _trail(gateway_settings, pool), one)
                for pool in (later, later_too) * 5
            )
        )
        told = await _told(now)
        assert await now.fetchval("SELECT count(*) FROM caller_failures") == 0
    minutes = Counter((event["minute"], event["problem"]) for event in told)
    assert set(minutes.values()) == {1}, "one event for each minute and problem type"
    total: Counter[object] = Counter()
    for event in told:
        count = event["count"]
        assert isinstance(count, int)
        total[event["problem"]] += count
    assert total == {"invalid-token": 100, "not-found": 50}


async def test_what_could_not_be_flushed_is_kept(gateway_settings: Settings) -> None:
    failures = CallerFailures()
    failures.count("invalid-token")
    broken = await _replica(gateway_settings)
    await broken.close()
    results = await asyncio.gather(failures.flush(broken), return_exceptions=True)
    assert isinstance(results[0], Exception)
    failures.count("invalid-token")
    async with await _replica(gateway_settings) as pool:
        await failures.flush(pool)
        assert await pool.fetchval("SELECT sum(count)::int FROM caller_failures") == 2


def _terminal() -> Terminal:
    return Terminal(
        terminal="tokiwa-0001-1",
        site="tokiwa-0001",
        chain="tokiwa",
        site_municipality="122033",
        site_type=SiteType.STORE,
        state=TerminalState.ENROLLED,
    )


async def _once_over(
    settings: Settings, failures: CallerFailures, statement: str
) -> dict[str, object]:
    """Return the one event that a statement finds once the minute is over, without its minute."""
    async with await _replica(settings) as pool, await _replica(settings, 2 * MINUTE) as later:
        await failures.flush(pool)
        for _ in range(2):
            await record_past_minutes(later, _trail(settings, later), failures)
        [told] = [json.loads(row["canonical"])["data"] for row in await pool.fetch(statement)]
    del told["minute"], told["trace"]
    return told


async def test_alarms_beyond_the_first_few_of_a_kind_are_one_that_says_how_many(
    gateway_settings: Settings,
) -> None:
    failures, now = CallerFailures(), gateway_settings.common.clock().now().replace(second=5)
    own = [failures.has_own_alarm(_terminal(), "number_reused", now) for _ in range(50)]
    assert own == [True] * OWN_ALARMS + [False] * (50 - OWN_ALARMS)
    assert failures.has_own_alarm(_terminal(), "another", now)
    assert await _once_over(gateway_settings, failures, ALARMS) == {
        "alarm": "number_reused",
        "count": 50 - OWN_ALARMS,
        "terminal": "tokiwa-0001-1",
        "site": "tokiwa-0001",
    }


async def test_a_terminal_has_few_events_of_its_own_in_a_minute_and_the_rest_is_one(
    gateway_settings: Settings,
) -> None:
    failures, now = CallerFailures(), gateway_settings.common.clock().now().replace(second=5)
    own = [failures.has_own_event(_terminal(), "no-such", now) for _ in range(50)]
    assert own == [True] * OWN_EVENTS + [False] * (50 - OWN_EVENTS)
    assert failures.has_own_event(_terminal(), "no-such", now + MINUTE)
    assert await _once_over(gateway_settings, failures, MERGED) == {
        "problem": "no-such",
        "count": 50 - OWN_EVENTS,
        "terminal": "tokiwa-0001-1",
        "site": "tokiwa-0001",
    }
