"""How far the trail may be behind: told early, nothing new at the limit, all else to its end."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from gateway.audit.backlogs import Backlogs, measures_of
from gateway.audit.caller_failures import KEPT_REPORTS, MACHINE_REPORTS, OWN_ALARMS, OWN_EVENTS
from gateway.audit.trail import Trail
from gateway.composition import open_gateway, read_files
from gateway.settings import Settings
from gateway_testing.books import read_books
from gateway_testing.customer import PRICE
from gateway_testing.world import STORE, RunGateway, World, eventually, open_world
from madoguchi_wire.errors import AuditBehind
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.pool import Pool
from madoguchi_wire.reports import CashCounted, Completed, Money, NotMine, Paid, Voided, VoidReason
from store_terminal_sim.testing.honest_city import PAGES

AGED = "UPDATE outbox SET created_at = created_at - interval '5 h'"
PUBLISHED = "UPDATE outbox SET published_at = madoguchi_now(), stamp = 1"
"""And stamped, as relays and stamper do."""
STAMP = """
    INSERT INTO stamps (number, centre, token, digest, root, events, total, leaves)
    VALUES (1, 'centre', 'a.b.c', 'd', 'r', 1, 1, ARRAY['e'])
"""
"""That no witness has signed yet."""
BEHIND = "audit-behind"
STEPS = ("accepted", "prepared", "delivered", "paid", "completed")
LATE = VoidReason.RESTARTED
_KEPT = "SELECT count(*) FROM reports WHERE NOT changed_state"
_MERGED_ALARMS = "SELECT sum(count)::int FROM terminal_alarms WHERE alarm = $1"
_CASH = "SELECT count(*) FROM reports WHERE event = 'cash_counted'"


@asynccontextmanager
async def _backlogs(settings: Settings, rows: int) -> AsyncGenerator[tuple[Backlogs, Pool]]:
    """Open those of a replica, measured by nobody but the test."""
    limited = settings.model_copy(update={"audit_lag_rows": rows})
    async with open_gateway(limited, read_files(limited), Health()) as gateway:
        yield Backlogs(measures_of(limited), gateway.pool, gateway.trail), gateway.pool


async def _report(world: World) -> dict[str, Any]:
    async with world.http.get(f"{world.replicas[0]}/readyz") as answer:
        assert answer.status == 200, "whoever ordered before must be served"
        return await answer.json()


async def _behind(world: World) -> None:
    await world.pool.execute(AGED)

    async def warned() -> bool:
        return "nothing new is begun" in ((await _report(world))["notices"]["audit trail"] or "")

    await eventually(warned, 5)


async def test_at_the_limit_nothing_new_is_begun_and_what_was_accepted_goes_on(
    world: World,
) -> None:
    newcomer, ordering = await world.customer(), await world.opened()
    accepted, issuance = await world.prepared()
    await _behind(world)
    for refused in (await newcomer.open(), await ordering.order()):
        assert (refused.status, refused.slug) == (503, BEHIND)
        assert refused.json["retryable"] is True
    assert (await accepted.at.document(issuance)).status == 200
    assert (await accepted.at.report(issuance, Paid(yen=PRICE))).json["go"] is True
    told = await accepted.at.report(issuance, Completed(pages=PAGES))
    assert told.json["state"] == "completed"

    await world.pool.execute(PUBLISHED)

    async def well() -> bool:
        return (await _report(world))["notices"]["audit trail"] is None

    await eventually(well, 5)
    await world.completed()


async def test_the_number_of_events_is_a_limit_as_well(
    gateway_settings: Settings,
    gateway_keys: dict[KeyPurpose, SigningKey],
    run_gateway: RunGateway,
    tmp_path: Path,
) -> None:
    async with open_world(
        gateway_settings, tmp_path / "world", gateway_keys, run_gateway, audit_lag_rows=40
    ) as world:
        for _ in range(10):
            await world.opened()  # with what was there, and an alarm at half of it: not enough

        # Each that is not refused is an event more.
        async def refused() -> bool:
            return (await (await world.customer()).open()).slug == BEHIND

        await eventually(refused, 15)
        told = (await _report(world))["notices"]["audit trail"]
    assert "of 40 events" in told
    assert "is a relay running" in told


async def test_positions_that_others_have_left_behind_are_not_taken_for_events(
    gateway_settings: Settings,
) -> None:
    async with _backlogs(gateway_settings, 100) as (backlogs, pool):
        await pool.execute(PUBLISHED)
        await pool.execute("ALTER TABLE outbox ALTER COLUMN position RESTART WITH 500000")
        trail = Trail(pool, "centre", gateway_settings.common.clock())
        await trail.alarm("test_of_a_gap", {}, None)
        await pool.execute("ALTER TABLE outbox ALTER COLUMN position RESTART WITH 900000")
        await trail.alarm("test_of_a_gap", {}, None)
        await backlogs.measure()
        backlogs.check()
        assert await backlogs.words() is None


async def test_what_is_published_and_not_stamped_stops_what_is_new_as_well(
    gateway_settings: Settings,
) -> None:
    async with _backlogs(gateway_settings, 10_000_000) as (backlogs, pool):
        trail = Trail(pool, "centre", gateway_settings.common.clock())
        await trail.alarm("noise", {}, None)
        await pool.execute(PUBLISHED)
        await pool.execute("UPDATE outbox SET stamp = NULL")
        await backlogs.measure()
        assert await backlogs.words() is None
        await pool.execute("UPDATE outbox SET created_at = created_at - interval '3 h'")
        await backlogs.measure()
        backlogs.check()
        assert "until nothing new is begun" in (await backlogs.words() or "")
        assert (await read_books(pool)).alarms.count("audit_stamping_behind") == 1
        await pool.execute(AGED)
        await backlogs.measure()
        with pytest.raises(AuditBehind):
            backlogs.check()
        assert "is a stamper running" in (await backlogs.words() or "")
        await pool.execute(PUBLISHED)
        await backlogs.measure()
        backlogs.check()


async def test_stamps_that_no_witness_signs_stop_what_is_new_as_well(
    gateway_settings: Settings,
) -> None:
    async with _backlogs(gateway_settings, 10_000_000) as (backlogs, pool):
        await pool.execute(STAMP)
        await backlogs.measure()
        assert await backlogs.words() is None
        await pool.execute("UPDATE stamps SET stamped_at = stamped_at - interval '3 h'")
        await backlogs.measure()
        backlogs.check()
        assert "1 of 10000000 stamps" in (await backlogs.words() or "")
        assert (await read_books(pool)).alarms.count("audit_countersigning_behind") == 1
        await pool.execute("UPDATE stamps SET stamped_at = stamped_at - interval '2 h'")
        await backlogs.measure()
        with pytest.raises(AuditBehind):
            backlogs.check()
        await pool.execute("UPDATE stamps SET complete_at = madoguchi_now()")
        await backlogs.measure()
        backlogs.check()


async def test_an_episode_has_one_alarm_whatever_the_replicas_and_the_next_has_another(
    gateway_settings: Settings,
) -> None:
    async with (
        _backlogs(gateway_settings, 10_000_000) as (one, pool),
        _backlogs(gateway_settings, 10_000_000) as (two, _),
    ):
        for episode in (1, 2):
            await Trail(pool, "centre", gateway_settings.common.clock()).alarm("noise", {}, None)
            await pool.execute("UPDATE outbox SET created_at = created_at - interval '3 h'")
            for _ in range(3):
                await asyncio.gather(one.measure(), two.measure())
            assert "until nothing new is begun" in (await one.words() or "")
            one.check()
            alarms = (await read_books(pool)).alarms
            assert alarms.count("audit_publishing_behind") == episode
            await pool.execute(PUBLISHED)
            await asyncio.gather(one.measure(), two.measure())
            assert await one.words() is None


async def test_a_replica_that_starts_behind_refuses_from_its_first_request_on(
    gateway_settings: Settings,
) -> None:
    async with _backlogs(gateway_settings, 10_000_000) as (_, pool):
        await Trail(pool, "centre", gateway_settings.common.clock()).alarm("noise", {}, None)
        await pool.execute(AGED)
    health = Health()
    async with open_gateway(gateway_settings, read_files(gateway_settings), health) as gateway:
        with pytest.raises(AuditBehind):
            gateway.backlogs.check()
        report = await health.report()
    assert "of 14400 s nothing new is begun" in (report.notices["audit trail"] or "")


async def test_garbage_of_strangers_and_of_one_terminal_adds_a_handful_of_events_a_minute(
    world: World,
) -> None:
    stranger, terminal = f"{world.replicas[0]}/v1/municipalities", world.terminal(STORE)
    before = await world.pool.fetchval("SELECT count(*) FROM outbox")

    async def garbage(number: int) -> None:
        async with world.http.get(stranger, headers={"Authorization": f"Bearer {number}"}) as no:
            assert no.status == 401
        assert (await terminal.call("GET", f"/v1/municipalities/{number:06}/menu")).status == 404

    for start in range(0, 600, 60):
        await asyncio.gather(*map(garbage, range(start, start + 60)))

    async def counted() -> bool:
        merged = await world.pool.fetchval("SELECT sum(count)::int FROM terminal_failures")
        strangers = await world.pool.fetchval("SELECT sum(count)::int FROM caller_failures")
        added = await world.pool.fetchval("SELECT count(*) FROM outbox") - before
        # The test may run across the end of a minute.
        assert added <= 2 * OWN_EVENTS
        return (merged or 0) + added == 600 and strangers == 600

    await eventually(counted, 5)


async def test_reports_and_keys_of_one_terminal_add_a_handful_of_events_a_minute(
    world: World,
) -> None:
    key = str(uuid4())
    customer, issuance = await world.completed()
    first, other = await world.opened(), await world.opened()
    assert (await first.order(key=key)).status == 201
    kept = 0
    for number in range(40):
        reused = customer.at.signed(issuance, NotMine(), sequence=1)
        assert (await customer.at.send(reused)).status == 409
        assert (await other.order(key=key)).status == 422
        counted = await customer.at.report(None, CashCounted(yen=number))
        if counted.status != 200:
            assert (counted.status, counted.slug) == (429, "too-many-reports")
        kept += counted.status == 200
    # The test may run across the end of a minute.
    assert MACHINE_REPORTS <= kept <= 2 * MACHINE_REPORTS
    assert await world.pool.fetchval(_CASH) == kept
    books = await read_books(world.pool)
    for alarm in ("report_sequence_reused", "idempotency_key_from_elsewhere"):
        assert OWN_ALARMS <= books.alarms.count(alarm) <= 2 * OWN_ALARMS
        assert await _all_counted(world, alarm, 40)
    assert len(books.named("request.refused")) <= 2 * OWN_EVENTS


async def _all_counted(world: World, alarm: str, happened: int) -> bool:
    """Wait until the alarms that stand alone and those that are merged are as many as happened."""

    async def counted() -> bool:
        alone = (await read_books(world.pool)).alarms.count(alarm)
        return alone + (await world.pool.fetchval(_MERGED_ALARMS, alarm) or 0) == happened

    await eventually(counted, 5)
    return True


async def test_reports_of_one_terminal_that_change_nothing_are_kept_up_to_a_number_a_minute(
    world: World,
) -> None:
    customer, issuance = await world.completed()
    waiting, undone = await world.delivered()
    bodies = (NotMine(), Completed(pages=PAGES), Voided(reason=LATE, money=Money.KEPT))
    kept, first = 0, customer.at.signed(issuance, NotMine(), sequence=1000)
    assert (await customer.at.send(first)).status == 200
    for number in range(3 * KEPT_REPORTS):
        told = customer.at.signed(issuance, bodies[number % len(bodies)])
        answered = await customer.at.send(told)
        if answered.status == 200:
            kept += 1
        else:
            assert (answered.status, answered.slug) == (429, "too-many-reports")
            assert answered.json["retryable"] is True
    # The test may run across the end of a minute.
    kept += 1
    assert KEPT_REPORTS <= kept <= 2 * KEPT_REPORTS
    assert await world.pool.fetchval(_KEPT) == kept
    assert len((await read_books(world.pool)).events[issuance]) == len(STEPS) + kept
    # What was kept is answered again, and what moves an issuance is taken, at any number.
    untaken = Voided(reason=LATE, money=Money.NOT_TAKEN)
    assert (await waiting.at.report(undone, untaken)).json["state"] == "voided"
    again = await customer.at.send(first)
    assert again.status == 200
    assert again.json["state"] == "completed"
