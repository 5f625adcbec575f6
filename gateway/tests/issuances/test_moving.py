"""The statement that moves judges each guard of the table itself, whoever looked before."""

import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from gateway.issuances.life import EVENTS, Cause, State, may_move
from gateway.issuances.moving import Move, move, step
from gateway.issuances.rows import Issuance
from gateway.settings import Settings
from gateway_testing.issuance import ICHIKAWA, ISSUANCE, NOW, TERMINAL
from madoguchi_wire.event_data.examples import example_data
from madoguchi_wire.kit.pool import Pool, open_pool

LATER, BEFORE = "madoguchi_now() + interval '1 hour'", "madoguchi_now() - interval '1 hour'"
_INSERT = """
    INSERT INTO issuances (issuance_id, municipality, accepted_on, order_id, session_id,
        order_digest, session_digest, copy_number, terminal, site, chain, place, kind, state, fee,
        tariff_version, configuration_version, deadline, report_deadline, paid_at, event_sequence,
        channel, commission)
    VALUES ($1, $2, $3, gen_random_uuid(), gen_random_uuid(), $4, $4, 1, $5, $6, $7, $8, $9, $10,
        250, '2010-02', 1, {deadline}, {report_deadline}, {paid_at}, 1, 'store', 120)
"""
_STOP = """
    INSERT INTO stops (stop_id, incident, municipality, terminal, cause, what)
    VALUES (gen_random_uuid(), gen_random_uuid(), $1, $2, 'mismatch', 'test')
"""


@pytest.fixture
async def pool(gateway_settings: Settings) -> AsyncGenerator[Pool]:
    """A gateway's database, without a gateway that keeps house in it."""
    async with await open_pool(gateway_settings.database_url, timedelta(0)) as opened:
        yield opened


async def there_is(
    pool: Pool,
    state: State,
    *,
    deadline: str = LATER,
    report_deadline: str = BEFORE,
    paid_at: str = BEFORE,
) -> Issuance:
    """Return an issuance in `state` that the database has."""
    one = replace(ISSUANCE, issuance_id=uuid4(), state=state)
    await pool.execute(
        _INSERT.format(deadline=deadline, report_deadline=report_deadline, paid_at=paid_at),
        one.issuance_id,
        one.municipality,
        one.accepted_on,
        secrets.token_hex(32),
        one.terminal,
        one.site,
        one.chain,
        one.place,
        one.kind.value,
        state.value,
    )
    return one


def step_of(issuance: Issuance, target: State, cause: Cause) -> Move:
    """Return a move whose event says all that it has to say."""
    told = example_data(EVENTS[target])
    data = {name: told[name] for name in told.keys() - issuance.facts().keys() - {"state", "trace"}}
    return step(issuance, target, cause, source="test", now=NOW, data=data)


async def moves(pool: Pool, issuance: Issuance, target: State, cause: Cause) -> bool:
    """Tell whether the issuance moves; if not, nothing of it changes and nothing is told."""
    assert may_move(issuance.state, target, cause), "the table has no such row"
    moved = await move(pool, step_of(issuance, target, cause))
    state = await pool.fetchval(
        "SELECT state FROM issuances WHERE issuance_id = $1", issuance.issuance_id
    )
    events = await pool.fetchval(
        "SELECT count(*) FROM outbox WHERE subject = $1", str(issuance.issuance_id)
    )
    assert (state, events) == ((target.value, 1) if moved else (issuance.state.value, 0))
    return moved


_S, _C = State, Cause
ROWS: dict[str, tuple[State, State, Cause, dict[str, str]]] = {
    "accepted-prepared": (_S.ACCEPTED, _S.PREPARED, _C.ADAPTER, {"deadline": BEFORE}),
    "prepared-delivered": (_S.PREPARED, _S.DELIVERED, _C.DELIVERY, {"deadline": BEFORE}),
    "delivered-in_doubt": (_S.DELIVERED, _S.IN_DOUBT, _C.DEADLINE, {"report_deadline": LATER}),
    "paid-in_doubt": (_S.PAID, _S.IN_DOUBT, _C.DEADLINE, {"report_deadline": LATER}),
    "in_doubt-completed-report": (_S.IN_DOUBT, _S.COMPLETED, _C.REPORT, {"paid_at": "NULL"}),
    "in_doubt-completed-person": (_S.IN_DOUBT, _S.COMPLETED, _C.PERSON, {"paid_at": "NULL"}),
    "quarantined-completed": (_S.QUARANTINED, _S.COMPLETED, _C.PERSON, {"paid_at": "NULL"}),
}
"""Each row whose guard is about the issuance itself, and what must not be so; from the design."""


@pytest.mark.parametrize("row", list(ROWS))
async def test_a_row_is_taken_only_while_its_guard_holds(pool: Pool, row: str) -> None:
    source, target, cause, unmet = ROWS[row]
    assert not await moves(pool, await there_is(pool, source, **unmet), target, cause)
    assert await moves(pool, await there_is(pool, source), target, cause)


@pytest.mark.parametrize("source", [State.ACCEPTED, State.PREPARED])
async def test_nothing_expires_before_its_deadline(pool: Pool, source: State) -> None:
    early, late = await there_is(pool, source), await there_is(pool, source, deadline=BEFORE)
    assert not await moves(pool, early, State.EXPIRED, Cause.DEADLINE)
    assert await moves(pool, late, State.EXPIRED, Cause.DEADLINE)


RELEASES = {
    "prepared-delivered": (State.PREPARED, State.DELIVERED, Cause.DELIVERY),
    "delivered-paid": (State.DELIVERED, State.PAID, Cause.REPORT),
}


@pytest.mark.parametrize("stopped", ["the municipality", "the path to the terminal"])
@pytest.mark.parametrize("row", list(RELEASES))
async def test_nothing_is_released_while_it_is_stopped(pool: Pool, row: str, stopped: str) -> None:
    source, target, cause = RELEASES[row]
    terminal = None if stopped == "the municipality" else TERMINAL
    await pool.execute(_STOP, ICHIKAWA, terminal)
    assert not await moves(pool, await there_is(pool, source), target, cause)


@pytest.mark.parametrize("row", list(RELEASES))
async def test_stops_of_others_hold_nothing_back(pool: Pool, row: str) -> None:
    source, target, cause = RELEASES[row]
    await pool.execute(_STOP, "131130", None)
    await pool.execute(_STOP, ICHIKAWA, "tokiwa-0002-1")
    await pool.execute(_STOP, ICHIKAWA, TERMINAL)
    await pool.execute(
        "UPDATE stops SET released_at = now(), released_by = 'suzuki', finding = 'cause-mended',"
        " reason = 'test' WHERE terminal = $1",
        TERMINAL,
    )
    assert await moves(pool, await there_is(pool, source), target, cause)


_MEANWHILE = "UPDATE issuances SET state = $2, event_sequence = 2 WHERE issuance_id = $1"


@pytest.mark.parametrize("meanwhile", [State.VOIDED, State.DELIVERED])
async def test_what_has_moved_since_it_was_read_is_not_moved(pool: Pool, meanwhile: State) -> None:
    """Nor what only had a report kept, which leaves its state as it was."""
    seen = await there_is(pool, State.DELIVERED)
    await pool.execute(_MEANWHILE, seen.issuance_id, meanwhile.value)
    assert not await move(pool, step_of(seen, State.PAID, Cause.REPORT))
    told = "SELECT count(*) FROM outbox WHERE subject = $1"
    assert await pool.fetchval(told, str(seen.issuance_id)) == 0


PLAIN = [
    (State.ACCEPTED, State.REFUSED, Cause.ADAPTER),
    (State.PAID, State.COMPLETED, Cause.REPORT),
    (State.DELIVERED, State.VOIDED, Cause.REPORT),
    (State.PAID, State.VOIDED, Cause.REPORT),
    (State.IN_DOUBT, State.VOIDED, Cause.REPORT),
    (State.IN_DOUBT, State.VOIDED, Cause.PERSON),
    (State.QUARANTINED, State.VOIDED, Cause.PERSON),
    (State.ACCEPTED, State.QUARANTINED, Cause.MISMATCH),
    (State.PREPARED, State.QUARANTINED, Cause.MISMATCH),
    (State.DELIVERED, State.QUARANTINED, Cause.MISMATCH),
    (State.PAID, State.QUARANTINED, Cause.MISMATCH),
    (State.IN_DOUBT, State.QUARANTINED, Cause.MISMATCH),
]
"""Each row that needs no more than its cause."""


@pytest.mark.parametrize(
    ("source", "target", "cause"), PLAIN, ids=[f"{a}-{b}-{c.name.lower()}" for a, b, c in PLAIN]
)
async def test_a_row_without_a_guard_is_taken_at_any_time(
    pool: Pool, source: State, target: State, cause: Cause
) -> None:
    await pool.execute(_STOP, ICHIKAWA, None)
    late = await there_is(pool, source, deadline=BEFORE, report_deadline=LATER, paid_at="NULL")
    assert await moves(pool, late, target, cause)
