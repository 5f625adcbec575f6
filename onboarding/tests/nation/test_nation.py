"""A nation that is generated can be put in force."""

import json
from pathlib import Path

import hypothesis.strategies as st
import pytest
from gateway.municipalities.files import read_folder
from hypothesis import given
from madoguchi.main import main
from madoguchi.nation.spread import MUNICIPALITIES, codes, shares
from madoguchi_wire.municipality_code import is_municipality_code

OURS = ["122033", "131130", "132047"]


def generated(folder: Path, *more: str) -> int:
    asked = ["onboard", "generate", str(folder), "--municipalities", "60", "--terminals", "400"]
    return main([*asked, *(f"--with={code}" for code in OURS), *more])


def test_what_is_generated_has_no_fault_and_as_much_of_each_as_was_asked(tmp_path: Path) -> None:
    assert generated(tmp_path / "nation", "--adapter", "http://127.0.0.1:9000") == 0
    municipalities, chains = read_folder(tmp_path / "nation", development=True)
    assert len(municipalities) == 60
    assert {*OURS} < {one.code for one in municipalities}
    assert {one.code[:2] for one in municipalities} == {f"{number:02d}" for number in range(1, 48)}
    assert sum(len(chain.terminals) for chain in chains) == 400
    with_a_store = {site.municipality for chain in chains for site in chain.sites}
    assert with_a_store == {one.code for one in municipalities}


def test_the_same_seed_draws_the_same_nation_and_another_one_another(tmp_path: Path) -> None:
    for folder, seed in (("one", "7"), ("same", "7"), ("other", "8")):
        assert generated(tmp_path / folder, "--seed", seed, "--json") == 0
    one, same, other = (
        {
            path.relative_to(tmp_path / folder): path.read_bytes()
            for path in (tmp_path / folder).rglob("*.*")
        }
        for folder in ("one", "same", "other")
    )
    assert one == same != other


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generated(tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"municipalities": 60, "terminals": 400}
    assert generated(tmp_path) == 2
    assert "is there already: name another folder" in capsys.readouterr().err


@given(st.integers(3, sum(MUNICIPALITIES)))
def test_each_number_of_municipalities_has_valid_codes_each_once(number: int) -> None:
    made = codes(number, OURS)
    assert len({*made}) == len(made) == number
    assert {*OURS} <= {*made}
    assert all(is_municipality_code(code) for code in made)
    assert number < 60 or len({code[:2] for code in made}) == 47


@given(st.integers(0, 2000), st.lists(st.floats(0.1, 1000), min_size=1, max_size=50))
def test_nothing_is_lost_when_a_number_is_shared_out(number: int, weights: list[float]) -> None:
    parts = shares(number, weights)
    assert sum(parts) == number
    assert min(parts) >= (1 if number >= len(weights) else 0)
