"""Where an incident happens: an installation of its own, with a broken part in it."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from local_stack import services
from local_stack.installation.databases import configure
from local_stack.installation.make import Installation
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess, ProcessNotReady, start_all
from local_stack.releasing import release_stops
from madoguchi_wire.clock import SystemClock, japan_day
from madoguchi_wire.kit.yaml_file import yaml_text
from municipal_adapter_testing.vendor.town import adapter_file_part

from proofs.incidents.vendor.settings import VendorSettings
from proofs.incidents.vendor.strikes import Strikes
from proofs.undefended.checks import PARTS, Part

ENVIRONMENT = {"KAFKA_BOOTSTRAP_SERVERS": "", "OTEL_SDK_DISABLED": "true"}
_UNEXPECTED = '"unexpected_error"'
_VENDOR_S = 3
"""How long an adapter waits for the vendor's server."""


class StartedAnyway(Exception):
    """A process works that has to refuse to start."""


@dataclass
class Stage:
    """An installation before and while it runs.

    `set_up` of an incident changes its files and adds processes; then it starts.
    """

    installation: Installation
    clock: SystemClock
    without: tuple[str, ...]
    """Names of the checks that are taken out; none in the run with our defences."""
    seed: int
    broken: dict[str, ManagedProcess] = field(default_factory=dict[str, ManagedProcess])
    """The broken parts."""
    adapters: dict[str, ManagedProcess] = field(default_factory=dict[str, ManagedProcess])
    gateways: dict[str, ManagedProcess] = field(default_factory=dict[str, ManagedProcess])
    stops_released: int = 0
    refused_to_start: int = 0
    """How many adapters that had to refuse to start did."""
    _not_starting: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def folder(self) -> Path:
        """Where broken parts keep their work."""
        folder = self.installation.layout.folder / "broken"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def strikes(self) -> Strikes:
        """How often the fault struck, as the broken part counts."""
        return Strikes(self.folder / "strikes.txt")

    def change_adapter_file(
        self, code: str, change: Callable[[dict[str, Any]], None], name: str | None = None
    ) -> Path:
        """Change the adapter file of a municipality, or write the change under another name."""
        path = self.installation.layout.adapter_file(code)
        target = path if name is None else path.with_name(f"{name}.yaml")
        return _change(path, target, change)

    def change_municipality_file(self, code: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change what the centre knows of a municipality."""
        path = self.installation.layout.configuration / "municipalities" / f"{code}.yaml"
        _change(path, path, change)

    def buy_from_vendor(
        self,
        code: str,
        program: str,
        *,
        processes: int = 1,
        **more: Any,  # noqa: ANN401
    ) -> None:
        """Let a municipality's certificates come from a vendor's server with this program.

        Args:
            code: of the municipality.
            program: in `proofs.incidents.vendor.programs`.
            processes: of the server, behind one address.
            more: fields of `VendorSettings`.

        """
        spool = self.folder / "spool"
        spool.mkdir(exist_ok=True)
        settings = VendorSettings(
            program=program,
            municipality=code,
            today=japan_day(self.clock.now()),
            clock_offset_seconds=self.installation.facts.clock_offset_seconds,
            adapter_file=self.installation.layout.adapter_file(code),
            spool=spool,
            strikes=self.folder / "strikes.txt",
            seed=self.seed,
            **more,
        )
        file, port = self.folder / f"vendor-{code}.json", free_port()
        file.write_text(settings.model_dump_json(), "utf-8")
        arguments = ["-m", "proofs.incidents.vendor", str(file), str(port)]
        for number in range(1, processes + 1):
            self.add_broken(f"vendor-{code}-{number}", arguments, f"http://127.0.0.1:{port}/state")
        url = f"http://127.0.0.1:{port}"
        records = adapter_file_part(url) | {"timeout_seconds": _VENDOR_S}
        self.change_adapter_file(code, lambda body: body.update(records=records))

    def add_broken(
        self, name: str, arguments: list[str], ready_url: str, env: Mapping[str, str] | None = None
    ) -> None:
        """Add a broken part as a process of Python."""
        log = self.installation.layout.logs / f"{name}.log"
        self.broken[name] = ManagedProcess(
            name, [sys.executable, *arguments], ready_url=ready_url, log=log, env=env
        )

    def add_node(self, code: str, name: str, **env: str) -> str:
        """Add one more node of a municipality's adapter, always with its own checks.

        Returns:
            Its address. It need not call itself ready.

        """
        node = next(
            one
            for one in services.adapters(self.installation, ENVIRONMENT | env)
            if one.name == f"adapter-{code}"
        )
        port = free_port()
        node.name = f"{node.name}-{name}"
        node.log = node.log.with_name(f"{node.name}.log")
        node.ready_url = f"http://127.0.0.1:{port}/livez"
        node.env |= {"ADAPTER_PORT": str(port)}
        self.adapters[node.name] = node
        return f"http://127.0.0.1:{port}"

    def add_services(self, municipalities: tuple[str, ...]) -> None:
        """Add the adapters of these municipalities and two replicas of the gateway."""
        wanted = {f"adapter-{code}" for code in municipalities}
        for process in services.adapters(self.installation, ENVIRONMENT):
            if process.name in wanted:
                self.adapters[process.name] = self._as_asked(process, "adapter")
        for process in services.gateways(self.installation, ENVIRONMENT):
            self.gateways[process.name] = self._as_asked(process, "gateway")

    def shall_not_start(self, name: str, saying: str) -> None:
        """Note an adapter that has to refuse to start, with these words."""
        self._not_starting[name] = saying

    def start(self) -> None:
        """Start everything and wait until it is ready; raises ProcessNotReady, StartedAnyway."""
        self._put_configuration_in_force()
        authority = services.card_authority(self.installation)
        start_all([authority, *self.broken.values()])
        self.broken[authority.name] = authority
        starting = [*self.adapters.values(), *self.gateways.values()]
        start_all([one for one in starting if one.name not in self._not_starting])
        for name, saying in self._not_starting.items():
            _check_it_refuses(self.adapters[name], saying)
            self.refused_to_start += 1

    async def release_stops(self) -> None:
        """Release all stops in the name of a person, who is careless: nothing was mended."""
        self.stops_released += len(await release_stops(self.installation.facts, self.clock))

    def stop(self) -> None:
        """End everything."""
        for processes in (self.gateways, self.adapters, self.broken):
            for process in processes.values():
                process.kill()

    def unexpected_errors(self) -> dict[str, int]:
        """Return how often services failed in a way that nobody foresaw, by their logs."""
        counted = {
            path.name: path.read_text("utf-8", "replace").count(_UNEXPECTED)
            for path in sorted(self.installation.layout.logs.glob("*.log"))
        }
        return {name: count for name, count in counted.items() if count}

    def _put_configuration_in_force(self) -> None:
        configure(self.installation.layout, self.installation.facts)

    def _as_asked(self, process: ManagedProcess, part: Part) -> ManagedProcess:
        """Let a service run without the checks that are taken out."""
        if self.without:
            before = [sys.executable, "-m", PARTS[part]]
            if process.argv[:3] != before:
                raise ValueError(f"{process.name} is started in another way now")
            names = ",".join(self.without)
            undefended = ["-m", "proofs.undefended", "--without", names, part]
            process.argv = [sys.executable, *undefended, *process.argv[3:]]
        return process


def _check_it_refuses(process: ManagedProcess, saying: str) -> None:
    """Pass if a process ends by itself, with these words; raises StartedAnyway."""
    try:
        process.start()
    except ProcessNotReady as ended:
        if saying in str(ended):
            return
        raise
    raise StartedAnyway(f"{process.name} started, and must not have")


def _change(path: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    body: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    change(body)
    target.write_text(yaml_text(body), "utf-8")
    return target
