"""Brings a database to the schema of a build; safe to run from several places at once."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


async def migrated_to_head(database_url: str, migrations: Path, lock: int) -> None:
    """Run the missing steps in one transaction: all of them, or nothing.

    Args:
        database_url: `postgresql://…`
        migrations: the folder of the steps, with their `env.py`.
        lock: number of the advisory lock that the migrations hold, which nobody else uses.

    """
    # Only who migrates imports them: every other start of a service is shorter by a third.
    from sqlalchemy import text
    from sqlalchemy.engine import make_url
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    url = make_url(database_url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
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
