"""A fault in a contract file is named by its file and exact path."""

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from billing.contracts.contracts import NoContract, read_contracts
from billing.contracts.files import Population
from billing_testing.contracts import FOLDER, sample_contracts
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.kit.strict_files import ConfigurationFault

ICHIKAWA, CENTRE = "municipalities/122033.yaml", "centre.yaml"
KOMOREBI = "chains/komorebi.yaml"
FAULTS: list[tuple[str, str, object, str]] = [
    (ICHIKAWA, "account.number", "12345", "account.number"),
    (ICHIKAWA, "account.holder", "市川市", "account.holder"),
    (ICHIKAWA, "account.holder", "ア" * 31, "account.holder"),
    (ICHIKAWA, "account.holder", "ガ" * 16, "account.holder"),
    (ICHIKAWA, "account.number", "３４５６７８１", "account.number"),
    (ICHIKAWA, "account.type", "savings", "account.type"),
    (ICHIKAWA, "name", "市川\n市", "name"),
    (KOMOREBI, "supplier.number", "T８000000000001", "supplier.number"),
    (ICHIKAWA, "settlement", "nett", "settlement"),
    (ICHIKAWA, "colour", "red", "colour"),
    (ICHIKAWA, "code", "122034", "code"),
    (
        ICHIKAWA,
        "populations",
        [{"from": "2010-04-01", "people": one} for one in (1, 2)],
        "populations",
    ),
    (ICHIKAWA, "populations.0.people", 1.5, "populations.0.people"),
    (ICHIKAWA, "populations.0.from", "2009-04-02", "populations: the first"),
    (ICHIKAWA, "from", "2009-03-31", "populations: the first"),
    (ICHIKAWA, "until", "2010-02-01", "until: 2010-02-01"),
    (CENTRE, "shares.0.tiers.0.yen", -1, "shares.0.tiers.0.yen"),
    (CENTRE, "shares.0.tiers.0.yen", 0.5, "shares.0.tiers.0.yen"),
    (CENTRE, "shares.0.tiers.0.up_to", 400_000, "shares.0"),
    (CENTRE, "shares.0.tiers.3.up_to", 900_000, "shares.0"),
    (KOMOREBI, "supplier.number", "T9000000000001", "supplier.number"),
    (KOMOREBI, "originator", 123, "originator"),
]


def _folder(tmp_path: Path, name: str, path: str, value: object) -> Path:
    folder = tmp_path / "billing"
    shutil.copytree(FOLDER, folder)
    body: Any = yaml.safe_load((folder / name).read_text("utf-8"))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    inside = body
    for part in parents:
        inside = inside[part]
    inside[last] = value
    (folder / name).write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
    return folder


@pytest.mark.parametrize(("name", "path", "value", "place"), FAULTS)
def test_a_fault_is_named_by_its_place(
    tmp_path: Path, name: str, path: str, value: object, place: str
) -> None:
    with pytest.raises(ConfigurationFault) as caught:
        read_contracts(_folder(tmp_path, name, path, value))
    assert re.match(rf"{name}:\d+: {re.escape(place)}", str(caught.value))


def test_two_files_for_one_municipality_and_a_missing_centre_are_both_told(tmp_path: Path) -> None:
    folder = _folder(tmp_path, ICHIKAWA, "code", "131130")
    (folder / "centre.yaml").unlink()
    with pytest.raises(ConfigurationFault) as caught:
        read_contracts(folder)
    assert "centre.yaml: cannot be read" in str(caught.value)
    assert "municipality 131130 is given twice" in str(caught.value)


def test_who_has_no_contract_is_named_with_the_file_that_is_missing() -> None:
    contracts = sample_contracts()
    with pytest.raises(NoContract, match=r"chains/elsewhere\.yaml"):
        contracts.chain("elsewhere")
    with pytest.raises(NoContract, match=r"municipalities/011002\.yaml"):
        contracts.municipality("011002")


def test_a_contract_from_before_the_first_share_is_refused_by_its_file(tmp_path: Path) -> None:
    folder = _folder(tmp_path, CENTRE, "shares.0.from_fiscal_year", 2010)
    with pytest.raises(ConfigurationFault) as caught:
        read_contracts(folder)
    assert "municipalities/122033.yaml: from: 2010-02-02" in str(caught.value)


def test_a_share_follows_the_people_on_the_first_of_april() -> None:
    contracts = sample_contracts()
    assert contracts.share("122033", 2010) == 5_000_000
    assert contracts.share("132047", 2010) == 3_500_000
    ichikawa = contracts.municipality("122033")
    shrunk = Population.model_validate({"from": date(2011, 4, 2), "people": 90_000})
    later = ichikawa.model_copy(update={"populations": (*ichikawa.populations, shrunk)})
    contracts = replace(contracts, municipalities={"122033": later})
    assert [contracts.share("122033", year) for year in (2011, 2012)] == [5_000_000, 2_000_000]


DAYS = st.dates(date(2009, 4, 1), date(2029, 3, 31))


@given(DAYS, st.none() | st.integers(0, 4000))
def test_a_year_is_owed_from_the_month_on_in_which_the_contract_begins(
    begins: date, lasts: int | None
) -> None:
    """A twelfth for each month up to March; a later year that has begun is owed in whole."""
    until = None if lasts is None else begins + timedelta(days=lasts)
    sample = sample_contracts()
    ichikawa = sample.municipality("122033").model_copy(
        update={"valid_from": begins, "until": until}
    )
    contracts = replace(sample, municipalities={"122033": ichikawa})
    for year in range(2009, 2031):
        months = [(year, n) for n in range(4, 13)] + [(year + 1, n) for n in range(1, 4)]
        owed = [one for one in months if one >= (begins.year, begins.month)]
        if until is not None and until < date(year, 4, 1):
            owed = []
        assert contracts.share("122033", year) == 5_000_000 * len(owed) // 12


def test_the_tiers_of_a_share_include_their_bound() -> None:
    table = sample_contracts().centre.shares[0]
    assert [table.of(people) for people in (1, 100_000, 100_001, 700_001)] == [
        2_000_000,
        2_000_000,
        3_500_000,
        8_000_000,
    ]
