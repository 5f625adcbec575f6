"""Opening a municipality's database; who cannot is told which file has the wrong address."""

from datetime import timedelta
from pathlib import Path

import asyncpg
from madoguchi_wire.kit.pool import Pool, open_pool

FEW = 8
"""Databases of a process to which connections are kept; with more, each is connected when it is
asked, by at most 4 connections, and left alone after 2 s."""


async def open_database(
    path: Path, address: str, offset: timedelta | None, service: str, *, beside: int = 0
) -> Pool:
    """Return the pool.

    Args:
        path: of the adapter file that names the address.
        address: the `database_url` in it.
        offset: of the clock; None: the database has one of its own, which moves.
        service: how the database shows who is connected.
        beside: how many other databases the process works with.

    Raises:
        ValueError: nobody answers there, or refuses us; with many, each is asked later.

    """
    try:
        if beside < FEW:
            return await open_pool(address, offset, service=service)
        return await open_pool(
            address, offset, service=service, minimum=0, maximum=4, idle_seconds=2
        )
    except OSError as fault:
        raise ValueError(f"{path}: database_url: {fault}") from None
    except (asyncpg.PostgresError, ValueError) as fault:
        # Without its text, which may quote the address with its password.
        raise ValueError(
            f"{path}: database_url: the database refuses ({type(fault).__name__}): are user, "
            "password and the database's name right?"
        ) from None
