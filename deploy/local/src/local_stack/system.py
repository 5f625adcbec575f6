"""The whole system on this machine: an installation and its processes, real ones."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from madoguchi_wire.clock import Clock, SystemClock
from madoguchi_wire.kit.clock_file import FileClock

from local_stack import services
from local_stack.databases import PostgresServer
from local_stack.installation.addresses import Addresses, on_loopback
from local_stack.installation.databases import Servers, drop_databases
from local_stack.installation.extent import Extent
from local_stack.installation.make import SAMPLE, Installation, make_installation
from local_stack.kafka_cluster import KafkaCluster
from local_stack.processes import ManagedProcess, start_all

_LAST = ("relay", "stamper", "audit", "card-authority")


def _nothing(_: "LocalSystem") -> AbstractContextManager[None]:
    return nullcontext()


def _leave(_: "LocalSystem", __: Sequence[ManagedProcess]) -> None:
    pass


class LocalSystem:
    """A fresh installation, started: card authority, three adapters, two gateways, relay, stamper.

    Args:
        folder: of the installation; thrown away and made anew.
        server: a running PostgreSQL.
        centre: one of its own for the gateway's and the archive's databases, where no person may
            be; None: the same.
        broker: the running Kafka of its audit stream; None: that of the environment, or a file.
        prefix: of the names of its databases.
        card_keys: folder that keeps RSA keys for the next time.
        environment: more variables for adapters, gateways, relay and stamper.
        told: hears what is being done.
        extent: how many terminals and cards there are, and when it begins.
        addresses: where the services will be.
        finish: changes a finished installation before anything of it starts.
    """

    stopping: ClassVar[Callable[["LocalSystem"], AbstractContextManager[None]]] = _nothing
    """What is around every stop; tests put the tripwire here."""
    ending: ClassVar[Callable[["LocalSystem", Sequence[ManagedProcess]], None]] = _leave
    """What happens before processes are asked to stop; tests take a last look at their metrics."""

    def __init__(
        self,
        folder: Path,
        server: PostgresServer,
        *,
        prefix: str,
        card_keys: Path,
        centre: PostgresServer | None = None,
        broker: KafkaCluster | None = None,
        environment: Mapping[str, str] | None = None,
        told: Callable[[str], None] = lambda _step: None,
        extent: Extent = SAMPLE,
        addresses: Callable[[], Addresses] = on_loopback,
        finish: Callable[[Installation], None] = lambda _made: None,
    ) -> None:
        self.folder = folder.absolute()
        self.municipalities, self.centre = server, centre or server
        """The servers of the municipalities' databases, and of the gateway's and the archive's."""
        self.broker = broker
        self.started_at = 0.0
        """Unix time."""
        self.last_pages: list[tuple[str, bytes]] = []
        """Metrics of processes that have ended, if somebody looked; with the names of the pages."""
        self._prefix = prefix
        self._card_keys = card_keys
        streamed = {"KAFKA_BOOTSTRAP_SERVERS": broker.servers} if broker is not None else {}
        self._environment = streamed | dict(environment or {})
        self._told = told
        self._extent, self._addresses, self._finish = extent, addresses, finish
        self._made: Installation | None = None
        self.processes: dict[str, ManagedProcess] = {}
        """By name: `card-authority`, `adapter-122033` …, `gateway-1`, `gateway-2`, `relay`,
        `stamper`; `audit` where there is Kafka, whose topics it reads; `billing` if asked for."""

    @property
    def installation(self) -> Installation:
        """The installation; raises RuntimeError before start."""
        if self._made is None:
            raise RuntimeError("the system was not started")
        return self._made

    @property
    def clock(self) -> Clock:
        """The clock of all processes."""
        if self.installation.layout.clock.exists():
            return FileClock(self.installation.layout.clock)
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
        made = self.make()
        self._told("card authority, adapters, gateways, relay, stamper")
        self._start([services.card_authority(made)])
        self._start(
            [
                *services.adapters(made, self._environment),
                *services.gateways(made, self._environment),
                services.relay(made, self._environment),
                services.stamper(made, self._environment),
            ]
        )
        if (os.environ | self._environment).get("KAFKA_BOOTSTRAP_SERVERS"):
            self._told("archive")
            self._start([services.audit(made, self._environment)])

    def start_billing(self) -> None:
        """Start billing as well: no paper needs it, so few who start a system do.

        Raises:
            ProcessNotReady: with the last lines of its log.

        """
        self._told("billing")
        self._start([services.billing(self.installation, self._environment)])

    def make(self) -> Installation:
        """Make the installation, and start nothing."""
        self.started_at = time.time()
        self._made = make_installation(
            self.folder,
            Servers(self.centre, self.municipalities),
            self._prefix,
            self._card_keys,
            self._told,
            self._addresses,
            self._extent,
        )
        self._finish(self._made)
        return self._made

    def stop(self) -> None:
        """End all processes: who records and relays goes last."""
        with LocalSystem.stopping(self):
            services = [name for name in self.processes if name not in _LAST]
            self.terminate(*services)
            self.terminate(*_LAST)
            self.processes.clear()

    def terminate(self, *names: str) -> None:
        """Ask processes to stop, side by side, and wait until they have."""
        stopping = [self.processes[name] for name in names if name in self.processes]
        LocalSystem.ending(self, stopping)
        with ThreadPoolExecutor(max_workers=len(stopping) or 1) as threads:
            list(threads.map(ManagedProcess.terminate, stopping))

    def drop_databases(self) -> None:
        """Remove the installation's databases."""
        drop_databases(Servers(self.centre, self.municipalities), self._prefix)

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
