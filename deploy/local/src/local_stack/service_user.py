"""A database user that has the rights of one service, and no others; for tests."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg


@asynccontextmanager
async def service_user(owner_url: str, role: str) -> AsyncGenerator[str]:
    """Give the address of a migrated database for a new user, who is gone afterwards."""
    name, password = f"test_{secrets.token_hex(6)}", secrets.token_hex(16)
    owner = await asyncpg.connect(owner_url)
    try:
        await owner.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' IN ROLE {role}")
        parts = urlsplit(owner_url)
        host = parts.netloc.rpartition("@")[2]
        yield parts._replace(netloc=f"{name}:{password}@{host}").geturl()
        # It may be dropped only when nobody is connected as it any more.
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", name
        )
        await owner.execute(f"DROP ROLE {name}")
    finally:
        await owner.close()
