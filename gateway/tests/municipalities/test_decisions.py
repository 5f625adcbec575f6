"""Decisions: what may follow what, by whom, from when; the newest whose time has come counts."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from gateway.municipalities.deciding import Undecided, decide_all
from gateway.municipalities.decisions import Decided
from gateway.municipalities.life import ROWS, NotAllowed, State, Step, mermaid, row_of
from gateway.municipalities.loader import Put, put_folder
from gateway.municipalities.probe_reports import keep_report
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.registry import MunicipalityRegistry
from gateway.municipalities.standing import standings
from gateway.settings import DatabaseSettings, DecisionSettings, Settings
from local_stack.folders import ROOT
from local_stack.in_force import decision_settings
from madoguchi_wire.consent import Consent
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import MunicipalityNotLive
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Pool, open_pool
from madoguchi_wire.kit.settings import CommonSettings

CODE = "122033"
SATO, SUZUKI = (Person.of(name, "as agreed in writing") for name in ("sato", "suzuki"))
WAITING = timedelta(hours=72)
Draft = Callable[..., Awaitable[Put]]


@pytest.fixture
def strict(gateway_settings: Settings) -> DecisionSettings:
    """Settings as in production."""
    changes = {"decision_waiting_seconds": 72 * 3600, "live_without_report": False}
    return decision_settings(gateway_settings).model_copy(update=changes)


@pytest.fixture
def draft(gateway_settings: Settings, write_configuration: Callable[..., Path]) -> Draft:
    """A function that puts the municipality's file with changed values."""

    async def put(**changes: object) -> Put:
        folder = write_configuration()
        path = folder / "municipalities" / f"{CODE}.yaml"
        values: dict[str, Any] = yaml.safe_load(path.read_text()) | changes
        path.write_text(yaml.safe_dump(values, allow_unicode=True))
        return await put_folder(folder, gateway_settings)

    return put


async def _decide(settings: DecisionSettings, step: Step, **more: Any) -> Decided:
    decided = await decide_all([replace(Proposal(CODE, step, SATO), **more)], settings)
    assert len(decided) == 1
    return decided[0]


async def _probed(settings: DecisionSettings, version: int, *, held: bool = True) -> str:
    """Keep a report as a probe does, and return its digest."""
    async with await _pool(settings) as pool, pool.acquire() as connection:
        said = {"version": version, "held": held}
        return await keep_report(connection, CODE, version, said, SATO, held=held)


async def _pool(settings: DatabaseSettings) -> Pool:
    return await open_pool(settings.database_url, settings.common.clock_offset)


async def _in_force(settings: DatabaseSettings) -> tuple[State, int]:
    """Return the state and version that a replica that begins now has, and one that had begun."""
    async with await _pool(settings) as pool, pool.acquire() as connection:
        registry = MunicipalityRegistry()
        await registry.refresh(connection)
        (standing,) = await standings(connection)
    version = registry.in_force(CODE).version
    assert version == standing.version
    assert (standing.state is State.LIVE) == bool(registry.all_live())
    return standing.state, version


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_a_step_is_possible_where_the_table_has_it_and_nowhere_else(
    state: State, step: Step
) -> None:
    rows = [row for row in ROWS if (row.source, row.step) == (state, step)]
    if rows:
        assert [row_of(state, step)] == rows
    else:
        with pytest.raises(NotAllowed, match=f"it is {state}: {step} is not possible"):
            row_of(state, step)


def test_the_drawing_is_the_tables() -> None:
    drawn = (ROOT / "docs/onboarding.md").read_text("utf-8").partition("```mermaid\n")[2]
    assert drawn.partition("```")[0] == mermaid(), "paste `madoguchi onboard life` there"
    reached = {State.DRAFT}
    for _ in State:
        reached |= {row.target for row in ROWS if row.source in reached}
    assert reached == set(State)
    assert {row.which for row in ROWS if row.reported} == {row_of(State.DRAFT, Step.PROBE).which}


async def test_a_life_from_draft_to_retired(strict: DecisionSettings, draft: Draft) -> None:
    first = await _in_force(strict)
    assert first == (State.LIVE, 1)
    await draft(closed=["12-31"])
    assert await _in_force(strict) == first, "a draft changes nothing"
    await _probed(strict, 2)
    for step, more, then in (
        (Step.GO_LIVE, {}, (State.LIVE, 2)),
        (Step.SUSPEND, {}, (State.SUSPENDED, 2)),
        (Step.ROLLBACK, {}, (State.SUSPENDED, 1)),
        (Step.RESUME, {}, (State.LIVE, 1)),
        (Step.GO_LIVE, {}, (State.LIVE, 2)),
        (Step.ROLLBACK, {}, (State.LIVE, 1)),
        (Step.RETIRE, {}, (State.RETIRED, 1)),
    ):
        await _decide(strict, step, **more)
        assert await _in_force(strict) == then, step
    with pytest.raises(Undecided, match="it is retired: resume is not possible from there"):
        await _decide(strict, Step.RESUME)


async def test_what_is_not_possible_is_said_and_changes_nothing(
    strict: DecisionSettings, draft: Draft
) -> None:
    for step, more, words in (
        (Step.RESUME, {}, "it is live: resume is not possible from there, but: go-live, suspend"),
        (Step.GO_LIVE, {}, "version 1 is live already: go-live changes nothing"),
        (Step.GO_LIVE, {"version": 9}, "it has no version 9"),
        (Step.ROLLBACK, {}, "an earlier version that was live: none"),
        (Step.ROLLBACK, {"version": 2}, "an earlier version that was live: none"),
        (Step.SUSPEND, {"municipality": "131130"}, "it is draft: suspend is not possible"),
        (Step.GO_LIVE, {"municipality": "131130"}, "no version of it was put: madoguchi onboard"),
    ):
        with pytest.raises(Undecided, match=words):
            await _decide(strict, step, **more)
    await draft(closed=["12-31"])
    with pytest.raises(Undecided, match="version 2 was not probed: madoguchi onboard probe"):
        await _decide(strict, Step.GO_LIVE)
    with pytest.raises(ValueError, match="--and-by names the same person as --by"):
        Proposal(CODE, Step.SUSPEND, SATO, agreed_by=Person.of("Sato", "as agreed in writing"))
    suspend = Proposal(CODE, Step.SUSPEND, SATO)
    with pytest.raises(Undecided, match="131130"):
        await decide_all([suspend, replace(suspend, municipality="131130")], strict)
    assert await _in_force(strict) == (State.LIVE, 1)


async def test_a_probe_makes_tested_and_its_report_serves_going_live(
    strict: DecisionSettings, draft: Draft
) -> None:
    await _decide(strict, Step.RETIRE)
    await draft(closed=["12-31"])
    with pytest.raises(Undecided, match="not probed"):
        await _decide(strict, Step.PROBE)
    digest = await _probed(strict, 2)
    await _decide(strict, Step.PROBE)
    assert await _in_force(strict) == (State.TESTED, 2)
    await _decide(strict, Step.GO_LIVE)
    assert await _in_force(strict) == (State.LIVE, 2)
    async with await _pool(strict) as pool:
        reports = await pool.fetch("SELECT report FROM municipality_decisions ORDER BY number")
    assert [row["report"] for row in reports][-2:] == [digest, digest]


async def test_going_live_needs_the_newest_report_of_its_version_that_held_and_is_young(
    strict: DecisionSettings, draft: Draft
) -> None:
    exempt = strict.model_copy(update={"live_without_report": True})
    later = CommonSettings(environment="development", clock_offset_seconds=30 * 86_400 + 60)
    aged = strict.model_copy(update={"common": later})
    await draft(closed=["12-31"])
    await _probed(strict, 1)
    with pytest.raises(Undecided, match="version 2 was not probed"):
        await _decide(strict, Step.GO_LIVE)
    await _probed(strict, 2)
    await _probed(strict, 2, held=False)
    with pytest.raises(Undecided, match="falls short: madoguchi onboard report 122033 names it"):
        await _decide(strict, Step.GO_LIVE)
    await _probed(strict, 2)
    with pytest.raises(Undecided, match="a report counts for 30 days: madoguchi onboard probe"):
        await _decide(aged, Step.GO_LIVE)
    await _decide(strict, Step.GO_LIVE)
    await draft(closed=["12-30"])
    await _decide(exempt, Step.GO_LIVE)
    assert await _in_force(strict) == (State.LIVE, 3)
    await _decide(exempt, Step.RETIRE)
    with pytest.raises(Undecided, match="version 3 was not probed"):
        await _decide(exempt, Step.PROBE)


async def test_a_report_is_never_changed_and_is_what_its_digest_says(
    strict: DecisionSettings,
) -> None:
    await _probed(strict, 1, held=False)
    async with await _pool(strict) as pool:
        for statement in (
            "UPDATE probe_reports SET held = true",
            "DELETE FROM probe_reports",
            "TRUNCATE probe_reports",
        ):
            with pytest.raises(asyncpg.PostgresError, match="is append-only"):
                await pool.execute(statement)
        with pytest.raises(asyncpg.CheckViolationError, match="probe_reports_digest_check"):
            await pool.execute(
                "INSERT INTO probe_reports"
                " (digest, municipality, version, held, probed_by, reason, body)"
                " SELECT digest, municipality, version, true, probed_by, reason, '{}'"
                " FROM probe_reports"
            )


async def test_a_decision_waits_for_its_time_and_a_later_one_takes_its_place(
    strict: DecisionSettings, draft: Draft
) -> None:
    await draft(closed=["12-31"])
    registry, hour = MunicipalityRegistry(), timedelta(hours=1)

    def after(hours: int) -> DecisionSettings:
        moved = CommonSettings(environment="development", clock_offset_seconds=hours * 3600)
        return strict.model_copy(update={"common": moved})

    async def hears(hours: int) -> int:
        async with await _pool(after(hours)) as pool, pool.acquire() as connection:
            await registry.refresh(connection)
        return registry.in_force(CODE).version

    now = datetime.now(UTC)
    await _probed(strict, 2)
    waits = await _decide(strict, Step.GO_LIVE, starts=now + hour)
    assert not waits.at_once
    assert [await hears(hours) for hours in (0, 0, 2, 2)] == [1, 1, 2, 2]
    waits = await _decide(after(2), Step.ROLLBACK, starts=now + 4 * hour)
    assert await hears(2) == 2
    suspended = await _decide(after(2), Step.SUSPEND)
    assert suspended.replaces_waiting == waits.number
    assert [await hears(hours) for hours in (2, 5)] == [2, 2], "what waited never comes"
    with pytest.raises(MunicipalityNotLive):
        registry.live(CODE)
    assert await _in_force(after(5)) == (State.SUSPENDED, 2)


def _consent(put: Put, key: SigningKey, **changes: object) -> str:
    (version,) = put.versions
    consent = Consent(
        municipality=CODE,
        replaces=put.replaced[CODE].digest,
        digest=version.digest,
        consented_at=datetime.now(UTC),
    )
    return consent.model_copy(update=changes).signed_by(key)


async def test_other_addresses_need_a_second_person_consent_and_time(
    strict: DecisionSettings, draft: Draft, gateway_keys: dict[KeyPurpose, SigningKey]
) -> None:
    put = await draft(adapters=["http://127.0.0.1:10"])
    await _probed(strict, 2)
    key = gateway_keys[KeyPurpose.ATTESTATION]
    whole: dict[str, Any] = {
        "agreed_by": SUZUKI,
        "consent": _consent(put, key),
        "starts": datetime.now(UTC) + WAITING + timedelta(minutes=1),
    }
    other = "consented to another change"
    month = datetime.now(UTC) - timedelta(days=31)
    for change, words in (
        ({"agreed_by": None}, r"adapters would change: a second person has to agree: --and-by"),
        ({"consent": None}, "municipal_adapter consent --municipality 122033 --replaces"),
        ({"consent": _consent(put, SigningKey.generate())}, "a key that is not trusted here"),
        (
            {"consent": _consent(put, gateway_keys[KeyPurpose.GATEWAY_REQUEST])},
            "not meant for this",
        ),
        ({"consent": _consent(put, key, replaces="0" * 64)}, other),
        ({"consent": _consent(put, key, digest="0" * 64)}, other),
        ({"consent": _consent(put, key, municipality="131130")}, other),
        ({"consent": _consent(put, key, consented_at=month)}, "older than 30 days"),
        ({"starts": datetime.now(UTC) + WAITING / 2}, r"it waits until .* at least"),
    ):
        with pytest.raises(Undecided, match=words):
            await _decide(strict, Step.GO_LIVE, **whole | change)
    with pytest.raises(Undecided, match=r"second person.*municipal_adapter consent.*waits until"):
        await _decide(strict, Step.GO_LIVE, starts=datetime.now(UTC))
    decided = await _decide(strict, Step.GO_LIVE, **whole | {"starts": None})
    assert decided.in_force_from - datetime.now(UTC) > WAITING - timedelta(minutes=1)
    assert await _in_force(strict) == (State.LIVE, 1)
    at_once = strict.model_copy(update={"decision_waiting_seconds": 0})
    await _decide(at_once, Step.GO_LIVE, **whole | {"starts": None})
    assert await _in_force(strict) == (State.LIVE, 2)
    with pytest.raises(Undecided, match="adapters would change"):
        await _decide(strict, Step.ROLLBACK)


async def test_a_probe_puts_no_address_in_force_and_whoever_comes_back_needs_what_others_need(
    strict: DecisionSettings, draft: Draft, gateway_keys: dict[KeyPurpose, SigningKey]
) -> None:
    await _decide(strict, Step.RETIRE)
    puts = [await draft(adapters=[f"http://127.0.0.1:{port}"]) for port in (10, 11)]
    for number in (2, 3):
        await _probed(strict, number)
        await _decide(strict, Step.PROBE, version=number)
        assert await _in_force(strict) == (State.TESTED, number)
        with pytest.raises(Undecided, match="adapters would change: a second person"):
            await _decide(strict, Step.GO_LIVE, version=number)
    at_once = strict.model_copy(update={"decision_waiting_seconds": 0})
    consent = _consent(puts[-1], gateway_keys[KeyPurpose.ATTESTATION])
    await _decide(at_once, Step.GO_LIVE, agreed_by=SUZUKI, consent=consent)
    assert await _in_force(strict) == (State.LIVE, 3)


def _key_in_file(key: SigningKey) -> dict[str, object]:
    numbers = key.private.public_key().public_numbers()
    x, y = (to_base64url(part.to_bytes(32)) for part in (numbers.x, numbers.y))
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    return {
        "purpose": "attestation",
        "from": "2026-01-01 00:00",
        "until": "2099-01-01 00:00",
        "jwk": jwk,
        "environment": "development",
    }


async def test_other_keys_need_the_consent_of_the_key_that_the_file_has(
    strict: DecisionSettings, draft: Draft, gateway_keys: dict[KeyPurpose, SigningKey]
) -> None:
    at_once = strict.model_copy(update={"decision_waiting_seconds": 0})
    keys = [gateway_keys[KeyPurpose.ATTESTATION], SigningKey.generate(), SigningKey.generate()]
    for number, (old, new) in enumerate(pairwise(keys), 2):
        put = await draft(keys=[_key_in_file(new)])
        await _probed(strict, number)
        more: dict[str, Any] = {"agreed_by": SUZUKI}
        for stranger in {*keys} - {old}:
            with pytest.raises(Undecided, match=r"keys would change: .*is not trusted here"):
                await _decide(at_once, Step.GO_LIVE, **more, consent=_consent(put, stranger))
        await _decide(at_once, Step.GO_LIVE, **more, consent=_consent(put, old))
        assert await _in_force(strict) == (State.LIVE, number)


async def test_each_decision_is_an_event_and_no_row_is_ever_changed(
    strict: DecisionSettings,
) -> None:
    await _decide(strict, Step.SUSPEND, agreed_by=SUZUKI)
    async with await _pool(strict) as pool:
        canonical = await pool.fetchval(
            "SELECT canonical FROM outbox WHERE type = 'madoguchi.municipality.decided.v1'"
            " ORDER BY position DESC LIMIT 1"
        )
        data = json.loads(canonical)["data"]
        assert [data[name] for name in ("step", "state", "version", "decided_by", "agreed_by")] == [
            "suspend", "suspended", 1, "sato", "suzuki"
        ]  # fmt: skip
        assert SATO.reason not in canonical.decode()
        for statement in (
            "UPDATE municipality_decisions SET state = 'live'",
            "DELETE FROM municipality_decisions",
            "TRUNCATE municipality_decisions",
        ):
            with pytest.raises(asyncpg.PostgresError, match="is append-only"):
                await pool.execute(statement)


@pytest.mark.parametrize(
    ("short_cut", "named"),
    [
        ({"decision_waiting_seconds": 60}, "GATEWAY_DECISION_WAITING_SECONDS"),
        ({"live_without_report": True}, "GATEWAY_LIVE_WITHOUT_REPORT"),
    ],
)
def test_production_refuses_short_cuts(short_cut: dict[str, Any], named: str) -> None:
    production = CommonSettings(environment="production")
    with pytest.raises(ValueError, match=f"{named}.*which production refuses"):
        DecisionSettings(common=production, database_url="postgresql://", **short_cut)
    settings = DecisionSettings(common=production, database_url="postgresql://")
    assert settings.decision_waiting_seconds == WAITING.total_seconds()
