"""The whole system with a line at every joint, so that each of them can be cut and slowed."""

import secrets
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from local_stack.folders import card_keys
from local_stack.installation.addresses import on_loopback
from local_stack.installation.extent import Extent
from local_stack.installation.make import Installation
from local_stack.postgres import LocalPostgres
from local_stack.system import LocalSystem

from proofs.faults.line import Line
from proofs.faults.lines import Lines
from proofs.soak.files import allow_copies, reroute
from proofs.soak.vendor import Vendor

GATEWAYS = ("gateway-1", "gateway-2")
DATABASE_LINES = ("gateway to database", "relay to database")


@dataclass(frozen=True)
class Deadlines:
    """Of issuances and of reports: short, so that they pass in a run."""

    issuance_s: float = 14
    """Less than a terminal waits for one answer: its next try would bring the paper in time."""
    report_s: float = 15

    def settings(self) -> dict[str, str]:
        """Return them as the gateway reads them."""
        return {
            "GATEWAY_ISSUANCE_DEADLINE_SECONDS": repr(self.issuance_s),
            "GATEWAY_REPORT_DEADLINE_SECONDS": repr(self.report_s),
        }


@dataclass
class Stage:
    """What is on trial."""

    server: LocalPostgres
    system: LocalSystem
    lines: Lines
    extent: Extent
    terminal_lines: Sequence[str]
    adapter_lines: Sequence[str]
    deadlines: Deadlines

    @property
    def line_names(self) -> tuple[str, ...]:
        """Every line."""
        return (*self.terminal_lines, *self.adapter_lines, *DATABASE_LINES)

    def gateway_addresses(self) -> tuple[str, ...]:
        """Where terminals find the gateway: at the ends of their lines."""
        addresses = self.system.installation.facts.gateways
        named = zip(addresses, self.terminal_lines, strict=True)
        return tuple(self.lines[name].instead_of(address) for address, name in named)

    async def count(self, statement: str, *values: object) -> int:
        """Count in the gateway's database; nobody stands between us and it."""
        return (await self.rows(statement, *values))[0][0]

    async def rows(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Read from the gateway's database."""
        connection = await asyncpg.connect(self.system.installation.facts.gateway_database)
        try:
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()


@contextmanager
def staged(
    folder: Path,
    extent: Extent,
    settings: Mapping[str, str] | None = None,
    *,
    deadlines: Deadlines | None = None,
    bought: str | None = None,
) -> Generator[Stage]:
    """Start everything; in the end stop it all. The folder stays.

    Args:
        folder: for all of it.
        extent: how many terminals and cards.
        settings: of services, on top.
        deadlines: other ones than the gateway's own.
        bought: the municipality whose papers a vendor's server makes; none: each makes its own.

    """
    server = LocalPostgres(folder / "postgres")
    prefix = f"soak_{secrets.token_hex(4)}"
    server.start()
    addresses = on_loopback()
    lines = {
        f"terminals to {n}": Line.to(a) for n, a in zip(GATEWAYS, addresses.gateways, strict=True)
    }
    adapters = {f"gateway to adapter-{c}": Line.to(a) for c, a in addresses.adapters.items()}
    databases = {name: Line.to(server.dsn) for name in DATABASE_LINES}
    try:
        with Lines(lines | adapters | databases) as opened:
            of_gateway = f"postgresql://postgres@127.0.0.1:{server.port}/{prefix}_gateway"
            to_gateway, to_relay = (databases[name] for name in DATABASE_LINES)
            environment = {
                "GATEWAY_DATABASE_URL": to_gateway.instead_of(of_gateway),
                "RELAY_DATABASE_URL": to_relay.instead_of(of_gateway),
                "KAFKA_BOOTSTRAP_SERVERS": "",
                **(deadlines.settings() if deadlines else {}),
                **(settings or {}),
            }
            vendor = Vendor(bought, extent) if bought else None

            def finish(made: Installation) -> None:
                allow_copies(made)
                if vendor:
                    vendor.start(made)

            system = LocalSystem(
                folder / "installation",
                server,
                prefix=prefix,
                card_keys=card_keys(),
                environment=environment,
                extent=extent,
                addresses=lambda: addresses,
                finish=finish,
            )
            try:
                with system:
                    reroute(system.installation, opened)
                    names = tuple(lines), tuple(adapters)
                    yield Stage(server, system, opened, extent, *names, deadlines or Deadlines())
            finally:
                if vendor:
                    vendor.stop()
    finally:
        server.stop()
