"""No statement touches rows of municipalities without saying whose, unless it says why."""

import asyncpg
import pytest
from audit.database.migrate import migrated as archive_migrated
from billing.database.migrate import migrated as billing_migrated
from gateway.database.migrate import migrated as gateway_migrated
from local_stack.testing import MakeMigrated
from proofs.scope.exempt import EXEMPT, NOT_THEIRS
from proofs.scope.judging import without_scope
from proofs.scope.statements import statements_of

PACKAGES = ("gateway", "billing", "audit", "relay", "stamper", "madoguchi")
_THEIRS = """
    SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name
    FROM information_schema.columns WHERE column_name = 'municipality'
"""


async def books_migrated(url: str) -> None:
    await gateway_migrated(url)
    await billing_migrated(url)


@pytest.fixture
async def tables(migrated_database: MakeMigrated) -> frozenset[str]:
    """Give the tables that have a column `municipality`, in the databases of this build."""
    found: set[str] = set()
    for migrated in (books_migrated, archive_migrated):
        connection = await asyncpg.connect(await migrated_database(migrated))
        try:
            found |= {row[0] for row in await connection.fetch(_THEIRS)}
        finally:
            await connection.close()
    return frozenset(found)


def unlimited(tables: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for package in PACKAGES:
        for statement in statements_of(package):
            try:
                names = without_scope(statement.sql, tables - NOT_THEIRS.keys())
            except ValueError as fault:
                names = [str(fault)]
            if names:
                found[statement.place] = ", ".join(names)
    return found


async def test_no_statement_forgets_whose_rows_it_means(tables: frozenset[str]) -> None:
    assert tables >= {"issuances", "metering_records", "events", "billing.papers", *NOT_THEIRS}
    found = unlimited(tables)
    assert {place: names for place, names in found.items() if place not in EXEMPT} == {}
    assert EXEMPT.keys() - found.keys() == set()  # what needs no exemption has none
