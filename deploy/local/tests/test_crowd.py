"""The load of a crowd is a matter of its seed alone."""

from itertools import islice

from local_stack.crowd import Load
from store_terminal_sim.fleet.load import Visit

TERMINALS = [f"fleet-{number:03d}" for number in range(1, 101)]


def first_visits(load: Load, terminal: str) -> list[Visit]:
    return list(islice(load.of_fleet().at(terminal, TERMINALS), 50))


def test_the_same_seed_offers_the_same_visits_in_the_same_order_at_each_terminal() -> None:
    one, again, other = Load(7, 40), Load(7, 40), Load(8, 40)
    for terminal in TERMINALS:
        assert first_visits(one, terminal) == first_visits(again, terminal)
    assert first_visits(one, "fleet-001") != first_visits(other, "fleet-001")
    assert first_visits(one, "fleet-001") != first_visits(one, "fleet-002")


def test_nobody_stands_at_two_terminals_if_there_are_people_enough() -> None:
    load = Load(7, cards=40).of_fleet()
    people = [person for terminal in TERMINALS for person in load.at_home(terminal, TERMINALS)]
    assert len(people) == len(set(people)) == 120
    few = Load(7, cards=12).of_fleet()
    assert all(len(few.at_home(terminal, TERMINALS)) == 36 for terminal in TERMINALS)


def test_think_times_are_of_the_seed_too_and_have_the_mean_that_was_asked_for() -> None:
    assert all(visit.think_s == 0 for visit in first_visits(Load(7), "fleet-001"))
    load = Load(7, 12, think_s=30.0).of_fleet()
    thoughts = [visit.think_s for visit in islice(load.at("fleet-001", TERMINALS), 5000)]
    assert 28 < sum(thoughts) / len(thoughts) < 32
