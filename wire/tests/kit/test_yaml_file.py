"""A YAML file says one thing, or it is refused with the place."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from madoguchi_wire.kit.yaml_file import load_yaml

SCALARS = st.none() | st.booleans() | st.integers() | st.dates() | st.text("甲a: #-'1", max_size=5)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
    max_leaves=10,
)


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(document=DOCUMENTS)
def test_whatever_is_said_once_is_read_as_it_is(tmp_path: Path, document: object) -> None:
    text = yaml.safe_dump(document, allow_unicode=True)
    assert load_yaml(written(tmp_path, text)) == document


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("codes: {1: true, null: false, 1: false, X: true}", "codes.1"),
        ("kinds: {a: 1}\nkinds: {}", "kinds"),
        ("a:\n- b: {c: 1}\n- b: {protected: x, protected: y}", "a.1.b.protected"),
        ("{yes: 1, true: 2}", "true"),
        ("{1: a, true: b}", "true"),
        ("{null: a, ~: b}", "~"),
        ("a: &x {b: 1, b: 2}\nc: *x", "b"),
        ("x: &x {}\na: {<<: *x, <<: *x}", "a.<<"),
    ],
)
def test_a_key_that_is_given_twice_is_told_by_file_and_place(
    tmp_path: Path, text: str, place: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match="is given twice, again in line") as told:
        load_yaml(path)
    assert str(told.value).startswith(f"{path}: ")
    assert place in str(told.value)


def test_a_key_of_its_own_may_stand_over_a_merged_one(tmp_path: Path) -> None:
    text = "x: &x {b: 1, c: 2}\ny: {<<: *x, b: 3}"
    assert load_yaml(written(tmp_path, text)) == {"x": {"b": 1, "c": 2}, "y": {"b": 3, "c": 2}}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a: \xff", "is no UTF-8 text: see byte 3"),
        (b"a: [", "is no YAML: "),
        (b"a: \x00", "is no YAML: "),
        (b"!!python/none x", "is no YAML: "),
        (b"? [a]\n: b", "is no YAML: "),
        (b"since: 2026-02-30", "holds a day or number that is none: day"),
        (b"a: 1\n---\na: 2", "is no YAML: "),
        (None, "cannot be read: "),
    ],
)
def test_what_is_no_plain_yaml_is_told_by_file(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "no.yaml" if content is None else written(tmp_path, content)
    with pytest.raises(ValueError, match=why) as told:
        load_yaml(path, "the file")
    assert str(told.value).startswith(f"the file: {why}")
