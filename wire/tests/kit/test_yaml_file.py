"""A YAML file says one thing, or it is refused with the place."""

import re
from itertools import pairwise
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
    assert load_yaml(written(tmp_path, text)).document == document


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("codes: {1: true, null: false, 1: false, X: true}", "codes.1"),
        ("kinds: {a: 1}\nkinds: {}", "kinds"),
        ("a:\n- b: {c: 1}\n- b: {protected: x, protected: y}", "a.1.b.protected"),
        ("{yes: 1, true: 2}", "true"),
        ("{1: a, true: b}", "true"),
        ("{null: a, ~: b}", "~"),
        ("a: {<<: {}, <<: {}}", "a.<<"),
    ],
)
def test_a_key_that_is_given_twice_is_told_by_file_and_place(
    tmp_path: Path, text: str, place: str
) -> None:
    path = written(tmp_path, text)
    line = text.count("\n") + 1
    with pytest.raises(ValueError, match="is given twice") as told:
        load_yaml(path)
    assert str(told.value) == f"{path}:{line}: {place}: is given twice"


BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}]\n" for old, new in pairwise("abcdefghijklmnopqrst")
)
"""Some hundred bytes that would be three thousand million words."""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "f.yaml:2: *a is a reference: write the value itself"),
        ("a: &x [*x]", "f.yaml:1: *x is a reference: write the value itself"),
        ("x: &x {b: 1}\ny: {<<: *x, b: 3}", "f.yaml:2: *x is a reference: write the value itself"),
        (
            "a:\n  b: " + "[" * 60 + "]" * 60,
            "f.yaml:2: is nested deeper than 40 levels",
        ),
        ("[" * 100_000, "f.yaml:1: is nested deeper than 40 levels"),
        ("a: 1\n" + "# \n" * 1_000_000, "f.yaml: is larger than 2 MB: split it"),
    ],
)
def test_a_file_costs_what_its_bytes_cost_and_each_value_stands_in_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        load_yaml(path, "f.yaml")


def test_a_fault_is_told_with_its_line_and_without_the_names_of_union_members(
    tmp_path: Path,
) -> None:
    file = load_yaml(written(tmp_path, "a:\n- b: 1\n  c:\n    d: 2\n- {}\n"), "f.yaml")
    assert file.told(("a", 0, "c", "some-member", "d"), "no") == "f.yaml:4: a.0.c.d: no"
    assert file.told(("a", 1, "b"), "Field required") == "f.yaml:5: a.1.b: Field required"
    assert file.told((), "a.0.b: is odd") == "f.yaml:2: a.0.b: is odd"
    assert file.told(("a",), "0.c: is odd: very") == "f.yaml:3: a.0.c: is odd: very"
    assert file.told((), "none: of these") == "f.yaml:1: the file: none: of these"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a: 1\nb: \xe9t\xe9", "is no UTF-8 text: save the file as UTF-8"),
        (b"a: [", "is no YAML: "),
        (b"a:\n\tb: 1", "is indented with a tab: use spaces"),
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
    with pytest.raises(ValueError, match=rf"^the file(:[12])?: {why}"):
        load_yaml(path, "the file")
