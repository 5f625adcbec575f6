"""A replica hears of stops whatever else it cannot read."""

import pytest
from gateway.database.changes import Follower
from gateway.municipalities.registry import MunicipalityRegistry
from gateway.stops.registry import StopRegistry
from gateway_testing.world import ICHIKAWA, SHIBUYA, STORE, World, eventually
from madoguchi_wire.errors import ServiceUnavailable
from madoguchi_wire.kit.pool import Connection

_UNREADABLE = """
    WITH put AS (
        INSERT INTO municipality_versions (municipality, version, digest, body)
        SELECT municipality, version + 1, repeat('f', 64), '{"from": "a later build"}'
        FROM municipality_versions WHERE municipality = $1 ORDER BY version DESC LIMIT 1
        RETURNING municipality, version)
    INSERT INTO municipality_decisions
        (municipality, state, version, in_force_from, persons, reason)
    SELECT municipality, 'live', version, madoguchi_now(), '{later}', 'a later build' FROM put
"""
_STOP = """
    INSERT INTO stops (stop_id, incident, municipality, cause, what, stopped_at)
    VALUES (gen_random_uuid(), gen_random_uuid(), $1, 'mismatch', 'test', '2019-12-31T23:00Z')
"""
_PATH = """
    INSERT INTO stops (stop_id, incident, municipality, terminal, cause, what, stopped_at)
    VALUES (gen_random_uuid(), gen_random_uuid(), $1, $2, 'not_mine', 'test', '2019-12-31T23:00Z')
"""
_YEARS_AGO = "2019-12-31T23:00:00Z"


async def _menu(world: World, municipality: str) -> str | None:
    answered = await world.terminal().call("GET", f"/v1/municipalities/{municipality}/menu")
    return None if answered.status == 200 else answered.slug


async def test_a_stop_is_heard_within_a_second_beside_a_version_that_cannot_be_read(
    world: World,
) -> None:
    await world.pool.execute(_UNREADABLE, SHIBUYA)

    async def told() -> bool:
        async with world.http.get(f"{world.replicas[0]}/readyz") as answer:
            return "131130 (version 2)" in str((await answer.json())["notices"])

    await eventually(told, 3)
    await world.pool.execute(_STOP, ICHIKAWA)

    async def heard() -> bool:
        return await _menu(world, ICHIKAWA) == "municipality-stopped"

    await eventually(heard, 1.5)
    await world.pool.execute(_PATH, SHIBUYA, STORE)

    async def told_of_stops() -> bool:
        async with world.http.get(f"{world.replicas[0]}/readyz") as answer:
            assert answer.status == 200, "a stop closes no replica"
            notice = (await answer.json())["notices"].get("stops") or ""
            return notice.count(f": 1 (the oldest since {_YEARS_AGO}") == 2

    await eventually(told_of_stops, 3)


async def test_a_version_that_cannot_be_read_leaves_its_last_good_one_in_force(
    world: World,
) -> None:
    await world.configure(closed=["12-31"])
    await world.pool.execute(_UNREADABLE, ICHIKAWA)
    await world.pool.execute(_UNREADABLE, ICHIKAWA)

    async def in_force() -> bool:
        return (await world.menu(world.terminal())).configuration_version == 3

    await eventually(in_force, 3)
    begun_later = MunicipalityRegistry()
    async with world.pool.acquire() as connection:
        await begun_later.refresh(connection)
        assert begun_later.in_force(ICHIKAWA).version == 3
        assert begun_later.unreadable == {ICHIKAWA: 5}
        with pytest.raises(ServiceUnavailable):
            await begun_later.numbered(connection, ICHIKAWA, 5)
    async with world.http.get(f"{world.replicas[0]}/readyz") as answer:
        assert answer.status == 200, "one municipality's file closes no replica"


async def test_a_good_version_that_is_heard_of_with_an_unreadable_one_is_in_force(
    world: World,
) -> None:
    """Whether a replica asked between the two, or not."""
    registry = MunicipalityRegistry()
    async with world.pool.acquire() as connection:
        await registry.refresh(connection)
        before = registry.in_force(ICHIKAWA).version
        await world.configure(closed=["12-31"])
        await world.pool.execute(_UNREADABLE, ICHIKAWA)
        await registry.refresh(connection)
        assert registry.in_force(ICHIKAWA).version > before
        assert registry.unreadable == {ICHIKAWA: registry.in_force(ICHIKAWA).version + 1}


async def test_a_readable_version_ends_the_notice(world: World) -> None:
    await world.pool.execute(_UNREADABLE, ICHIKAWA)
    registry = MunicipalityRegistry()
    async with world.pool.acquire() as connection:
        await registry.refresh(connection)
        await world.configure(closed=["12-31"])
        await registry.refresh(connection)
    assert (registry.in_force(ICHIKAWA).version, registry.unreadable) == (4, {})


async def test_a_refresher_that_fails_does_not_keep_the_others_from_being_called(
    world: World,
) -> None:
    async def fails(_: Connection) -> None:
        raise KeyError("a row that nobody foresaw")

    stops = StopRegistry()
    await world.pool.execute(_STOP, ICHIKAWA)
    follower = Follower(
        world.settings.database_url, world.settings.common.clock_offset, (fails, stops.refresh)
    )
    async with world.pool.acquire() as connection:
        with pytest.raises(KeyError):
            await follower.refresh(connection)
    assert stops.stopped(ICHIKAWA)
    assert follower.age_s == float("inf")
