"""Pseudonyms in events: one a card, municipality and month; of nobody without key and secret."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from gateway.cardholders.keys import CardholderKeys, keys_left
from gateway.composition import open_gateway, read_files
from gateway.database.migrate import migrated
from gateway.settings import Settings
from gateway_testing.world import ICHIKAWA, RunGateway, eventually
from local_stack.testing import MakeMigrated
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.event_data.parts import Cardholder
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.pool import Pool, open_pool
from structlog.testing import capture_logs

CARDS = [CardIdentity("jpki", "1a2b"), CardIdentity("jpki", "1a2c"), CardIdentity("phone", "1a2b")]
PutInForce = Callable[[Path], Awaitable[list[str]]]
CITIES = ("122033", "131130")
DAYS = (date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1), date(2027, 11, 30))
SECRET, ANOTHER = b"s" * 32, b"t" * 32
_LAST_MONTHS = """
    SELECT (date_trunc('month', madoguchi_now() AT TIME ZONE 'Asia/Tokyo')
            - make_interval(months => ago))::date AS month
    FROM generate_series(3, 0, -1) AS ago
"""
_ROWS = "SELECT municipality, month, key_id, sealed FROM cardholder_keys"


@pytest.fixture
async def pool(migrated_database: MakeMigrated) -> AsyncIterator[Pool]:
    async with await open_pool(await migrated_database(migrated), timedelta(0)) as opened:
        yield opened


async def _told(keys: CardholderKeys, card: CardIdentity, city: str, day: date) -> Cardholder:
    return Cardholder.model_validate(await keys.told_of(card, city, day), extra="forbid")


async def test_a_card_has_one_pseudonym_in_a_municipality_and_month_and_none_elsewhere(
    pool: Pool,
) -> None:
    keys = CardholderKeys(pool, SECRET)
    places: dict[tuple[CardIdentity, str, date], Cardholder] = {}
    for card, city, day in product(CARDS, CITIES, DAYS):
        told = await _told(keys, card, city, day)
        assert places.setdefault((card, city, day.replace(day=1)), told) == told
    months = len({day.replace(day=1) for day in DAYS})
    assert len(places) == len(CARDS) * len(CITIES) * months
    assert len({told.pseudonym for told in places.values()}) == len(places)
    assert len({told.key for told in places.values()}) == len(CITIES) * months


async def test_replicas_that_begin_a_month_at_once_have_one_key(pool: Pool) -> None:
    replicas = [CardholderKeys(pool, SECRET) for _ in range(8)]
    told = await asyncio.gather(*(_told(one, CARDS[0], CITIES[0], DAYS[0]) for one in replicas))
    assert len(set(told)) == 1
    assert len(await pool.fetch(_ROWS)) == 1


async def test_the_database_alone_names_nobody(pool: Pool) -> None:
    told = await _told(CardholderKeys(pool, SECRET), CARDS[0], CITIES[0], DAYS[0])
    (key,) = await keys_left(pool, SECRET, CITIES[0])
    assert (key.key_id, key.month) == (told.key, DAYS[0])
    assert key.told_of(CARDS[0]) == told.model_dump()
    (row,) = await pool.fetch(_ROWS)
    assert key.key not in row["sealed"]
    assert key.key.hex() not in repr(key)
    with pytest.raises(ValueError, match="another secret"):
        await keys_left(pool, ANOTHER, CITIES[0])
    with capture_logs() as logs:
        assert await CardholderKeys(pool, ANOTHER).told_of(CARDS[0], CITIES[0], DAYS[0]) is None
    assert [line["event"] for line in logs] == ["cardholder_key_unreadable"]


async def test_readiness_names_whose_newest_key_another_secret_sealed(
    gateway_settings: Settings,
) -> None:
    async with open_gateway(gateway_settings, read_files(gateway_settings), Health()) as gateway:
        sealed_elsewhere = CardholderKeys(gateway.pool, ANOTHER)
        for city in CITIES:
            await _told(sealed_elsewhere, CARDS[0], city, DAYS[0])
        told = (await gateway.health.report()).notices["pseudonym keys"] or ""
        assert all(city in told for city in CITIES)
        assert "GATEWAY_PSEUDONYM_SECRET" in told
        for city in CITIES:
            await _told(gateway.cardholder_keys, CARDS[0], city, DAYS[0] + timedelta(days=40))
        assert (await gateway.health.report()).notices["pseudonym keys"] is None


@pytest.mark.parametrize(
    "change", ["municipality = '131130'", "month = '2026-12-01'", "key_id = gen_random_uuid()"]
)
async def test_a_key_opens_only_as_what_it_was_made(pool: Pool, change: str) -> None:
    await _told(CardholderKeys(pool, SECRET), CARDS[0], CITIES[0], DAYS[0])
    await pool.execute(f"UPDATE cardholder_keys SET {change}")
    (row,) = await pool.fetch(_ROWS)
    with pytest.raises(ValueError, match="another secret"):
        await keys_left(pool, SECRET, row["municipality"])


async def test_once_a_key_is_destroyed_its_pseudonyms_cannot_be_made(pool: Pool) -> None:
    now = await pool.fetchval("SELECT (madoguchi_now() AT TIME ZONE 'Asia/Tokyo')::date")
    this = now.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    before = (last - timedelta(days=1)).replace(day=1)
    keys = CardholderKeys(pool, SECRET)
    told = {
        (city, month): await _told(keys, CARDS[0], city, month)
        for city, month in product(CITIES, (this, last, before))
    }
    await keys.destroy_old({CITIES[0]: 1, CITIES[1]: 2})
    left = {city: [key.month for key in await keys_left(pool, SECRET, city)] for city in CITIES}
    assert left == {CITIES[0]: [last, this], CITIES[1]: [before, last, this]}
    # Not even by the replica that had it in memory.
    again = await _told(keys, CARDS[0], CITIES[0], before)
    assert again.key != told[CITIES[0], before].key
    assert again.pseudonym != told[CITIES[0], before].pseudonym
    assert await _told(keys, CARDS[0], CITIES[1], before) == told[CITIES[1], before]


async def test_a_replica_destroys_keys_as_their_municipality_configures(
    gateway_settings: Settings,
    write_configuration: Callable[..., Path],
    put_files: PutInForce,
    run_gateway: RunGateway,
) -> None:
    folder = write_configuration()
    with (folder / "municipalities" / f"{ICHIKAWA}.yaml").open("a") as file:
        file.write("cardholder_key_months: 2\n")
    await put_files(folder)
    async with await open_pool(gateway_settings.database_url, timedelta(0)) as pool:
        keys = CardholderKeys(pool, SECRET)
        months = [row["month"] for row in await pool.fetch(_LAST_MONTHS)]
        for month in months:
            await _told(keys, CARDS[0], ICHIKAWA, month)
        with run_gateway(gateway_settings):

            async def destroyed() -> bool:
                return len(await pool.fetch(_ROWS)) < len(months)

            await eventually(destroyed)
        left = [key.month for key in await keys_left(pool, SECRET, ICHIKAWA)]
    assert left == months[1:]
