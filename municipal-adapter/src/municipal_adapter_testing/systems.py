"""The municipalities' own systems of the examples, filled with fictitious records."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import yaml
from municipal_adapter.certificates.era import era_date
from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    SealStatus,
    Sex,
)
from municipal_adapter.synthetic import SyntheticMunicipality

EXAMPLES = Path(__file__).parents[2] / "examples"
_FIRST_NUMBER = 1_000_001
_ERA_DIGITS = {"明": "1", "大": "2", "昭": "3", "平": "4", "令": "5"}
_ERA_LETTERS = {"明": "M", "大": "T", "昭": "S", "平": "H", "令": "R"}
_RELATIONSHIPS = ("世帯主", "妻", "夫", "子", "父", "母", "同居人")
_WIDE_RELATIONSHIPS: dict[str, str] = dict(
    zip(_RELATIONSHIPS, ("02", "11", "12", "20", "31", "32", "99"), strict=True)
)
_WIDE_STATUS = {
    ResidentStatus.CURRENT: " ",
    ResidentStatus.LEAVING: "1",
    ResidentStatus.MOVED_OUT: "2",
    ResidentStatus.DECEASED: "3",
}
_WIDE_SEAL = {SealStatus.ACTIVE: "0", SealStatus.SUSPENDED: "1", SealStatus.CANCELLED: "9"}
_TABLE_RELATIONSHIPS: dict[str, str] = dict(zip(_RELATIONSHIPS, "ABCDEFZ", strict=True))
_TABLE_STATUS = {
    ResidentStatus.CURRENT: 10,
    ResidentStatus.LEAVING: 20,
    ResidentStatus.MOVED_OUT: 30,
    ResidentStatus.DECEASED: 40,
}
_TABLE_SEAL = {
    SealStatus.ACTIVE: "有効",
    SealStatus.SUSPENDED: "一時停止",
    SealStatus.CANCELLED: "抹消",
}
_ADDRESS = re.compile("(東京都|.+?県)(.+?[市区])(.+丁目)(.+)")


def example_records(name: str, url: str) -> dict[str, Any]:
    """Return the part `records` of an example, with the address of a database of the tests."""
    document = yaml.safe_load((EXAMPLES / name / "records.yaml").read_text("utf-8"))
    return document["records"] | {"url": url}


def numbered(town: SyntheticMunicipality) -> SyntheticMunicipality:
    """Return the same municipality with numbers as ids, as these systems have them."""
    ids = [*town.residents, *(one.household_id for one in town.registered)]
    new = {old: str(number) for number, old in enumerate(ids, _FIRST_NUMBER)}
    residents = {new[old]: _renumbered(one, new) for old, one in town.residents.items()}

    def moved(one: Household) -> Household:
        members = tuple(_renumbered(member, new) for member in one.members)
        return replace(one, household_id=new[one.household_id], members=members)

    return replace(
        town,
        residents=residents,
        households=tuple(moved(one) for one in town.households),
        test_household=moved(town.test_household),
        seals={new[old]: replace(one, resident_id=new[old]) for old, one in town.seals.items()},
        cases={case: new[old] for case, old in town.cases.items()},
    )


def _renumbered(one: Resident, new: Mapping[str, str]) -> Resident:
    return replace(one, resident_id=new[one.resident_id], household_id=new[one.household_id])


async def fill_wide_view(database_url: str, town: SyntheticMunicipality) -> None:
    """Make the example `wide-view` in an empty PostgreSQL database."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_schema("wide-view"))
        everybody = enumerate(town.residents.values(), 1)
        people = [_wide(order, one, town) for order, one in everybody]
        await connection.copy_records_to_table("住民台帳", records=people)
        seals = [_wide_seal(seal) for seal in town.seals.values()]
        await connection.copy_records_to_table("印鑑登録台帳", records=seals)
    finally:
        await connection.close()


def _wide(order: int, one: Resident, town: SyntheticMunicipality) -> tuple[object, ...]:
    household = town.household_of(one.resident_id)
    moved = None if one.moved_here_on is None else int(packed(one.moved_here_on))
    return (
        *(int(one.resident_id), int(one.household_id), order),
        *(one.name, one.name_kana, one.alias, era_date(one.birth_date)),
        *("1" if one.sex is Sex.MALE else "2", _WIDE_RELATIONSHIPS[one.relationship]),
        *(_lettered(one.became_resident_on), moved, one.previous_address),
        *(one.honseki, one.family_head or None, _WIDE_STATUS[one.status]),
        *("1" if one.change_pending else "0", "0", "1" if one.protected else "0", "0"),
        *(household.address, household.head_name),
    )


def _wide_seal(seal: SealRegistration) -> tuple[object, ...]:
    return (
        *(seal.registration_number, int(seal.resident_id), packed(seal.registered_on)),
        *(seal.registered_name, seal.picture_png, _WIDE_SEAL[seal.status]),
    )


async def fill_code_tables(database_url: str, town: SyntheticMunicipality) -> None:
    """Make the example `code-tables` in an empty PostgreSQL database."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_schema("code-tables"))
        for table, rows in _normalised_tables(town).items():
            await connection.copy_records_to_table(table, schema_name="juki", records=rows)
    finally:
        await connection.close()


def _normalised_tables(town: SyntheticMunicipality) -> dict[str, list[tuple[object, ...]]]:
    everybody = list(town.residents.values())
    return {
        "setai": [_split(household) for household in town.registered],
        "kojin": [_normalised(order, one) for order, one in enumerate(everybody, 1)],
        "todokede": [
            (int(one.resident_id), one.resident_id) for one in everybody if one.change_pending
        ],
        "shien_sochi": [
            (int(one.resident_id), one.resident_id, None, "F", None)
            for one in everybody
            if one.protected
        ],
        "inkan": [_normalised_seal(seal) for seal in town.seals.values()],
    }


def _split(household: Household) -> tuple[object, ...]:
    address = _ADDRESS.fullmatch(household.address)
    if address is None:
        raise ValueError("another shape of address")
    return household.household_id, *address.groups(), None, household.head_name


def _normalised(order: int, one: Resident) -> tuple[object, ...]:
    moved = None if one.moved_here_on is None else int(f"{one.moved_here_on:%Y%m%d}")
    return (
        *(one.resident_id, one.household_id, str(order), one.name, one.name_kana),
        *(one.alias or "", one.birth_date, 1 if one.sex is Sex.MALE else 2),
        *(_TABLE_RELATIONSHIPS[one.relationship], int(f"{one.became_resident_on:%Y%m%d}"), moved),
        *(one.previous_address, one.honseki, one.family_head or None, _TABLE_STATUS[one.status]),
    )


def _normalised_seal(seal: SealRegistration) -> tuple[object, ...]:
    return (
        *(seal.registration_number, seal.resident_id, seal.registered_on),
        *(seal.registered_name, seal.picture_png, _TABLE_SEAL[seal.status]),
    )


def fill_sqlite_copy(path: Path, town: SyntheticMunicipality) -> None:
    """Make the example `sqlite-copy` as a new file."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_schema("sqlite-copy"))
        connection.executemany(
            "INSERT INTO setai VALUES (?, ?, ?)",
            [(one.household_id, one.address, one.head_name) for one in town.registered],
        )
        connection.executemany(
            "INSERT INTO jumin VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_copied(order, one) for order, one in enumerate(town.residents.values(), 1)],
        )
        connection.executemany(
            "INSERT INTO inkan VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    *(seal.registration_number, seal.resident_id, seal.registered_on.isoformat()),
                    *(seal.registered_name, seal.picture_png, seal.status.value),
                )
                for seal in town.seals.values()
            ],
        )
        connection.execute("INSERT INTO renkei (nichiji) VALUES ('2026-03-01 02:00:00')")
        connection.commit()
    finally:
        connection.close()


def _copied(order: int, one: Resident) -> tuple[object, ...]:
    surname, _, given = one.name.partition(" ")
    moved = None if one.moved_here_on is None else one.moved_here_on.isoformat()
    return (
        *(one.resident_id, one.household_id, order, surname, given, one.name_kana, one.alias),
        *(one.birth_date.isoformat(), "M" if one.sex is Sex.MALE else "F", one.relationship),
        *(one.became_resident_on.isoformat(), moved, one.previous_address, one.honseki),
        *(one.family_head, one.status.value, int(one.change_pending)),
        1 if one.protected else None,
    )


def packed(day: date) -> str:
    """Return a date as the digit of its era and six digits: 4220202."""
    era, year = _era_and_year(day)
    return f"{_ERA_DIGITS[era]}{year:02}{day:%m%d}"


def _lettered(day: date) -> str:
    era, year = _era_and_year(day)
    return f"{_ERA_LETTERS[era]}{year:02}.{day:%m.%d}"


def _era_and_year(day: date) -> tuple[str, int]:
    written = era_date(day)
    year = written[2:].split("年", 1)[0]
    return written[0], 1 if year == "元" else int(year)


def _schema(name: str) -> str:
    return (EXAMPLES / name / "schema.sql").read_text("utf-8")
