"""Broken servers are right as long as one request comes after the other, and wrong under load."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from municipal_adapter.synthetic import synthetic_records
from municipal_adapter_testing.vendor.town import VendorTown
from proofs.incidents.vendor.press import Press
from proofs.incidents.vendor.program import Program, Workshop
from proofs.incidents.vendor.programs import (
    live_sync,
    named_by_second,
    one_server,
    print_queue,
    stapler,
)

RECORDS = synthetic_records("122033", today=date(2026, 3, 2))
PEOPLE = [one.members[0].resident_id for one in RECORDS.households if len(one.members) > 2][:6]
AT_ONCE, REQUESTS = 12, 48
RACES: dict[str, Callable[[Workshop], Program]] = {
    "print_queue": print_queue.make,
    "named_by_second": named_by_second.make,
    "stapler": stapler.make,
}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    press = Press(VendorTown(RECORDS), RECORDS.office, font=None, each=1)
    return Workshop(press, tmp_path, seed=1)


def asked(number: int) -> dict[str, Any]:
    person = PEOPLE[number % len(PEOPLE)]
    members = [one.resident_id for one in RECORDS.household_of(person).members]
    return {
        "kind": "resident_record",
        "person": person,
        "persons": members,
        "options": {"zokugara": False, "honseki": False},
        "issued": "2026-03-02",
        "reference": f"reference {number}",
    }


def struck(programs: list[Program], at_once: int, requests: int) -> int:
    def one(number: int) -> bool:
        return programs[number % len(programs)].paper(asked(number)).struck

    with ThreadPoolExecutor(at_once) as threads:
        return sum(threads.map(one, range(requests)))


@pytest.mark.parametrize("name", RACES)
def test_a_race_needs_load(name: str, workshop: Workshop) -> None:
    program = RACES[name](workshop)
    assert struck([program], at_once=1, requests=8) == 0
    assert struck([program], at_once=AT_ONCE, requests=REQUESTS) > 0


def test_a_program_for_one_server_is_right_on_one_and_wrong_on_two(workshop: Workshop) -> None:
    assert struck([one_server.make(workshop)], AT_ONCE, REQUESTS) == 0
    two: list[Program] = [one_server.make(workshop), one_server.make(workshop)]
    assert struck(two, AT_ONCE, REQUESTS) > 0


def test_a_synchronisation_gives_away_others_and_makes_a_new_version(workshop: Workshop) -> None:
    before = workshop.press.town.version
    assert struck([live_sync.make(workshop)], AT_ONCE, 4 * REQUESTS) > 0
    assert workshop.press.town.version > before
