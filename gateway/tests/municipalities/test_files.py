"""A fault in a configuration file is named by its file and exact path."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from gateway.municipalities.files import read_folder
from madoguchi_wire.kit.strict_files import ConfigurationFault

VALID: dict[str, Any] = {
    "code": "122033",
    "name": {"ja": "市川市", "kana": "いちかわし", "en": "Ichikawa City"},
    "adapters": ["http://127.0.0.1:9001"],
    "offers": {"resident_record": {"opens": "06:30", "closes": "23:00"}},
    "tariffs": [
        {"version": "a", "from": "2010-02-02", "prices": {"resident_record": 250}}
        | {"city_machine_prices": {}}
    ],
    "campaigns": [
        {"version": "ten", "from": "2024-02-28", "until": "2024-03-31", "prices": {}}
        | {"city_machine_prices": {"resident_record": 10}}
    ],
    "collectors": [{"chain": "tokiwa", "from": "2010-02-02"}],
    "places": [{"label": "市内", "municipalities": ["122033"]}, {"label": "その他府県"}],
}


_NO_PRICE: dict[str, Any] = {
    "version": "b",
    "from": "2012-01-01",
    "until": "2012-03-31",
    "prices": {},
}


def _tariff(version: str, first: str, last: str | None = None) -> dict[str, Any]:
    until = {"until": last} if last else {}
    return {"version": version, "from": first, "prices": {"resident_record": 250}} | until


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "municipalities").mkdir(parents=True)
    (tmp_path / "municipalities" / "122033.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def _changed(path: str, value: object) -> str:
    values = yaml.safe_load(yaml.safe_dump(VALID, allow_unicode=True))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    target = values
    for part in parents:
        target = target[part]
    target[last] = value
    return yaml.safe_dump(values, allow_unicode=True)


def test_a_right_file_is_read(tmp_path: Path) -> None:
    municipalities, chains = read_folder(_folder(tmp_path, yaml.safe_dump(VALID)), development=True)
    assert [municipality.code for municipality in municipalities] == ["122033"]
    assert municipalities[0].cardholder_key_months == 13
    # Else every municipality would have a new version that older replicas cannot read.
    optional: dict[str, Any] = VALID | {"campaigns": [], "collectors": []}
    (bare,), _ = read_folder(_folder(tmp_path / "bare", yaml.safe_dump(optional)), development=True)
    stored = bare.model_dump(by_alias=True)
    assert not {"cardholder_key_months", "campaigns", "collectors"} & stored.keys()
    assert stored["tariffs"][0].keys() == {"version", "from", "prices"}
    assert chains == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("code", "122034"),
        ("code", 122033),
        ("state", "closed"),
        ("name.kana", ""),
        ("adapters.0", "ftp://127.0.0.1"),
        ("offers.resident_record.opens", "6:30"),
        ("offers.resident_record.opens", 390),
        ("offers.resident_record.maximum_copies", 0),
        ("offers.resident_record.members", "yes"),
        ("offers.resident_record.weekdays", "all"),
        ("tariffs.0.from", "2010-02-30"),
        ("tariffs.0.prices.resident_record", -1),
        ("tariffs.0.prices.resident_record", 250.5),
        ("tariffs.0.prices.resident_record", 250.0),
        ("tariffs.0.prices.family_register", 450),
        ("tariffs.0.city_machine_prices.resident_record", -1),
        ("tariffs.0.city_machine_prices.tax", 300),
        ("tariffs.0.until", "2011-02-29"),
        ("campaigns.0.until", None),
        ("campaigns.0.prices.seal_registration", 0.1),
        ("campaigns.0.prices.family_register", 10),
        ("collectors.0.from", "soon"),
        ("collectors.0.chain", "a chain"),
        ("places.0.municipalities.0", "999999"),
    ],
)
def test_a_wrong_value_is_named_by_its_path(tmp_path: Path, path: str, value: object) -> None:
    with pytest.raises(ConfigurationFault) as fault:
        read_folder(_folder(tmp_path, _changed(path, value)), development=True)
    assert re.match(rf"municipalities/122033\.yaml:\d+: {re.escape(path)}: ", str(fault.value))
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("tariffs.0.prices", {"seal_registration": 250}, "tariffs.0.prices: resident_record"),
        (
            "tariffs",
            [
                _tariff("a", "2010-02-02"),
                _tariff("b", "2011-04-01") | {"prices": {"seal_registration": 250}},
                _tariff("c", "2012-04-01"),
            ],
            r"tariffs\.1\.prices: resident_record is missing",
        ),
        ("places.1", {"label": "x", "prefectures": ["13"]}, "places: the last row"),
        ("offers.resident_record.closes", "06:30", "opens must lie before closes"),
        ("tariffs", [], "tariffs: "),
        ("tariffs.0.until", "2010-02-01", "until: 2010-02-01 lies before 2010-02-02"),
        (
            "tariffs",
            [_tariff("a", "2010-02-02", "2011-03-30"), _tariff("b", "2011-04-02")],
            r"tariffs\.1: from 2011-03-31 to 2011-04-01 a tariff is missing",
        ),
        (
            "tariffs",
            [_tariff("a", "2010-02-02", "2012-02-29"), _tariff("b", "2012-02-29")],
            r"tariffs\.1: overlaps tariffs\.0 from 2012-02-29 to 2012-02-29",
        ),
        (
            "tariffs",
            [_tariff("a", "2011-04-01"), _tariff("b", "2010-02-02")],
            r"tariffs\.1\.from: 2010-02-02 does not lie after 2011-04-01",
        ),
        (
            "tariffs",
            [_tariff("a", "2010-02-02"), _tariff("a", "2011-04-01")],
            "version a is given twice",
        ),
        (
            "campaigns",
            [_tariff("b", "2012-01-01", "2012-03-31"), _tariff("c", "2012-03-31", "2012-04-30")],
            r"campaigns\.1: overlaps campaigns\.0 from 2012-03-31 to 2012-03-31 \(resident_record,",
        ),
        (
            "campaigns",
            [_tariff("b", "2010-02-01", "2012-03-31")],
            r"campaigns\.0: on some of its days there is no tariff",
        ),
        (
            "campaigns",
            [_NO_PRICE],
            r"campaigns\.0\.prices: at least one",
        ),
        (
            "collectors",
            [
                {"chain": "tokiwa", "from": "2010-02-02", "until": "2011-03-31"},
                {"chain": "tokiwa", "from": "2011-03-01"},
            ],
            r"collectors\.1: overlaps collectors\.0 from 2011-03-01 to 2011-03-31 \(tokiwa\)",
        ),
    ],
)
def test_values_that_do_not_fit_together_are_refused(
    tmp_path: Path, path: str, value: object, words: str
) -> None:
    with pytest.raises(ConfigurationFault, match=words):
        read_folder(_folder(tmp_path, _changed(path, value)), development=True)


@pytest.mark.parametrize(
    "text", ["code: '122033'\ncode: '131130'\n", "[", "", "- 1", "code: !!python/none x"]
)
def test_what_is_no_plain_mapping_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationFault, match=r"municipalities/122033\.yaml"):
        read_folder(_folder(tmp_path, text), development=True)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="no municipalities"):
        read_folder(tmp_path, development=True)


CHAIN: dict[str, Any] = {
    "chain": "tokiwa",
    "name": "ときわマート",
    "commissions": [{"from": "2010-02-02", "yen": 120}],
    "sites": [{"site": "s", "name": "店", "municipality": "122033", "type": "store"}],
    "terminals": [],
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"commissions": [{"from": "2010-02-02", "yen": -1}]}, r"commissions\.0\.yen"),
        ({"commissions": [{"from": "2010-02-02", "yen": 120.5}]}, r"commissions\.0\.yen"),
        ({"commissions": [{"from": "2010-02-30", "yen": 120}]}, r"commissions\.0\.from"),
        (
            {"commissions": [{"from": "2011-04-01", "yen": 1}, {"from": "2011-04-01", "yen": 2}]},
            r"commissions\.1\.from: 2011-04-01 does not lie after 2011-04-01",
        ),
        ({"commission": 120}, "commission: Extra"),
        (
            {"sites": [CHAIN["sites"][0] | {"hours": {"opens": "06:30", "closes": "23:00"}}]},
            r"sites\.0\.hours: only a site of type city",
        ),
    ],
)
def test_a_fault_in_a_chain_is_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    (tmp_path / "chains").mkdir()
    text = yaml.safe_dump(CHAIN | changes, allow_unicode=True)
    (tmp_path / "chains" / "tokiwa.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"chains/tokiwa\.yaml:\d+: .*" + words):
        read_folder(tmp_path, development=True)
