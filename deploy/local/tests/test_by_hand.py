"""What `make up` prints is pasted into a shell here, over an installation with one paper."""

import asyncio
import secrets
import subprocess
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from billing_testing.gateway_books import Issued, write
from local_stack.by_hand import bill_commands
from local_stack.databases import PostgresServer
from local_stack.folders import card_keys
from local_stack.installation.extent import Extent
from local_stack.system import LocalSystem
from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.pool import prepare_connection


def test_the_month_is_closed_and_stated_and_billing_answers_for_it(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    prefix, extent = f"by_hand_{secrets.token_hex(4)}", Extent(cards=0)
    system = LocalSystem(
        tmp_path / "made", postgres, prefix=prefix, card_keys=card_keys(), extent=extent
    )
    system.make()
    try:
        asyncio.run(_issued(system))
        system.start_billing()
        subprocess.run(["bash", "-ec", bill_commands(system)], check=True)
        (paper,) = system.folder.glob("*-M-122033.pdf")
        assert paper.read_bytes().startswith(b"%PDF-")
        stated = asyncio.run(_stated(system, paper.stem))
        assert (stated["party"]["name"], stated["totals"]["fees"]) == ("市川市", 250)
    finally:
        system.terminate("billing")
        system.drop_databases()


async def _issued(system: LocalSystem) -> None:
    connection = await asyncpg.connect(system.installation.facts.gateway_database)
    await prepare_connection(connection)
    await write(connection, Issued("122033", "komorebi", japan_day(system.clock.now())))
    await connection.close()


async def _stated(system: LocalSystem, number: str) -> dict[str, Any]:
    layout, address = system.installation.layout, system.installation.facts.billing
    headers = {
        "Authorization": f"Bearer {layout.billing_token.read_text()}",
        "Madoguchi-Person": "tester",
        "Madoguchi-Reason": "a first look",
    }
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{address}/v1/statements/{number}") as answer,
    ):
        assert answer.status == 200
        return await answer.json()
