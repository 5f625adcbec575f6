"""The trust list counts only from the pinned root, for its time, and never goes back."""

from datetime import timedelta

import pytest
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import SigningKey
from store_terminal_sim.core.trust import current_trust_list
from store_terminal_sim.testing.world import ROOT, World, new_world, trust_list


def fetch(world: World) -> int:
    deadline = world.clock.now() + timedelta(seconds=10)
    return world.driver().run(current_trust_list(world.switched_on(), deadline)).trust.version


def offer(world: World, version: int, root: SigningKey = ROOT) -> None:
    world.gateway.trust_list = trust_list(world.gateway.city, version).signed_by(root)


def test_an_older_list_is_refused_even_after_a_restart() -> None:
    world = new_world()
    offer(world, 3)
    assert fetch(world) == 3
    offer(world, 2)
    with pytest.raises(SignatureRefused, match="older"):
        fetch(world)


def test_a_list_of_another_root_is_refused() -> None:
    world = new_world()
    offer(world, 1, SigningKey.generate())
    with pytest.raises(SignatureRefused, match="root"):
        fetch(world)


def test_a_list_past_its_time_is_refused() -> None:
    world = new_world()
    world.clock.advance(timedelta(days=2))
    with pytest.raises(SignatureRefused, match="time"):
        fetch(world)


def test_a_held_list_is_not_fetched_again_for_five_minutes() -> None:
    world = new_world()
    terminal, driver, fetched = world.switched_on(), world.driver(), list[str]()
    honest = driver.send
    driver.send = lambda request: (fetched.append(request.url), honest(request))[1]
    for _ in range(3):
        driver.run(current_trust_list(terminal, world.clock.now() + timedelta(seconds=10)))
    assert len(fetched) == 1
    world.clock.advance(timedelta(minutes=5))
    driver.run(current_trust_list(terminal, world.clock.now() + timedelta(seconds=10)))
    assert len(fetched) == 2
