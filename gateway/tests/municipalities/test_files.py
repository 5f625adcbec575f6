"""A fault in a configuration file is named by its file and exact path."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from gateway.municipalities.loader import read_folder
from madoguchi_wire.kit.strict_files import ConfigurationFault

VALID: dict[str, Any] = {
    "code": "122033",
    "name": {"ja": "市川市", "kana": "いちかわし", "en": "Ichikawa City"},
    "state": "live",
    "adapters": ["http://127.0.0.1:9001"],
    "offers": {"resident_record": {"opens": "06:30", "closes": "23:00"}},
    "tariffs": [{"version": "a", "from": "2010-02-02", "prices": {"resident_record": 250}}],
    "places": [{"label": "市内", "municipalities": ["122033"]}, {"label": "その他府県"}],
}


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "municipalities").mkdir()
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
    municipalities, chains = read_folder(_folder(tmp_path, yaml.safe_dump(VALID)))
    assert [municipality.code for municipality in municipalities] == ["122033"]
    assert municipalities[0].cardholder_key_months == 13
    # Else every municipality would have a new version that older replicas cannot read.
    assert "cardholder_key_months" not in municipalities[0].model_dump()
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
        ("places.0.municipalities.0", "999999"),
    ],
)
def test_a_wrong_value_is_named_by_its_path(tmp_path: Path, path: str, value: object) -> None:
    with pytest.raises(ConfigurationFault) as fault:
        read_folder(_folder(tmp_path, _changed(path, value)))
    assert f"municipalities/122033.yaml: {path}" in str(fault.value)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("tariffs.0.prices", {"seal_registration": 250}, "tariffs.0.prices: resident_record"),
        ("places.1", {"label": "x", "prefectures": ["13"]}, "places: the last row"),
        ("offers.resident_record.closes", "06:30", "opens must lie before closes"),
    ],
)
def test_values_that_do_not_fit_together_are_refused(
    tmp_path: Path, path: str, value: object, words: str
) -> None:
    with pytest.raises(ConfigurationFault, match=words):
        read_folder(_folder(tmp_path, _changed(path, value)))


@pytest.mark.parametrize(
    "text", ["code: '122033'\ncode: '131130'\n", "[", "", "- 1", "code: !!python/none x"]
)
def test_what_is_no_plain_mapping_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationFault, match=r"municipalities/122033\.yaml"):
        read_folder(_folder(tmp_path, text))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="no municipalities"):
        read_folder(tmp_path)
