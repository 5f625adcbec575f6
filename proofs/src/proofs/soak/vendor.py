"""A municipality that buys its papers: a vendor's honest server, which its adapter reads back."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import yaml
from local_stack.installation.extent import Extent
from local_stack.installation.make import Installation
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess
from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.yaml_file import yaml_text
from municipal_adapter_testing.vendor.town import adapter_file_part

from proofs.incidents.vendor.settings import VendorSettings

_TIMEOUT_S = 3


@dataclass
class Vendor:
    """The server of one municipality."""

    municipality: str
    extent: Extent
    _process: ManagedProcess | None = None

    def start(self, made: Installation) -> None:
        """Start it for an installation, and let the municipality's adapter ask it."""
        layout, offset = made.layout, made.facts.clock_offset_seconds
        folder = layout.folder / "vendor"
        folder.mkdir()
        settings = VendorSettings(
            program="honest",
            municipality=self.municipality,
            today=japan_day(datetime.now(UTC) + timedelta(seconds=offset)),
            households=self.extent.households,
            clock_offset_seconds=offset,
            adapter_file=layout.adapter_file(self.municipality),
            spool=folder,
            strikes=folder / "strikes.txt",
            seed=0,
        )
        file, port = folder / "settings.json", free_port()
        file.write_text(settings.model_dump_json(), "utf-8")
        self._process = ManagedProcess(
            f"vendor-{self.municipality}",
            [sys.executable, "-m", "proofs.incidents.vendor", str(file), str(port)],
            ready_url=f"http://127.0.0.1:{port}/state",
            log=layout.logs / f"vendor-{self.municipality}.log",
        )
        self._process.start()
        self._buy(made, f"http://127.0.0.1:{port}")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()

    def _buy(self, made: Installation, url: str) -> None:
        path = made.layout.adapter_file(self.municipality)
        body = yaml.safe_load(path.read_text("utf-8"))
        body["records"] = adapter_file_part(url) | {"timeout_seconds": _TIMEOUT_S}
        path.write_text(yaml_text(body), "utf-8")
