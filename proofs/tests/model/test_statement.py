"""The model's statement is the gateway's: both judge the same issuances in the same way."""

import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from gateway.database.migrate import migrated
from gateway.database.partitions import ensure_partitions
from gateway.issuances.life import TRANSITIONS, Guard, Transition
from gateway.issuances.moving import move, step
from gateway.issuances.rows import Issuance
from gateway_testing.issuance import ICHIKAWA as CITY
from gateway_testing.issuance import ISSUANCE, NOW, TERMINAL
from local_stack.testing import MakeMigrated
from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.pool import Pool, open_pool
from madoguchi_wire.order import Kind
from proofs.model.lane import Row, Stops
from proofs.model.statement import guard_holds

HOUR = timedelta(hours=1)
_EITHER = (False, True)
ROWS = [row for row in TRANSITIONS if row.source is not None]
_INSERT = """
    INSERT INTO issuances (issuance_id, municipality, accepted_on, order_id, session_id,
        order_digest, session_digest, copy_number, terminal, site, chain, place, kind, state, fee,
        tariff_version, configuration_version, deadline, report_deadline, paid_at, event_sequence,
        channel, commission)
    VALUES ($1, $2, $3, gen_random_uuid(), gen_random_uuid(), $4, $4, 1, $5, 'tokiwa-0001',
        'tokiwa', '市内', $6, $7, 250, '2010-02', 1, $8, $9, $10, 1,
        'store', 120)
"""
_STOP = """
    INSERT INTO stops (stop_id, incident, municipality, terminal, cause, what)
    VALUES (gen_random_uuid(), gen_random_uuid(), $1, $2, 'mismatch', 'test')
"""


@pytest.fixture
async def pool(migrated_database: MakeMigrated) -> AsyncGenerator[Pool]:
    url = await migrated_database(migrated)
    async with await open_pool(url, timedelta(0)) as opened:
        async with opened.acquire() as connection:
            await ensure_partitions(connection, japan_day(NOW))
        yield opened


async def _there_is(pool: Pool, row: Transition, facts: Row) -> Issuance:
    assert row.source is not None
    one = replace(
        ISSUANCE,
        issuance_id=uuid4(),
        order_digest=secrets.token_hex(32),
        kind=Kind.SEAL_REGISTRATION,
        state=row.source,
        deadline=NOW - HOUR if facts.late else NOW + HOUR,
        accepted_at=NOW - HOUR,
        paid_at=NOW - HOUR if facts.paid else None,
    )
    await pool.execute(
        _INSERT,
        one.issuance_id,
        CITY,
        one.accepted_on,
        one.order_digest,
        TERMINAL,
        one.kind.value,
        row.source.value,
        one.deadline,
        NOW - HOUR if facts.unreported else NOW + HOUR,
        one.paid_at,
    )
    return one


@pytest.mark.parametrize("stops", [Stops(), Stops(municipality=True), Stops(path=True)])
async def test_both_move_the_same_issuances_by_every_row_of_the_table(
    pool: Pool, stops: Stops
) -> None:
    if stops.here:
        await pool.execute(_STOP, CITY, TERMINAL if stops.path else None)
    for row, late, unreported, paid in product(ROWS, _EITHER, _EITHER, _EITHER):
        facts = Row(row.source, late=late, unreported=unreported, paid=paid)
        one = await _there_is(pool, row, facts)
        move_ = step(one, row.target, row.cause, source="test", now=NOW)
        assert await move(pool, move_) is guard_holds(row.guard, facts, stops), (row, facts)


async def test_both_move_nothing_that_changed_since_it_was_read(pool: Pool) -> None:
    for row in ROWS:
        if row.guard is Guard.NONE:
            one = await _there_is(pool, row, Row(row.source))
            later = replace(one, event_sequence=2)
            assert not await move(pool, step(later, row.target, row.cause, source="t", now=NOW))
