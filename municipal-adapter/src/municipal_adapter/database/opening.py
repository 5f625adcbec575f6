"""Opening a municipality's database; who cannot is told which file has the wrong address."""

from datetime import timedelta
from pathlib import Path

import asyncpg
from madoguchi_wire.kit.pool import Pool, open_pool


async def open_database(path: Path, address: str, offset: timedelta | None, service: str) -> Pool:
    """Return the pool.

    Args:
        path: of the adapter file that names the address.
        address: the `database_url` in it.
        offset: of the clock; None: the database has one of its own, which moves.
        service: how the database shows who is connected.

    Raises:
        ValueError: nobody answers there, or refuses us.

    """
    try:
        return await open_pool(address, offset, service=service)
    except OSError as fault:
        raise ValueError(f"{path}: database_url: {fault}") from None
    except (asyncpg.PostgresError, ValueError) as fault:
        # Without its text, which may quote the address with its password.
        raise ValueError(
            f"{path}: database_url: the database refuses ({type(fault).__name__}): are user, "
            "password and the database's name right?"
        ) from None
