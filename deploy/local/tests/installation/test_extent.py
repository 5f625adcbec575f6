"""A larger installation is the sample and more: the sample's own parts stay as they are."""

from pathlib import Path

import yaml
from gateway.municipalities.rules.chain import ChainFile
from local_stack.installation.cards import ordinary_adults
from local_stack.installation.configuration import SAMPLES
from local_stack.installation.extent import Extent, write_fleet
from local_stack.installation.facts import MUNICIPALITIES
from municipal_adapter.synthetic import synthetic_records


def test_a_fleet_is_a_chain_of_as_many_stores_that_a_gateway_can_read(tmp_path: Path) -> None:
    extent = Extent(fleet=300)
    write_fleet(extent, tmp_path)
    chain = ChainFile.model_validate(yaml.safe_load((tmp_path / "fleet.yaml").read_text("utf-8")))
    assert [terminal.terminal for terminal in chain.terminals] == list(extent.terminals)
    assert extent.terminals[0] == "fleet-001"
    assert len({terminal.site for terminal in chain.terminals}) == 300


def test_without_a_fleet_there_is_no_chain_of_it(tmp_path: Path) -> None:
    write_fleet(Extent(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_there_are_adults_for_as_many_cards_as_are_asked_for() -> None:
    for cards in (12, 40, 100):
        households = Extent(cards=cards).households
        for code in MUNICIPALITIES:
            records = synthetic_records(code, households=households)
            assert len(set(ordinary_adults(records))) >= cards


def test_each_samples_adapter_file_names_the_test_household_of_its_records() -> None:
    for code in MUNICIPALITIES:
        file = yaml.safe_load((SAMPLES / "adapters" / f"{code}.yaml").read_text("utf-8"))
        household = synthetic_records(code).test_household
        assert file["test_residents"] == [one.resident_id for one in household.members]


def test_a_larger_municipality_begins_with_the_households_of_the_sample() -> None:
    sample, larger = synthetic_records("122033"), synthetic_records("122033", households=120)
    assert larger.households[: len(sample.households)] == sample.households
    assert larger.cases == sample.cases
