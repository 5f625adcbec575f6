"""A mapping that does not fit the database is refused at start, by the path in the adapter file."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import pytest
from local_stack.ports import free_port
from madoguchi_wire.clock import SystemClock
from municipal_adapter.records.source import SourceUnavailable, UnmappableRecord
from municipal_adapter.records.sql.check_joins import SAMPLE
from municipal_adapter.records.sql.source import open_sql_source
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
from pydantic import ValidationError

TOWN = numbered(ichikawa())
Refusal = Callable[..., Awaitable[str]]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("sqlite") / "juki.db"
    fill_sqlite_copy(path, TOWN)
    return example_records("sqlite-copy", f"sqlite+aiosqlite:///{path}")


def changed(records: dict[str, Any], path: str, value: object) -> SqlRecords:
    records = deepcopy(records)
    *steps, last = path.split(".")
    part = records
    for step in steps:
        part = part[step]
    part[last] = value
    return SqlRecords.model_validate(records)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "residents.fields.sex",
            {"from": "seibetsu", "codes": {"M": "男", "W": "女"}},
            "records.residents.fields.sex: no column seibetsu in jumin",
        ),
        (
            "residents.fields.sex",
            {"from": "sex", "codes": {"M": "男", "W": "女"}},
            "records.residents.fields.sex: sex holds what the mapping does not know: F",
        ),
        (
            "residents.fields.name",
            {"join": ["sei", "na"]},
            "records.residents.fields.name: no column na in jumin",
        ),
        (
            "residents.fields.protected",
            {"any_of": ["protected"]},
            (
                "records.residents.fields.protected: protected holds what the mapping does not "
                "know: null"
            ),
        ),
        (
            "residents.fields.relationship",
            {"from": "kana", "codes": {1: "世帯主", 2: "妻"}},
            (
                "records.residents.fields.relationship: kana holds what the mapping does not know: "
                "a text of "
            ),
        ),
        (
            "residents.order_by",
            ["juni"],
            "records.residents.order_by: no column juni in jumin",
        ),
        (
            "residents.fields.birth_date",
            "kana",
            (
                f"records.residents: none of the first {len(TOWN.residents)} rows fits: "
                "residents.birth_date (kana): no date that the mapping describes"
            ),
        ),
        (
            "seals.table",
            "inkan2",
            (
                "records.seals.table: no table or view inkan2 in the database, or not in the "
                "user's search path"
            ),
        ),
        ("version.column", "no", "records.version.column: no column no in renkei"),
        (
            "current_as_of.table",
            "x",
            (
                "records.current_as_of.table: no table or view x in the database, or not in the "
                "user's search path"
            ),
        ),
        (
            "seals.fields.picture_png",
            "shimei",
            (
                f"records.seals: none of the first {len(TOWN.seals)} rows fits: "
                "seals.picture_png (shimei): neither a picture nor base64"
            ),
        ),
        (
            "households.fields.household_id",
            "nushi",
            (
                "records.residents.fields.household_id: no setai_id of jumin is any nushi of setai "
                "(records.households.fields.household_id): one of them is another number"
            ),
        ),
        (
            "residents.fields.household_id",
            "id",
            "records.residents.fields.household_id: no id of jumin is any id of setai",
        ),
        (
            "seals.fields.resident_id",
            "bango",
            (
                "records.seals.fields.resident_id: no bango of inkan is any id of jumin "
                "(records.residents.fields.resident_id)"
            ),
        ),
    ],
)
async def test_what_does_not_fit_is_told_by_its_place(
    copied: dict[str, Any], path: str, value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=r"^records\.") as raised:
        await open_sql_source(changed(copied, path, value), SystemClock())
    assert str(raised.value).startswith(message)
    assert "見本" not in str(raised.value)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("residents.fields.resident_id", {"join": ["id"]}, "name one column"),
        ("residents.fields.alias", None, "alias"),
        (
            "residents.fields.relationship",
            {"from": "zokugara", "codes": {1: "世帯主", 2: "\u3000"}},
            "a code means a blank text",
        ),
        ("url", "postgresql://reader@127.0.0.1/x", "asynchronous driver"),
        ("url", "mysql+aiomysql://reader@127.0.0.1/x", "driver aiomysql is not installed"),
        ("url", "nothing+at+all://x", "must be an address"),
        ("url", "sqlite+aiosqlite:///relative.db", "whole path"),
        ("residents.code_tables", {"x": {"table": "a", "column": "b"}}, "no field of one column"),
        ("version", None, "grows with every change"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_before_anything_is_opened(
    copied: dict[str, Any], path: str, value: object, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        changed(copied, path, value)


async def test_a_database_that_is_not_there_is_told_and_not_made(
    copied: dict[str, Any], tmp_path: Path
) -> None:
    missing = tmp_path / "missing.db"
    records = changed(copied, "url", f"sqlite+aiosqlite:///{missing}")
    with pytest.raises(ValueError, match=r"records\.url: there is no such file"):
        await open_sql_source(records, SystemClock())
    assert not missing.exists()


async def test_a_server_that_does_not_answer_is_told_without_its_password(
    copied: dict[str, Any],
) -> None:
    url = f"postgresql+asyncpg://reader:secret-password@127.0.0.1:{free_port()}/juki"
    with pytest.raises(ValueError, match=r"^records\.url: the database cannot be read") as raised:
        await open_sql_source(changed(copied, "url", url), SystemClock())
    assert "secret-password" not in str(raised.value)


async def test_a_source_whose_database_goes_away_says_so(
    fresh_database: Callable[[], str],
) -> None:
    database = fresh_database()
    await fill_wide_view(database, TOWN)
    source = await open_sql_source(_postgresql("wide-view", database), SystemClock())
    assert await source.check() is None
    connection = await asyncpg.connect(database)
    await connection.execute("ALTER TABLE 更新管理 RENAME TO 更新管理2")
    with pytest.raises(SourceUnavailable):
        async with source.snapshot():
            raise AssertionError("it opened")
    assert "cannot be read" in (await source.check() or "")
    await connection.execute("ALTER TABLE 更新管理2 RENAME TO 更新管理")
    assert await source.check() is None
    await connection.execute("DELETE FROM 更新管理")
    assert "no version" in (await source.check() or "")
    await connection.close()
    await source.close()


async def test_protection_in_the_family_register_or_of_the_whole_household_protects(
    fresh_database: Callable[[], str],
) -> None:
    database, person = fresh_database(), TOWN.cases[Case.LARGE_HOUSEHOLD]
    await fill_code_tables(database, TOWN)
    connection = await asyncpg.connect(database)
    source = await open_sql_source(_postgresql("code-tables", database), SystemClock())
    household_id = TOWN.residents[person].household_id

    async def protected() -> list[bool]:
        async with source.snapshot() as snapshot:
            household = await snapshot.household(household_id)
        return [member.protected for member in household.members]

    add = "INSERT INTO juki.shien_sochi VALUES ($1, $2, $3, $4, $5)"
    await connection.execute(add, 1, person, None, "K", None)
    assert await protected() == [True] + [False] * 6
    await connection.execute("UPDATE juki.shien_sochi SET shuryo_bi = current_date - 1")
    assert await protected() == [False] * 7
    await connection.execute(add, 2, None, household_id, "J", None)
    assert await protected() == [True] * 7
    await connection.close()
    await source.close()


async def test_a_code_that_nobody_has_yet_is_known_from_its_code_table(
    fresh_database: Callable[[], str],
) -> None:
    database = fresh_database()
    await fill_code_tables(database, TOWN)
    connection = await asyncpg.connect(database)
    await connection.execute("INSERT INTO juki.m_jotai VALUES (50, '職権消除')")
    await connection.close()
    with pytest.raises(ValueError, match=r"^records\.") as raised:
        await open_sql_source(_postgresql("code-tables", database), SystemClock())
    assert str(raised.value) == (
        "records.residents.code_tables.status: meisho holds what the mapping does not know: "
        "職権消除"
    )


async def test_a_key_that_does_not_find_its_own_row_is_told(copied: dict[str, Any]) -> None:
    path = copied["url"].removeprefix("sqlite+aiosqlite:///")
    async with aiosqlite.connect(path) as connection:
        # A column that is computed has no type in SQLite, and a number there is not its text.
        await connection.execute("CREATE VIEW computed AS SELECT *, id + 0 AS number FROM setai")
        await connection.commit()
    faulty = deepcopy(copied)
    faulty["households"] |= {"table": "computed"}
    faulty["households"]["fields"]["household_id"] = "number"
    with pytest.raises(ValueError, match="number does not find its own row"):
        await open_sql_source(SqlRecords.model_validate(faulty), SystemClock())


async def test_tables_whose_oldest_rows_lead_nowhere_join_if_any_row_does(
    fresh_database: Callable[[], str],
) -> None:
    """Neither the order of rows nor a number that is text in one table and none in the other."""
    database = fresh_database()
    await fill_wide_view(database, TOWN)
    connection = await asyncpg.connect(database)
    await connection.execute(
        f"""
        CREATE TABLE 古い印鑑 AS
            SELECT 登録番号, (-n)::text AS 宛名番号, 登録日, 登録氏名, 印影, 状態
            FROM generate_series(1, {2 * SAMPLE}) n, (SELECT * FROM 印鑑登録台帳 LIMIT 1) one;
        INSERT INTO 古い印鑑
            SELECT 登録番号, ' ' || 宛名番号, 登録日, 登録氏名, 印影, 状態
            FROM 印鑑登録台帳 LIMIT 1;
        """
    )
    url = database.replace("postgresql://", "postgresql+asyncpg://")
    records = changed(example_records("wide-view", url), "seals.table", "古い印鑑")
    source = await open_sql_source(records, SystemClock())
    await source.close()
    await connection.execute("DELETE FROM 古い印鑑 WHERE 宛名番号 LIKE ' %'")
    with pytest.raises(ValueError, match=r"records\.seals\.fields\.resident_id: no 宛名番号"):
        await open_sql_source(records, SystemClock())
    await connection.execute("DELETE FROM 古い印鑑")
    source = await open_sql_source(records, SystemClock())
    await source.close()
    await connection.close()


async def test_entries_that_contradict_each_other_are_refused(
    fresh_database: Callable[[], str],
) -> None:
    database, person = fresh_database(), TOWN.cases[Case.ORDINARY]
    await fill_wide_view(database, TOWN)
    connection = await asyncpg.connect(database)
    source = await open_sql_source(_postgresql("wide-view", database), SystemClock())
    await connection.execute(
        """
        ALTER TABLE 住民台帳 DROP CONSTRAINT 住民台帳_pkey;
        UPDATE 住民台帳 SET 世帯住所 = '他' WHERE 続柄コード = '11';
        INSERT INTO 印鑑登録台帳
            SELECT '9', 宛名番号, 登録日, 登録氏名, 印影, 状態 FROM 印鑑登録台帳
            WHERE 宛名番号 = """
        + person
    )
    async with source.snapshot() as snapshot:
        with pytest.raises(UnmappableRecord, match="contradict"):
            await snapshot.household(TOWN.residents[person].household_id)
        with pytest.raises(UnmappableRecord, match="more than one active"):
            await snapshot.seal_of(person)
    await connection.execute("INSERT INTO 住民台帳 SELECT * FROM 住民台帳")
    async with source.snapshot() as snapshot:
        with pytest.raises(UnmappableRecord, match="more than one row"):
            await snapshot.resident(person)
    await connection.close()
    await source.close()


def _postgresql(name: str, database: str) -> SqlRecords:
    url = database.replace("postgresql://", "postgresql+asyncpg://")
    return SqlRecords.model_validate(example_records(name, url))
