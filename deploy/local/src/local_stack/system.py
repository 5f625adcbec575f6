"""The whole system on this machine: an installation and its processes, real ones."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from madoguchi_wire.clock import SystemClock

from local_stack import services
from local_stack.databases import PostgresServer
from local_stack.installation.databases import drop_databases
from local_stack.installation.make import Installation, make_installation
from local_stack.processes import ManagedProcess, start_all


class LocalSystem:
    """A fresh installation, started: card authority, three adapters, two gateways, a relay.

    Args:
        folder: of the installation; thrown away and made anew.
        server: a running PostgreSQL.
        prefix: of the names of its databases.
        card_keys: folder that keeps RSA keys for the next time.
        environment: more variables for adapters, gateways and relay.
        told: hears what is being done.
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
    ) -> None:
        self.folder = folder.absolute()
        self._server = server
        self._prefix = prefix
        self._card_keys = card_keys
        self._environment = dict(environment or {})
        self._told = told
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
            self.folder, self._server, self._prefix, self._card_keys, self._told
        )
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
        """End all processes, the last started first, none waiting for another."""
        for process in reversed(self.processes.values()):
            process.terminate()
        self.processes.clear()

    def drop_databases(self) -> None:
        """Remove the installation's databases."""
        drop_databases(self._server, self._prefix)

    def kill(self, name: str) -> None:
        """End one process at once, as a power cut would."""
        self.processes[name].kill()

    def restart(self, name: str) -> None:
        """Start one process again on its port, and wait until it is ready."""
        self.processes[name].restart()

    def _start(self, processes: list[ManagedProcess]) -> None:
        self.processes |= {process.name: process for process in processes}
        start_all(processes)
