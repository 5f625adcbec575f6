"""Whatever must not show looks the same from outside, in time too; inside, the reason is noted."""

import statistics
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import aiohttp
import asyncpg
import pytest
import yaml
from local_stack.processes import ManagedProcess
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions
from municipal_adapter.issuing.steady_refusal import OWN_S
from municipal_adapter.rules.reasons import REASONS, RefusalReason
from municipal_adapter_testing.asking import Answered, Asking
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.reception import Living, Person, Reception
from municipal_adapter_testing.town import TEST_RESIDENTS, Town
from municipal_adapter_testing.visit import Visit

R = RefusalReason
ICHIKAWA = "122033"
RECORD, SEAL = ResidentRecordOptions(), SealRegistrationOptions()
ROUNDS = 5
NOISE_S = 0.015
"""How far apart the quicker quarters of two reasons may lie; single answers scatter by more."""
HOUSEHOLD = "household_id = (SELECT household_id FROM residents WHERE resident_id = $1)"
WIFE = f"UPDATE residents SET {{}} WHERE {HOUSEHOLD} AND relationship = '妻'"
HOLDER = "UPDATE residents SET {} WHERE resident_id = $1"
ADDRESS = f"UPDATE households SET address = {{}} WHERE {HOUSEHOLD}"
STOP = "INSERT INTO stops (resident_id, what, officer, reason) VALUES ($1, '{}', 'officer', 'test')"
LIFT = """
    UPDATE stops SET lifted_at = madoguchi_now(), lifted_by = 'officer', lift_reason = 'test'
    WHERE resident_id = $1
"""
OF_PERSONS = {
    R.NO_SUCH_PERSON: "DELETE FROM card_registrations WHERE resident_id = $1",
    R.MAPPING_LAPSED: HOLDER.format("birth_date = birth_date - 1"),
    R.TEST: f"""
        INSERT INTO residents SELECT (jsonb_populate_record(one,
            jsonb_build_object('resident_id', '{TEST_RESIDENTS[0]}', 'legal_order', 9))).*
        FROM residents one WHERE resident_id = $1
        ON CONFLICT (resident_id) DO UPDATE SET household_id = excluded.household_id
    """,
    R.UNMAPPABLE: f"UPDATE residents SET legal_order = 1 WHERE {HOUSEHOLD}",
    R.DECEASED: HOLDER.format("status = 'deceased'"),
    R.MOVED_OUT: HOLDER.format("status = 'moved_out'"),
    R.LEAVING: WIFE.format("status = 'leaving'"),
    R.PROTECTED: WIFE.format("protected = true"),
    R.STOPPED: STOP.format("person"),
    R.SEAL_STOPPED: STOP.format("seal"),
    R.CHANGE_PENDING: WIFE.format("change_pending = true"),
    R.MOVED_IN_TODAY: WIFE.format(
        "moved_here_on = (madoguchi_now() AT TIME ZONE 'Asia/Tokyo')::date"
    ),
    R.UNPRINTABLE_CHARACTER: ADDRESS.format("'試験町' || chr(57344)"),
    R.TEXT_TOO_LONG: ADDRESS.format("repeat('長', 400)"),
}
OF_PAPER = {R.SEAL_STOPPED, R.UNPRINTABLE_CHARACTER, R.TEXT_TOO_LONG}
"""These count for some papers only, not for the choice of household members."""
SOURCE = "UPDATE records_version SET {}"
OF_SOURCE = {
    R.GAP: SOURCE.format("fault = 'sequence_gap'"),
    R.ERASURE_PENDING: SOURCE.format("fault = 'erasure_not_applied'"),
    R.STALE: SOURCE.format("current_as_of = madoguchi_now() - interval '2 days'"),
}
WELL = SOURCE.format("fault = NULL, current_as_of = madoguchi_now()")


@dataclass(frozen=True)
class Refused:
    """One refusal as the outside saw it, and why it was."""

    reason: RefusalReason
    issuance: str
    options: Options
    resident: str
    seconds: float
    answered: Answered


@pytest.fixture
async def limited(
    start: Callable[..., ManagedProcess], towns: dict[str, Town], centre: Centre
) -> AsyncIterator[Asking]:
    """An adapter whose records must be of the last day."""
    values = yaml.safe_load(towns[ICHIKAWA].file.read_text("utf-8"))
    file = towns[ICHIKAWA].folder / "limited.yaml"
    file.write_text(yaml.safe_dump(values | {"records_maximum_age_seconds": 86_400}), "utf-8")
    process = start(ADAPTER_FILES=str(file))
    async with aiohttp.ClientSession() as http:
        yield Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)


@pytest.fixture
async def connection(towns: dict[str, Town]) -> AsyncIterator[asyncpg.Connection]:
    """The municipality's own database, with records that are well, before and after."""
    opened = await asyncpg.connect(towns[ICHIKAWA].database_url)
    await opened.execute(WELL)
    yield opened
    await opened.execute(WELL)
    await opened.close()


async def couple(reception: Reception) -> tuple[Living, Visit]:
    """Return a new resident who does not live alone, in front of a terminal."""
    living = await reception.settle(ICHIKAWA, Person())
    wife = Person(name="試験 花子", relationship="妻", household=living.household)
    await reception.settle(ICHIKAWA, wife)
    return living, await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))


@asynccontextmanager
async def ill(connection: asyncpg.Connection, reason: RefusalReason) -> AsyncGenerator[None]:
    """Let the whole source be as the reason says."""
    if reason in OF_SOURCE:
        await connection.execute(OF_SOURCE[reason])
    yield
    if reason in OF_SOURCE:
        await connection.execute(WELL)


async def all_refusals(
    asking: Asking, reception: Reception, connection: asyncpg.Connection
) -> list[Refused]:
    """Let everybody ask for both kinds in turn, so that a busy moment meets all reasons alike."""
    people = {reason: await couple(reception) for reason in (*OF_PERSONS, *OF_SOURCE)}
    for reason, statement in OF_PERSONS.items():
        await connection.execute(statement, people[reason][0].resident)
    refused: list[Refused] = []
    for _ in range(ROUNDS):
        for reason, (living, visit) in people.items():
            for options in (SEAL,) if reason is R.SEAL_STOPPED else (RECORD, SEAL):
                order, issuance = visit.order(options), str(uuid4())
                async with ill(connection, reason):
                    began = time.monotonic()
                    answered = await asking.prepare(visit, order, issuance)
                    took = time.monotonic() - began
                found = Refused(reason, issuance, options, living.resident, took, answered)
                refused.append(found)
    return refused


@pytest.mark.alone
async def test_no_reason_that_must_not_show_can_be_told_from_another(
    limited: Asking, reception: Reception, connection: asyncpg.Connection
) -> None:
    refused = await all_refusals(limited, reception, connection)
    assert {(one.answered.status, one.answered.body) for one in refused} == {
        (403, refused[0].answered.body)
    }
    assert len({tuple(sorted(headers_of(one))) for one in refused}) == 1
    quick = {
        reason: statistics.quantiles([r.seconds for r in refused if r.reason is reason], n=4)[0]
        for reason in (*OF_PERSONS, *OF_SOURCE)
    }
    assert min(one.seconds for one in refused) >= OWN_S
    assert max(quick.values()) - min(quick.values()) < NOISE_S, quick
    await check_noted(refused, connection)


@pytest.mark.parametrize("moment", ["- interval '2 days'", "+ interval '1 hour'"])
async def test_records_too_old_or_from_the_future_release_nothing(
    limited: Asking, reception: Reception, connection: asyncpg.Connection, moment: str
) -> None:
    _, visit = await couple(reception)
    await connection.execute(SOURCE.format(f"current_as_of = madoguchi_now() {moment}"))
    refused = await limited.prepare(visit, visit.order(RECORD))
    await connection.execute(WELL)
    assert refused.slug == "come-to-the-counter"
    assert (await limited.prepare(visit, visit.order(RECORD))).status == 200


async def test_the_household_is_refused_for_the_same_reasons_in_the_same_words(
    limited: Asking, reception: Reception, connection: asyncpg.Connection
) -> None:
    answers: set[tuple[int, bytes]] = set()
    for reason in (OF_PERSONS.keys() | OF_SOURCE.keys()) - OF_PAPER:
        living, visit = await couple(reception)
        if reason in OF_PERSONS:
            await connection.execute(OF_PERSONS[reason], living.resident)
        async with ill(connection, reason):
            answered = await limited.household(visit, visit.household_request())
        answers.add((answered.status, answered.body))
        noted = await connection.fetchval(
            "SELECT reason FROM refusals WHERE issuance_id IS NULL ORDER BY refused_at DESC LIMIT 1"
        )
        assert noted == reason
    assert [status for status, _ in answers] == [403]


def headers_of(refused: Refused) -> list[tuple[str, str]]:
    """Return the headers, but for those that differ with each answer."""
    varying = ("date", "traceparent", "x-request-id")
    return [(k.lower(), v) for k, v in refused.answered.headers if k.lower() not in varying]


async def check_noted(refused: list[Refused], connection: asyncpg.Connection) -> None:
    """Each was noted once, with its true reason, for the municipality alone."""
    asked = [one.issuance for one in refused]
    rows = await connection.fetch(
        "SELECT * FROM refusals WHERE issuance_id = ANY($1::uuid[])", asked
    )
    noted = {str(row["issuance_id"]): row for row in rows}
    assert len(rows) == len(noted) == len(refused)
    for one in refused:
        row = noted[one.issuance]
        assert (row["reason"], row["event"]) == (one.reason, f"refusal.{one.reason}")
        assert row["kind"] == one.options.kind
        assert row["resident_id"] == (None if one.reason is R.NO_SUCH_PERSON else one.resident)
        assert "試験" not in str(dict(row))


async def test_a_stored_answer_that_a_stop_holds_back_is_a_refusal_like_any_other(
    asking: Asking, reception: Reception, connection: asyncpg.Connection
) -> None:
    (living, visit), (moved, away) = await couple(reception), await couple(reception)
    order, issuance = visit.order(RECORD), str(uuid4())
    given = await asking.prepare(visit, order, issuance)
    assert given.status == 200
    await connection.execute(OF_PERSONS[R.STOPPED], living.resident)
    await connection.execute(OF_PERSONS[R.MOVED_OUT], moved.resident)
    began = time.monotonic()
    held_back = await asking.prepare(visit, order, issuance)
    assert time.monotonic() - began >= OWN_S
    other = await asking.prepare(away, away.order(RECORD))
    assert (held_back.status, held_back.body) == (other.status, other.body)
    noted = await connection.fetchrow("SELECT * FROM refusals WHERE issuance_id = $1", issuance)
    assert noted is not None
    assert (noted["reason"], noted["resident_id"]) == (R.STOPPED, living.resident)
    await connection.execute(LIFT, living.resident)
    assert (await asking.prepare(visit, order, issuance)).body == given.body


async def test_a_namesake_of_the_same_birthday_who_cannot_be_understood_refuses_nobody_else(
    asking: Asking, reception: Reception, connection: asyncpg.Connection
) -> None:
    (namesake, theirs), (_, mine) = await couple(reception), await couple(reception)
    await connection.execute(OF_PERSONS[R.UNMAPPABLE], namesake.resident)
    for options in (RECORD, SEAL):
        assert (await asking.prepare(theirs, theirs.order(options))).status == 403
        assert (await asking.prepare(mine, mine.order(options))).status == 200


def test_the_reasons_of_this_test_are_all_that_share_the_general_refusal() -> None:
    general = {reason for reason, entry in REASONS.items() if entry.is_general}
    # An order that names nobody is for the cardholder alone.
    assert general - {R.NOBODY_CHOSEN, R.CHANGED} == OF_PERSONS.keys() | OF_SOURCE.keys()
