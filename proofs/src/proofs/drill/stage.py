"""The whole system with a Kafka of its own, two relays, and an archive."""

import asyncio
import secrets
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from local_stack.folders import card_keys
from local_stack.installation.extent import Extent
from local_stack.kafka import LocalKafka
from local_stack.ports import free_port
from local_stack.postgres import LocalPostgres
from local_stack.processes import ManagedProcess
from local_stack.system import LocalSystem

from proofs.drill.result import Told

BROKER, RELAYS, STAMPER, ARCHIVE = "broker", ("relay", "relay-2"), "stamper", "audit"


@dataclass(frozen=True)
class Stage:
    """What is on trial."""

    system: LocalSystem
    broker: LocalKafka
    hands: ThreadPoolExecutor
    """One thread that lives as long as what it starts."""
    extent: Extent

    async def of_outbox(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Read from the gateway's database."""
        return await _rows(self.system.installation.facts.gateway_database, statement, *values)

    async def of_archive(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Read from the archive's database."""
        return await _rows(self.system.installation.facts.audit_database, statement, *values)

    def pid(self, name: str) -> int:
        """Return the process id of the broker or of a service."""
        return self.broker.pid if name == BROKER else self.system.processes[name].pid

    def kill(self, name: str) -> None:
        """End the broker or a service by SIGKILL."""
        if name == BROKER:
            self.broker.kill()
        else:
            self.system.kill(name)

    async def start(self, name: str) -> None:
        """Start the broker or a service again where it was; others go on meanwhile."""
        if name == BROKER:
            await asyncio.get_running_loop().run_in_executor(self.hands, self.broker.start)
        else:
            await self.system.restart(name)


@contextmanager
def staged(folder: Path, extent: Extent, told: Told) -> Generator[Stage]:
    """Start everything; in the end stop it all. The folder stays."""
    server = LocalPostgres(folder / "postgres")
    broker = LocalKafka(folder / "kafka", told=told)
    with ThreadPoolExecutor(max_workers=1) as hands:
        try:
            server.start()
            broker.start()
            system = LocalSystem(
                folder / "installation",
                server,
                prefix=f"drill_{secrets.token_hex(4)}",
                card_keys=card_keys(),
                broker=broker,
                extent=extent,
            )
            with system:
                _add_relay(system)
                yield Stage(system, broker, hands, extent)
        finally:
            broker.kill()
            server.stop()


def _add_relay(system: LocalSystem) -> None:
    first, port, name = system.processes[RELAYS[0]], free_port(), RELAYS[1]
    second = ManagedProcess(
        name,
        first.argv,
        ready_url=f"http://127.0.0.1:{port}/readyz",
        log=first.log.with_name(f"{name}.log"),
        env=first.env | {"RELAY_PORT": str(port)},
    )
    second.start()
    system.processes[name] = second


async def _rows(url: str, statement: str, *values: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()
