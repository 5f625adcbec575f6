"""Configuration comes in force at every replica, as numbered versions, all or nothing."""

import asyncio
import copy
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from gateway.database.changes import POLL_S, Follower
from gateway.municipalities.deciding import decide_all
from gateway.municipalities.life import Step
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.registry import MunicipalityRegistry
from gateway.settings import Settings
from gateway.terminals.registry import TerminalRegistry
from gateway.terminals.terminal import Rate, SiteHours
from local_stack.in_force import decision_settings
from madoguchi_wire.errors import MunicipalityNotLive, MunicipalityUnknown, ServiceUnavailable
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Pool, open_pool
from madoguchi_wire.kit.strict_files import ConfigurationFault

PutInForce = Callable[[Path], Awaitable[list[str]]]


def _file(folder: Path, kind: str) -> Path:
    return next((folder / kind).iterdir())


def _edit(folder: Path, kind: str, change: Callable[[dict[str, Any]], None]) -> None:
    values = yaml.safe_load(_file(folder, kind).read_text())
    change(values)
    _file(folder, kind).write_text(yaml.safe_dump(values, allow_unicode=True))


@asynccontextmanager
async def _replica(
    settings: Settings,
) -> AsyncGenerator[tuple[MunicipalityRegistry, TerminalRegistry]]:
    municipalities, terminals = MunicipalityRegistry(), TerminalRegistry()
    offset = settings.common.clock_offset
    refreshers = (municipalities.refresh, terminals.refresh)
    follower = Follower(settings.database_url, offset, refreshers)
    task = asyncio.create_task(follower.run())
    await _until(lambda: bool(municipalities.all()))
    try:
        yield municipalities, terminals
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until(holds: Callable[[], bool], within_s: float = POLL_S * 2) -> None:
    for _ in range(int(within_s / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"it did not come true within {within_s} s")


async def _decide(settings: Settings, step: Step) -> None:
    by = Person.of("sato", "the records move house")
    await decide_all([Proposal("122033", step, by)], decision_settings(settings))


async def _pool(settings: Settings) -> Pool:
    return await open_pool(settings.database_url, settings.common.clock_offset)


async def test_two_replicas_hear_of_a_new_version_at_once(
    gateway_settings: Settings, write_configuration: Callable[..., Path], put_files: PutInForce
) -> None:
    folder = write_configuration()
    async with _replica(gateway_settings) as one, _replica(gateway_settings) as two:
        _edit(folder, "municipalities", lambda values: values.update(closed=["12-31"]))
        assert await put_files(folder) == ["municipality 122033 version 2"]
        for municipalities, _ in (one, two):
            # Sooner than the next poll, so it was the notification.
            await _until(lambda m=municipalities: m.in_force("122033").version == 2, POLL_S * 0.8)
        await _decide(gateway_settings, Step.SUSPEND)
        for municipalities, _ in (one, two):
            await _until(lambda m=municipalities: m.all_live() == [], POLL_S * 0.8)
            with pytest.raises(MunicipalityNotLive):
                municipalities.live("122033")


async def test_what_is_changed_without_a_notification_is_found_by_polling(
    gateway_settings: Settings,
) -> None:
    rate = Rate(date(2010, 2, 2), 117)
    async with _replica(gateway_settings) as (_, terminals), await _pool(gateway_settings) as pool:
        await pool.execute("UPDATE chain_commissions SET yen = 117")
        await _until(lambda: getattr(terminals.find("tokiwa-0001-1"), "rates", ()) == (rate,))


async def test_a_lost_connection_is_made_again(
    gateway_settings: Settings, write_configuration: Callable[..., Path], put_files: PutInForce
) -> None:
    folder = write_configuration()
    async with _replica(gateway_settings) as (municipalities, _):
        async with await _pool(gateway_settings) as pool:
            await pool.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        _edit(folder, "municipalities", lambda values: values.update(closed=["12-31"]))
        await put_files(folder)
        await _until(lambda: municipalities.in_force("122033").version == 2)


async def test_versions_are_numbered_only_when_something_changed(
    gateway_settings: Settings, write_configuration: Callable[..., Path], put_files: PutInForce
) -> None:
    folder = write_configuration()
    assert await put_files(folder) == []
    _edit(folder, "chains", lambda values: values["terminals"].pop())
    assert await put_files(folder) == ["chain tokiwa"]
    assert await put_files(folder) == []
    async with await _pool(gateway_settings) as pool:
        assert await pool.fetchval("SELECT count(*) FROM terminals") == 1
        events = await pool.fetch(
            "SELECT canonical FROM outbox WHERE type = 'madoguchi.configuration.loaded.v1'"
            " ORDER BY position"
        )
    data = [json.loads(event["canonical"])["data"] for event in events]
    assert [(d.get("municipality"), d.get("chain")) for d in data] == [
        ("122033", None),
        (None, "tokiwa"),
        (None, "tokiwa"),
    ]
    assert data[0]["name"] == "市川市"


async def test_a_collector_that_nobody_knows_is_named_and_nothing_is_written(
    gateway_settings: Settings, write_configuration: Callable[..., Path], put_files: PutInForce
) -> None:
    folder = write_configuration()
    unknown = {"chain": "tokiwo", "from": "2010-02-02"}
    _edit(folder, "municipalities", lambda values: values["collectors"].append(unknown))
    _edit(folder, "chains", lambda values: values.update(name="別の名前"))
    with pytest.raises(ConfigurationFault, match=r"122033: collectors\.1\.chain: .* tokiwo"):
        await put_files(folder)
    async with await _pool(gateway_settings) as pool:
        assert await pool.fetchval("SELECT max(version) FROM municipality_versions") == 1
        assert await pool.fetchval("SELECT name FROM chains") == "ときわマート"


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("rates", [[], [{"from": "2010-02-03", "yen": 120}]])
async def test_a_collector_whose_commission_is_missing_on_some_day_is_named(
    gateway_settings: Settings,
    write_configuration: Callable[..., Path],
    put_files: PutInForce,
    rates: list[dict[str, object]],
    *,
    alone: bool,
) -> None:
    folder = write_configuration()
    _edit(folder, "chains", lambda values: values.update(commissions=rates))
    if alone:
        next((folder / "municipalities").iterdir()).unlink()
    words = r"122033: collectors\.0\.from: chain tokiwa has no commission on 2010-02-02"
    with pytest.raises(ConfigurationFault, match=words):
        await put_files(folder)
    async with await _pool(gateway_settings) as pool:
        assert await pool.fetchval("SELECT yen FROM chain_commissions") == 120


async def test_commissions_and_the_hours_of_a_citys_place_are_in_force_as_given(
    gateway_settings: Settings, write_configuration: Callable[..., Path], put_files: PutInForce
) -> None:
    folder = write_configuration()
    rates = [{"from": "2010-02-02", "yen": 120}, {"from": "2099-04-01", "yen": 117}]
    hours = {"opens": "08:30", "closes": "17:15"}
    _edit(folder, "chains", lambda values: values.update(commissions=rates))
    _edit(folder, "chains", lambda values: values["sites"][0].update(type="city", hours=hours))
    assert await put_files(folder) == ["chain tokiwa"]
    async with _replica(gateway_settings) as (_, terminals):
        await _until(lambda: terminals.find("tokiwa-0001-1") is not None)
        terminal = terminals.usable("tokiwa-0001-1")
        assert terminal.hours == SiteHours("08:30", "17:15")
        assert terminal.rates == (Rate(date(2010, 2, 2), 120), Rate(date(2099, 4, 1), 117))
        _edit(folder, "chains", lambda values: values.update(commissions=rates[:1]))
        await put_files(folder)
        await _until(lambda: terminals.usable("tokiwa-0001-1").rates == terminal.rates[:1])


async def test_loads_side_by_side_number_one_after_the_other(
    tmp_path: Path,
    write_configuration: Callable[..., Path],
    put_files: PutInForce,
) -> None:
    values = yaml.safe_load(_file(write_configuration(), "municipalities").read_text())
    folders: list[Path] = []
    for day in ("12-29", "12-30", "12-31"):
        folder = tmp_path / day
        (folder / "municipalities").mkdir(parents=True)
        changed = copy.deepcopy(values) | {"closed": [day]}
        (folder / "municipalities" / "122033.yaml").write_text(yaml.safe_dump(changed))
        folders.append(folder)
    loaded = await asyncio.gather(*(put_files(folder) for folder in folders))
    assert sorted(line for lines in loaded for line in lines) == [
        f"municipality 122033 version {number}" for number in (2, 3, 4)
    ]


async def test_a_fault_in_one_file_leaves_everything_as_it_was(
    gateway_settings: Settings, write_configuration: Callable[..., Path], put_files: PutInForce
) -> None:
    folder = write_configuration()
    _edit(folder, "municipalities", lambda values: values.update(closed=["12-31"]))
    _edit(folder, "chains", lambda values: values["terminals"][0].update(site="nowhere"))
    with pytest.raises(ConfigurationFault, match=r"terminals\.0\.site: nowhere"):
        await put_files(folder)
    async with _replica(gateway_settings) as (municipalities, _):
        assert municipalities.live("122033").version == 1


async def test_older_versions_stay_readable_by_number(
    gateway_settings: Settings, write_configuration: Callable[..., Path], put_files: PutInForce
) -> None:
    folder = write_configuration()
    _edit(folder, "municipalities", lambda values: values.update(closed=["12-31"]))
    await put_files(folder)
    async with (
        _replica(gateway_settings) as (municipalities, _),
        await _pool(gateway_settings) as pool,
        pool.acquire() as connection,
    ):
        assert municipalities.in_force("122033").body.closed == ("12-31",)
        old = await municipalities.numbered(connection, "122033", 1)
        assert (old.version, old.body.closed) == (1, ())
        with pytest.raises(ServiceUnavailable):
            await municipalities.numbered(connection, "122033", 3)
        for unknown in ("131130", "122034", "", "窓口"):
            with pytest.raises(MunicipalityUnknown):
                municipalities.in_force(unknown)
