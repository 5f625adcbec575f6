"""The whole system on this machine: an installation and its processes, real ones."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from madoguchi_wire.clock import SystemClock

from local_stack import services
from local_stack.databases import PostgresServer
from local_stack.installation.addresses import Addresses, on_loopback
from local_stack.installation.databases import drop_databases
from local_stack.installation.extent import Extent
from local_stack.installation.make import SAMPLE, Installation, make_installation
from local_stack.processes import ManagedProcess, start_all

_LAST = ("relay", "card-authority")


class LocalSystem:
    """A fresh installation, started: card authority, three adapters, two gateways, a relay.

    Args:
        folder: of the installation; thrown away and made anew.
        server: a running PostgreSQL.
        prefix: of the names of its databases.
        card_keys: folder that keeps RSA keys for the next time.
        environment: more variables for adapters, gateways and relay.
        told: hears what is being done.
        extent: how many terminals and cards there are.
        addresses: where the services will be.
        finish: changes a finished installation before anything of it starts.
    """

    def __init__(
        self,
        folder: Path,
        server: PostgresServer,
        *,
        prefix: str,
        card_keys: Path,
        environment: Mapping[str, str] | None = None,
        told: Callable[[str], None] = lambda _step: None,
        extent: Extent = SAMPLE,
        addresses: Callable[[], Addresses] = on_loopback,
        finish: Callable[[Installation], None] = lambda _made: None,
    ) -> None:
        self.folder = folder.absolute()
        self._server = server
        self._prefix = prefix
        self._card_keys = card_keys
        self._environment = dict(environment or {})
        self._told = told
        self._extent, self._addresses, self._finish = extent, addresses, finish
        self._made: Installation | None = None
        self.processes: dict[str, ManagedProcess] = {}
        """By name: `card-authority`, `adapter-122033` …, `gateway-1`, `gateway-2`, `relay`."""

    @property
    def installation(self) -> Installation:
        """The installation; raises RuntimeError before start."""
        if self._made is None:
            raise RuntimeError("the system was not started")
        return self._made

    @property
    def clock(self) -> SystemClock:
        """The clock of all processes."""
        return SystemClock(timedelta(seconds=self.installation.facts.clock_offset_seconds))

    def __enter__(self) -> Self:
        """Start."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; the databases stay."""
        self.stop()

    def start(self) -> None:
        """Make the installation and start everything, until all are ready.

        Raises:
            ProcessNotReady: with the last lines of its log.

        """
        self._made = make_installation(
            self.folder,
            self._server,
            self._prefix,
            self._card_keys,
            self._told,
            self._addresses,
            self._extent,
        )
        self._finish(self._made)
        self._told("card authority, adapters, gateways, relay")
        self._start([services.card_authority(self._made)])
        self._start(
            [
                *services.adapters(self._made, self._environment),
                *services.gateways(self._made, self._environment),
                services.relay(self._made, self._environment),
            ]
        )

    def stop(self) -> None:
        """End all processes: who records and relays goes last."""
        services = [name for name in self.processes if name not in _LAST]
        self.terminate(*services)
        self.terminate(*_LAST)
        self.processes.clear()

    def terminate(self, *names: str) -> None:
        """Ask processes to stop, side by side, and wait until they have."""
        stopping = [self.processes[name] for name in names if name in self.processes]
        with ThreadPoolExecutor(max_workers=len(stopping) or 1) as threads:
            list(threads.map(ManagedProcess.terminate, stopping))

    def drop_databases(self) -> None:
        """Remove the installation's databases."""
        drop_databases(self._server, self._prefix)

    def kill(self, name: str) -> None:
        """End one process at once, as a power cut would."""
        self.processes[name].kill()

    async def restart(self, name: str) -> None:
        """Start one process again on its port; others go on while it becomes ready.

        Call it from the main thread: a child dies with the thread that started it.
        """
        self.processes[name].spawn()
        await asyncio.to_thread(self.processes[name].wait_until_ready)

    def _start(self, processes: list[ManagedProcess]) -> None:
        self.processes |= {process.name: process for process in processes}
        start_all(processes)
