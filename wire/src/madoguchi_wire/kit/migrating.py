"""Brings a database to the schema of a build; safe to run from several places at once."""

from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SCHEMA_TO_MAKE = """
    SELECT split_part(current_setting('search_path'), ',', 1) WHERE current_schema() IS NULL
"""


async def migrated_to_head(database_url: str, migrations: Path, lock: int) -> None:
    """Run the missing steps in one transaction: all of them, or nothing.

    Args:
        database_url: `postgresql://…`; of a schema, which is made if it is not there, with
            `?search_path=…`.
        migrations: the folder of the steps, with their `env.py`.
        lock: number of the advisory lock that the migrations hold, which nobody else uses.

    """
    # Only who migrates imports them: every other start of a service is shorter by a third.
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    async def connect(*_: object, **__: object) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(database_url)  # as every service reads the address

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            if (schema := await connection.scalar(text(_SCHEMA_TO_MAKE))) is not None:
                await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
            await connection.run_sync(_upgrade, migrations)
    finally:
        await engine.dispose()


def _upgrade(connection: "Connection", migrations: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
