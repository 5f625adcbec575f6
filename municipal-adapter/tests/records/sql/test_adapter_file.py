"""A mapping as a part of the adapter file."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from municipal_adapter.municipality.file import AdapterFile, read_adapter_file
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter_testing.systems import EXAMPLES
from municipal_adapter_testing.town import adapter_values

NAMES = ("wide-view", "code-tables", "sqlite-copy")


def read(folder: Path, records: dict[str, Any], **changes: object) -> AdapterFile:
    values = adapter_values("122033", "postgresql://127.0.0.1/records") | changes
    path = folder / "adapter.yaml"
    path.write_text(yaml.safe_dump(values | {"records": records}, allow_unicode=True), "utf-8")
    return read_adapter_file(path)


def example(name: str) -> dict[str, Any]:
    return yaml.safe_load((EXAMPLES / name / "records.yaml").read_text("utf-8"))["records"]


@pytest.mark.parametrize("name", NAMES)
def test_each_example_is_good_as_it_stands(tmp_path: Path, name: str) -> None:
    records = read(tmp_path, example(name)).records
    assert isinstance(records, SqlRecords)
    assert "127.0.0.1" not in repr(records)


def test_faults_in_it_are_told_by_the_path_that_the_file_has(tmp_path: Path) -> None:
    records = example("wide-view")
    records["residents"]["fields"]["sex"]["codes"] = {1: "male"}
    del records["seals"]["table"]
    with pytest.raises(ValueError, match="fields") as raised:
        read(tmp_path, records)
    path = tmp_path / "adapter.yaml"
    sex = "codes and constants must be of: 男, 女"
    assert str(raised.value).splitlines() == [
        f"{path}:{_line(path, 'sex:')}: records.residents.fields.sex: {sex}",
        f"{path}:{_line(path, 'seals:')}: records.seals.table: Field required: add it",
    ]


def _line(path: Path, key: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(at for at, line in enumerate(lines, 1) if line.strip() == key)


def test_an_age_limit_needs_a_source_that_says_how_old_it_is(tmp_path: Path) -> None:
    limit: dict[str, object] = {"records_maximum_age_seconds": 3600}
    assert read(tmp_path, example("sqlite-copy"), **limit).records_maximum_age_seconds == 3600
    with pytest.raises(ValueError, match=r"needs records\.current_as_of"):
        read(tmp_path, example("code-tables"), **limit)
