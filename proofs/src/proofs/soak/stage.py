"""The whole system with a line at every joint, so that each of them can be cut and slowed."""

import asyncio
import secrets
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import yaml
from gateway.municipalities.loader import load_folder
from gateway.settings import DatabaseSettings
from local_stack.folders import card_keys
from local_stack.installation.addresses import on_loopback
from local_stack.installation.extent import Extent
from local_stack.installation.facts import GATEWAY_NAME
from local_stack.postgres import LocalPostgres
from local_stack.system import LocalSystem
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.order import MAXIMUM_COPIES

from proofs.faults.line import Line
from proofs.faults.lines import Lines

_LIVE = """
    SELECT count(*) FROM issuances WHERE state IN ('accepted', 'prepared', 'delivered', 'paid')
"""
GATEWAYS = ("gateway-1", "gateway-2")
DATABASE_LINES = ("gateway to database", "relay to database")


@dataclass
class Stage:
    """What is on trial."""

    server: LocalPostgres
    system: LocalSystem
    lines: Lines
    extent: Extent
    terminal_lines: Sequence[str]
    adapter_lines: Sequence[str]

    @property
    def line_names(self) -> tuple[str, ...]:
        """Every line."""
        return (*self.terminal_lines, *self.adapter_lines, *DATABASE_LINES)

    def gateway_addresses(self) -> tuple[str, ...]:
        """Where terminals find the gateway: at the ends of their lines."""
        addresses = self.system.installation.facts.gateways
        named = zip(addresses, self.terminal_lines, strict=True)
        return tuple(self.lines[name].instead_of(address) for address, name in named)

    async def live(self) -> int:
        """Count the issuances that are under way; nobody stands between us and the database."""
        connection = await asyncpg.connect(self.system.installation.facts.gateway_database)
        try:
            return await connection.fetchval(_LIVE)
        finally:
            await connection.close()


@contextmanager
def staged(
    folder: Path, extent: Extent, settings: Mapping[str, str] | None = None
) -> Generator[Stage]:
    """Start everything, with these settings on top; in the end stop it all. The folder stays."""
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
                **(settings or {}),
            }
            system = LocalSystem(
                folder / "installation",
                server,
                prefix=prefix,
                card_keys=card_keys(),
                environment=environment,
                extent=extent,
                addresses=lambda: addresses,
            )
            with system:
                _reroute(system, opened)
                yield Stage(server, system, opened, extent, tuple(lines), tuple(adapters))
    finally:
        server.stop()


def _reroute(system: LocalSystem, lines: Lines) -> None:
    """Let the gateway find the adapters at the ends of their lines: a new configuration version."""
    layout, facts = system.installation.layout, system.installation.facts
    for code, address in facts.adapters.items():
        path = layout.configuration / "municipalities" / f"{code}.yaml"
        body = yaml.safe_load(path.read_text("utf-8"))
        body["adapters"] = [lines[f"gateway to adapter-{code}"].instead_of(address)]
        for offer in body["offers"].values():
            offer["maximum_copies"] = MAXIMUM_COPIES
        path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), "utf-8")
    common = CommonSettings(
        environment="development", clock_offset_seconds=facts.clock_offset_seconds
    )
    settings = DatabaseSettings(
        common=common, database_url=facts.gateway_database, name=GATEWAY_NAME
    )
    asyncio.run(load_folder(layout.configuration, settings))
