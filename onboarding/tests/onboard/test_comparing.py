"""diff says in words what would change: nothing if nothing does, and whatever does."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from gateway.database.migrate import migrate
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.settings import DatabaseSettings
from local_stack.databases import PostgresServer
from local_stack.in_force import decision_settings, put_in_force
from madoguchi.main import main
from madoguchi.onboard.differences.words import between_municipalities
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.kit.yaml_file import yaml_text
from pydantic import ValidationError

TODAY = date(2026, 11, 27)
_PRICED = ("tariffs", "campaigns")
Step = str | int
BODY: dict[str, Any] = {
    "code": "122033",
    "name": {"ja": "市川市", "kana": "いちかわし", "en": "Ichikawa"},
    "contact": {
        "office": {"ja": "市民課", "en": "Citizens' Affairs"},
        "telephone": "047-334-1111",
        "mail": "shimin@city.ichikawa.example",
    },
    "adapters": ["https://10.1.2.3", "https://10.1.2.4"],
    "builds": [{"build": "abc", "vendor": "X 1"}],
    "offers": {
        "resident_record": {
            "opens": "06:30",
            "closes": "23:00",
            "weekdays": {"wed": {"opens": "06:30", "closes": "20:00"}},
            "city_machine": {"opens": "08:30", "closes": "17:15"},
            "members": True,
            "maximum_copies": 5,
        },
        "seal_registration": {"opens": "06:30", "closes": "23:00", "weekdays": {"sun": "closed"}},
    },
    "closed": ["12-31", "01-01"],
    "closings": [{"from": "2027-05-03", "until": "2027-05-05", "kinds": ["resident_record"]}],
    "maintenance": [{"from": "2027-01-15 22:00", "until": "2027-01-16 06:30"}],
    "tariffs": [
        {
            "version": "2010-02",
            "from": "2010-02-02",
            "prices": {"resident_record": 250, "seal_registration": 250},
            "city_machine_prices": {"resident_record": 150},
        },
        {
            "version": "2027-04",
            "from": "2027-04-01",
            "prices": {"resident_record": 300, "seal_registration": 300},
        },
    ],
    "campaigns": [
        {
            "version": "10yen",
            "from": "2027-07-01",
            "until": "2028-03-31",
            "prices": {"resident_record": 10},
        }
    ],
    "collectors": [{"chain": "komorebi", "from": "2010-02-02"}],
    "places": [{"label": "市内", "municipalities": ["122033"]}, {"label": "その他府県"}],
    "words": {"out-of-hours": {"ja": "窓口へ", "en": "Come to the counter"}},
    "cardholder_key_months": 24,
}


def _leaves(value: object, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    if isinstance(value, dict):
        for name, one in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _leaves(one, (*path, name))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        for at, one in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield from _leaves(one, (*path, at))  # pyright: ignore[reportUnknownArgumentType]
    else:
        yield path


LEAVES = [path for path in _leaves(BODY) if path != ("code",)]
OTHERS: tuple[object, ...] = (
    *("別の名", "Another", "other-1", "08:00", "19:00", "closed", "02-29", "2027-05-04"),
    *("2010-02-03", "2028-01-31", "2027-01-15 23:00", "131016", "047-334-2222"),
    *("https://10.9.9.9", "other@city.example", "seal_registration"),
    *(7, 260, True, False, {"opens": "09:00", "closes": "12:00"}),
)


def _changed(path: tuple[Step, ...], value: object) -> MunicipalityFile:
    body = json.loads(json.dumps(BODY))
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return MunicipalityFile.model_validate_json(json.dumps(body), strict=True)


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
def test_any_single_change_is_named_and_equal_files_say_nothing(path: tuple[Step, ...]) -> None:
    old = MunicipalityFile.model_validate_json(json.dumps(BODY), strict=True)
    tried = 0
    for value in OTHERS:
        try:
            new = _changed(path, value)
        except ValidationError:
            continue
        if new == old:
            assert between_municipalities(old, new, TODAY) == []
            continue
        tried += 1
        for before, after in ((old, new), (new, old)):
            found = between_municipalities(before, after, TODAY)
            names = [str(step) for step in path if not isinstance(step, int)]
            # What a paper costs is told by kind and day, and not by where it stands.
            told = {names[-1]} if names[0] in _PRICED else {names[0], names[-1]}
            assert any(told <= {*one.path.split(".")} or names[-1] in one.says for one in found), (
                value,
                found,
            )
    assert tried, "nothing else fits there: add a value"


def _lines(changes: dict[str, Any]) -> list[str]:
    old = MunicipalityFile.model_validate_json(json.dumps(BODY))
    new = MunicipalityFile.model_validate_json(json.dumps(BODY | changes))
    return [one.says for one in between_municipalities(old, new, TODAY)]


def test_prices_are_told_by_kind_place_and_days() -> None:
    first, second = BODY["tariffs"]
    cheaper = second | {"prices": {"resident_record": 200, "seal_registration": 300}}
    where = "住民票の写し (resident_record) at stores and at the city's own machines:"
    days = "from 2027-07-01 until 2028-03-31"
    assert _lines({"tariffs": [first, cheaper], "campaigns": []}) == [
        f"{where} 300 → 200 yen from 2027-04-01 until 2027-06-30",
        f"{where} 10 → 200 yen {days}",
        f"{where} 300 → 200 yen from 2028-04-01",
        (
            "期間限定の手数料 (campaigns), 10yen is taken out: from 2027-07-01, until 2028-03-31, "
            f"version 10yen, prices resident_record 10; for residents, {days}"
        ),
    ]
    # What is at once has no day to come.
    dearer = first | {"city_machine_prices": {"resident_record": 180}}
    assert _lines({"tariffs": [dearer, second]}) == [
        (
            "住民票の写し (resident_record) at the city's own machines: "
            f"150 → 180 yen {SOON} until 2027-03-31"
        )
    ]


SOON = "as soon as it is in force"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"closed": ["12-31"]},
            f"休止日 (closed): [12-31, 01-01] → [12-31]; for residents, every year, {SOON}",
        ),
        (
            {"collectors": []},
            (
                "指定公金事務取扱者 (collectors), komorebi 2010-02-02 is taken out:"
                " from 2010-02-02, chain komorebi; for the chain's stores, from 2010-02-02"
            ),
        ),
        (
            {"adapters": ["https://10.9.9.9"]},
            (
                "adapters: [https://10.1.2.3, https://10.1.2.4] → [https://10.9.9.9];"
                f" for the gateway: two persons, the old key's consent and a waiting period, {SOON}"
            ),
        ),
    ],
)
def test_other_changes_say_for_whom_and_from_when(changes: dict[str, Any], line: str) -> None:
    assert _lines(changes) == [line]


def test_two_chains_are_told_by_sites_and_terminals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = {"site": "s-1", "name": "一号店", "municipality": "122033", "type": "store"}
    chain: dict[str, Any] = {
        "chain": "komorebi",
        "name": "こもれび",
        "commissions": [{"from": "2010-02-02", "yen": 120}],
        "sites": [site],
        "terminals": [],
    }
    later = [*chain["commissions"], {"from": "2027-04-01", "yen": 117}]
    other = chain | {"sites": [site | {"name": "本店"}], "commissions": later}
    for name, body in (("old", chain), ("new", other)):
        (tmp_path / f"{name}.yaml").write_text(yaml_text(body), "utf-8")
    typed = ["onboard", "diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]
    assert main(typed) == 0
    assert capsys.readouterr().out.splitlines() == [
        "こもれび (komorebi)",
        (
            "  委託手数料 (commissions), 2027-04-01 is added: from 2027-04-01, yen 117; for"
            " the chain, from 2027-04-01"
        ),
        f"  sites, s-1, name: 一号店 → 本店; for the site, {SOON}",
    ]
    assert main([*typed[:3], typed[2]]) == 0
    assert capsys.readouterr().out == "nothing would change\n"


HOURS = {"opens": "08:30", "closes": "17:15"}
CHAIN: dict[str, Any] = {
    "chain": "komorebi",
    "name": "こもれび",
    "commissions": [{"from": "2010-02-02", "yen": 120}, {"from": "2027-04-01", "yen": 117}],
    "sites": [
        {"site": "k-hall", "name": "本庁", "municipality": "122033", "type": "city"}
        | {"hours": HOURS},
        {"site": "k-1", "name": "一号店", "municipality": "122033", "type": "store"},
    ],
    "terminals": [
        {"terminal": "k-2", "site": "k-hall", "state": "enrolled"},
        {"terminal": "k-1", "site": "k-1", "state": "suspended", "test": True},
    ],
}


def test_a_folder_is_held_against_what_is_in_force(
    postgres: PostgresServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = postgres.create_database("test_onboard_diff")
    migrate(database)
    folder = tmp_path / "municipalities"
    folder.mkdir()
    path = folder / "122033.yaml"
    body: dict[str, Any] = BODY | {"collectors": list[object]()}
    path.write_text(yaml_text(body), "utf-8")
    (tmp_path / "chains").mkdir()
    chains = [tmp_path / "chains" / f"{name}.yaml" for name in ("komorebi", "machikado")]
    chains[0].write_text(yaml_text(CHAIN), "utf-8")
    settings = DatabaseSettings(
        common=CommonSettings(environment="development"), database_url=database, name="centre"
    )
    asyncio.run(
        put_in_force(tmp_path, decision_settings(settings), lambda _: SigningKey.generate())
    )
    monkeypatch.setenv("GATEWAY_DATABASE_URL", database)
    monkeypatch.setenv("GATEWAY_NAME", "centre")
    capsys.readouterr()
    assert main(["onboard", "diff", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "nothing would change\n"
    path.write_text(yaml_text(body | {"closed": ["12-31"]}), "utf-8")
    joining = yaml.safe_load(path.read_text("utf-8")) | {"code": "131130"}
    (folder / "131130.yaml").write_text(yaml_text(joining), "utf-8")
    (hall, store), first = CHAIN["sites"], CHAIN["terminals"][0]
    terminals = [first | {"test": True}, *CHAIN["terminals"][1:]]
    moved = CHAIN | {"sites": [hall | {"hours": HOURS | {"closes": "18:00"}}, store]}
    chains[0].write_text(yaml_text(moved | {"terminals": terminals}), "utf-8")
    other: dict[str, Any] = CHAIN | {"chain": "machikado", "name": "まちかど", "terminals": []}
    sites = [{**store, "site": "m-1"}]
    chains[1].write_text(yaml_text(other | {"sites": sites}), "utf-8")
    assert main(["onboard", "diff", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["of"], one["path"]) for one in told] == [
        ("市川市 (122033)", "closed"),
        ("市川市 (131130)", "code"),
        ("こもれび (komorebi)", "sites.k-hall.hours.closes"),
        ("こもれび (komorebi)", "terminals.k-2.test"),
        ("まちかど (machikado)", "chain"),
    ]
    assert told[-1]["says"] == "joins: 1 sites, 0 terminals"
    postgres.drop_database("test_onboard_diff")
