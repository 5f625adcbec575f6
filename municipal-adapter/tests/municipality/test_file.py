import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from municipal_adapter.municipality.file import read_adapter_file, read_adapter_files
from municipal_adapter_testing.town import adapter_values

DATABASE = "postgresql://user:secret-password@127.0.0.1/records"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str = "adapter.yaml", **changes: object) -> Path:
        values = adapter_values("122033", DATABASE) | changes
        path = tmp_path / name
        path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        return path

    return write


def test_paths_are_relative_to_the_file(write: Callable[..., Path], tmp_path: Path) -> None:
    file = read_adapter_file(write())
    assert file.keys.attestation == tmp_path / "attestation.pem"
    assert file.card_authorities == tmp_path / "card-authorities.yaml"


def test_the_example_is_a_good_adapter_file() -> None:
    file = read_adapter_file(Path(__file__).parents[2] / "adapter.example.yaml")
    assert file.municipality == "122033"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"municipality": "122034"}, "municipality"),
        (
            {"kinds": {"resident_record": {"minimum_age": "15"}}},
            "kinds.resident_record.minimum_age",
        ),
        ({"kinds": {"tax": {}}}, "kinds.tax"),
        ({"keys": {"attestation": "a", "beacon": "b"}}, "keys.handles"),
        ({"mayors": []}, "mayors"),
        ({"mayors": [{"name": "x", "title": "y", "since": "tomorrow"}]}, "mayors.0.since"),
        ({"unknown": 1}, "unknown"),
        ({"gaiji": {"E000": "mincho"}}, "gaiji.E000"),
        ({"database_url": "mysql://user:secret-password@host/x"}, "database_url"),
    ],
)
def test_a_fault_is_told_by_the_path_to_it_and_never_by_its_value(
    write: Callable[..., Path], changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValueError, match=r"adapter\.yaml") as raised:
        read_adapter_file(write(**changes))
    assert re.search(rf"adapter\.yaml:\d+: {re.escape(place)}", str(raised.value))
    assert "secret-password" not in str(raised.value)


@pytest.mark.parametrize("content", ["a: [", "- 1\n- 2", ""])
def test_what_is_no_adapter_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "adapter.yaml"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"adapter\.yaml"):
        read_adapter_file(path)


def test_municipalities_of_one_process_share_neither_keys_nor_records(
    write: Callable[..., Path],
) -> None:
    one, same = write(), write("same.yaml")
    keys = {"attestation": "2.pem", "beacon": "2.b", "handles": "2.h"}
    keys |= {"registrations": "2.r", "evidence": "evidence.pem"}
    other = {"municipality": "131130", "database_url": f"{DATABASE}2", "keys": keys}
    apart = write("apart.yaml", **other)
    assert len(read_adapter_files([one, apart])) == 2
    for shared in ("municipality", "database_url", "keys"):
        mixed = write("mixed.yaml", **{k: v for k, v in other.items() if k != shared})
        with pytest.raises(ValueError, match=shared):
            read_adapter_files([one, mixed])
    with pytest.raises(ValueError, match="municipality"):
        read_adapter_files([one, same])
