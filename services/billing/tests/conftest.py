"""The gateway's database with the schema `billing` in it, and an office that acts there."""

from collections.abc import AsyncIterator, Callable
from datetime import date

import asyncpg
import pytest
from billing.books.office import Office
from billing.contracts.contracts import Contracts
from billing.database.migrate import migrated
from billing_testing.contracts import sample_contracts
from gateway.database.migrate import migrated as gateway_migrated
from local_stack.testing import MakeMigrated
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection, prepare_connection

OfficeOn = Callable[[date], Office]


async def both_migrated(url: str) -> None:
    await gateway_migrated(url)
    await migrated(url)


@pytest.fixture
async def database_url(migrated_database: MakeMigrated) -> str:
    return await migrated_database(both_migrated)


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    opened = await asyncpg.connect(database_url)
    await prepare_connection(opened)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def contracts() -> Contracts:
    return sample_contracts()


@pytest.fixture
def office_on(contracts: Contracts) -> OfficeOn:
    """Give a function that opens the office on a day."""
    return lambda today: Office(contracts, today, Person.of("sato", "月次の締め処理"))
