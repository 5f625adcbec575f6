"""The same municipality in three systems of its own reads as in the adapter's own tables."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import pytest
from madoguchi_wire.clock import ManualClock
from municipal_adapter.records.model import ResidentStatus
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.records.sql.source import SqlRecordSource, open_sql_source
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.systems import (
    example_records,
    fill_code_tables,
    fill_sqlite_copy,
    fill_wide_view,
    numbered,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

TOWN = numbered(ichikawa())
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
NAMES = ("wide-view", "code-tables", "sqlite-copy")


@dataclass
class System:
    """A municipality's own system, and the adapter's source of it."""

    name: str
    records: dict[str, Any]
    source: SqlRecordSource
    execute: Callable[[str], Awaitable[object]]


@pytest.fixture(params=NAMES)
async def system(
    request: pytest.FixtureRequest, fresh_database: Callable[[], str], tmp_path: Path
) -> AsyncIterator[System]:
    name: str = request.param
    if name == "sqlite-copy":
        path = tmp_path / "juki.db"
        fill_sqlite_copy(path, TOWN)
        records = example_records(name, f"sqlite+aiosqlite:///{path}")
        async with aiosqlite.connect(path, isolation_level=None) as connection:
            yield await _opened(name, records, connection.executescript)
        return
    database = fresh_database()
    fill = fill_wide_view if name == "wide-view" else fill_code_tables
    await fill(database, TOWN)
    records = example_records(name, database.replace("postgresql://", "postgresql+asyncpg://"))
    connection = await asyncpg.connect(database)
    yield await _opened(name, records, connection.execute)
    await connection.close()


async def _opened(name: str, records: dict[str, Any], execute: Any) -> System:
    source = await open_sql_source(SqlRecords.model_validate(records), ManualClock(NOW))
    return System(name, records, source, execute)


@pytest.fixture(autouse=True)
async def closed(system: System) -> AsyncIterator[None]:
    yield
    await system.source.close()


async def test_every_record_reads_as_in_our_own_tables(system: System) -> None:
    async with system.source.snapshot() as snapshot:
        for resident_id, resident in TOWN.residents.items():
            assert await snapshot.resident(resident_id) == resident
            assert await snapshot.seal_of(resident_id) == TOWN.seals.get(resident_id)
        for household in TOWN.households:
            assert await snapshot.household(household.household_id) == household
        # A number column finds 1000001 where 01000001 is asked for.
        assert await snapshot.resident(f"0{TOWN.cases[Case.ORDINARY]}") is None
        for nobody in ("999", "nobody", "", "1000001 OR 1=1"):
            assert await snapshot.resident(nobody) is None
            assert await snapshot.seal_of(nobody) is None
            with pytest.raises(LookupError):
                await snapshot.household(nobody)


async def test_a_birth_date_leads_to_whoever_of_today_was_born_then(system: System) -> None:
    today = [member for household in TOWN.households for member in household.members]
    async with system.source.snapshot() as snapshot:
        for one in today:
            found = await snapshot.born_on(one.birth_date)
            expected = [other for other in today if other.birth_date == one.birth_date]
            assert sorted(found, key=str) == sorted(expected, key=str)
        assert await snapshot.born_on(date(1900, 1, 1)) == []


DEATH = {
    "wide-view": "UPDATE 住民台帳 SET 異動区分 = '3' WHERE 宛名番号 = {}",
    "code-tables": "UPDATE juki.kojin SET jotai = 40 WHERE atena_no = '{}'",
    "sqlite-copy": """
        BEGIN;
        UPDATE jumin SET status = 'deceased' WHERE id = {};
        INSERT INTO renkei (nichiji) VALUES ('2026-03-01 09:30:00');
        COMMIT
    """,
}


async def test_a_snapshot_does_not_see_what_is_committed_meanwhile(system: System) -> None:
    person = TOWN.cases[Case.ORDINARY]
    household = TOWN.household_of(person)
    async with system.source.snapshot() as before:
        await system.execute(DEATH[system.name].format(person))
        assert await before.resident(person) == TOWN.residents[person]
        assert await before.household(household.household_id) == household
        async with system.source.snapshot() as after:
            assert after.version != before.version
            changed = await after.resident(person)
            assert changed is not None
            assert changed.status is ResidentStatus.DECEASED
            left = (await after.household(household.household_id)).members
            assert left == household.members[1:]


SYNC = {
    "wide-view": """
        UPDATE 住民台帳 SET 本籍 = 本籍 || '一', 世帯住所 = 世帯住所 || '一';
        UPDATE 印鑑登録台帳 SET 登録氏名 = 登録氏名 || '一'
    """,
    "code-tables": """
        BEGIN;
        UPDATE juki.kojin SET honseki = honseki || '一';
        UPDATE juki.setai SET banchi = banchi || '一';
        UPDATE juki.inkan SET toroku_shimei = toroku_shimei || '一';
        COMMIT
    """,
    "sqlite-copy": """
        BEGIN;
        UPDATE jumin SET honseki = honseki || '一';
        UPDATE setai SET jusho = jusho || '一';
        UPDATE inkan SET shimei = shimei || '一';
        INSERT INTO renkei (nichiji) VALUES ('2026-03-01 09:30:00');
        COMMIT
    """,
}


async def test_a_sync_before_any_of_the_reads_shows_in_none_of_them(system: System) -> None:
    for gap in range(4):
        before, _ = await all_reads(system, sync_before=None)
        during, version = await all_reads(system, sync_before=gap)
        after, later = await all_reads(system, sync_before=None)
        assert during == before
        assert version != later
        assert all(one != other for one, other in zip(before, after, strict=True))


async def all_reads(system: System, sync_before: int | None) -> tuple[list[object], str]:
    """Return what an issuance reads; the system is synced before one of the reads."""
    person = TOWN.residents[TOWN.cases[Case.ORDINARY]]
    found: list[object] = []
    async with system.source.snapshot() as snapshot:
        for number, read in enumerate(
            (
                partial(snapshot.resident, person.resident_id),
                partial(snapshot.household, person.household_id),
                partial(snapshot.seal_of, person.resident_id),
                partial(snapshot.born_on, person.birth_date),
            )
        ):
            if number == sync_before:
                await system.execute(SYNC[system.name])
            found.append(await read())
        return found, snapshot.version


async def test_the_version_stays_while_nothing_changes(system: System) -> None:
    async with system.source.snapshot() as one, system.source.snapshot() as other:
        assert one.version == other.version
        assert one.fault is None


async def test_nothing_can_be_written_through_the_source(system: System) -> None:
    async with system.source.snapshot() as snapshot:
        with pytest.raises(DBAPIError, match=r"read-only|readonly"):
            await snapshot.connection.execute(text("CREATE TABLE planted (x integer)"))


FRESHNESS = {
    "wide-view": "UPDATE 更新管理 SET 反映日時 = '2026-03-01 00:30:00+00'",
    "sqlite-copy": "INSERT INTO renkei (nichiji) VALUES ('2026-03-01 09:30:00')",
    "code-tables": "SELECT 1",
}


async def test_a_copy_says_when_it_was_brought_up_to_date_and_a_register_is_of_now(
    system: System,
) -> None:
    await system.execute(FRESHNESS[system.name])
    async with system.source.snapshot() as snapshot:
        expected = NOW if system.name == "code-tables" else datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
        assert snapshot.current_as_of == expected


UNKNOWN_SEX = {
    "wide-view": "UPDATE 住民台帳 SET 性別コード = '3' WHERE 宛名番号 = {}",
    "code-tables": """
        INSERT INTO juki.m_seibetsu VALUES (3, '不詳');
        UPDATE juki.kojin SET seibetsu = 3 WHERE atena_no = '{}'
    """,
    "sqlite-copy": "UPDATE jumin SET sex = 'X' WHERE id = {}",
}
SEX = {"wide-view": "性別コード", "code-tables": "seibetsu", "sqlite-copy": "sex"}


async def test_an_entry_that_cannot_be_understood_refuses_that_person_alone(
    system: System,
) -> None:
    person, other = TOWN.cases[Case.ORDINARY], TOWN.cases[Case.OLD_KANJI]
    await system.execute(UNKNOWN_SEX[system.name].format(person))
    async with system.source.snapshot() as snapshot:
        with pytest.raises(UnmappableRecord, match=rf"residents\.sex \({SEX[system.name]}\)"):
            await snapshot.resident(person)
        with pytest.raises(UnmappableRecord, match=r"residents\.sex"):
            await snapshot.household(TOWN.residents[person].household_id)
        await snapshot.born_on(TOWN.residents[person].birth_date)
        assert await snapshot.resident(other) == TOWN.residents[other]


async def test_a_code_that_the_mapping_does_not_know_is_told_at_start(system: System) -> None:
    await system.execute(UNKNOWN_SEX[system.name].format(TOWN.cases[Case.ORDINARY]))
    with pytest.raises(ValueError, match="not know") as raised:
        await _opened(system.name, system.records, system.execute)
    told = {"wide-view": "3", "code-tables": "a text of 2 characters", "sqlite-copy": "X"}
    assert str(raised.value).splitlines()[0] == (
        f"records.residents.fields.sex: {SEX[system.name]} holds what the mapping does not know: "
        f"{told[system.name]}"
    )
