"""`gateway load DIR`: puts configuration files in force, all of them in one transaction."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import asyncpg
from madoguchi_wire.clock import Clock, japan_day
from madoguchi_wire.encoding import canonical_json, sha256_hex
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection, prepare_connection, server_settings
from madoguchi_wire.kit.strict_files import ConfigurationFault, read_files

from gateway.audit.outbox import OutboxRow, free_row, insert_events
from gateway.database.changes import CHANNEL
from gateway.database.partitions import ensure_partitions
from gateway.municipalities.chains import put_chain
from gateway.municipalities.rules.chain import ChainFile
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.periods import Collector
from gateway.settings import DatabaseSettings

LOCK = 7216400734
"""Number of the advisory lock that loads hold, so that versions are numbered one by one."""
_NEWEST = """
    SELECT version, digest FROM municipality_versions WHERE municipality = $1
    ORDER BY version DESC LIMIT 1
"""
_CHAINS = """
    SELECT chain, min(valid_from) AS paid_from
    FROM chains LEFT JOIN chain_commissions USING (chain) GROUP BY chain
"""
_COLLECTORS = """
    SELECT DISTINCT ON (municipality) municipality, body -> 'collectors' AS collectors
    FROM municipality_versions ORDER BY municipality, version DESC
"""
_ADD = """
    INSERT INTO municipality_versions (municipality, version, digest, body)
    VALUES ($1, $2, $3, $4)
"""


async def load_folder(folder: Path, settings: DatabaseSettings) -> list[str]:
    """Put `folder`'s municipalities and chains in force; return a line for each that changed.

    Raises:
        ConfigurationFault: a file cannot be put in force; nothing has changed.

    """
    municipalities, chains = read_folder(folder)
    clock = settings.common.clock()
    connection = await asyncpg.connect(
        settings.database_url, server_settings=server_settings(settings.common.clock_offset)
    )
    try:
        await prepare_connection(connection)
        async with connection.transaction():
            load = _Load(connection, settings.name, clock)
            await load.run(municipalities, chains)
            return load.changed
    finally:
        await connection.close()


def read_folder(folder: Path) -> tuple[list[MunicipalityFile], list[ChainFile]]:
    """Return what the files hold.

    Raises:
        ConfigurationFault: some file has a fault, or two speak of the same; it names them all.

    """
    faults: list[str] = []
    municipalities = read_files(folder / "municipalities", MunicipalityFile, faults)
    chains = read_files(folder / "chains", ChainFile, faults)
    if not faults and not municipalities and not chains:
        faults.append(f"{folder.name}: no municipalities/*.yaml and no chains/*.yaml in it")
    terminals = [terminal.terminal for chain in chains for terminal in chain.terminals]
    for what, names in (
        ("municipality", [municipality.code for municipality in municipalities]),
        ("chain", [chain.chain for chain in chains]),
        ("site", [site.site for chain in chains for site in chain.sites]),
        ("terminal", terminals),
    ):
        faults += [f"{what} {name} is given twice" for name in _repeated(names)]
    if faults:
        raise ConfigurationFault("\n".join(faults))
    return municipalities, chains


def _repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _fault_of(collector: Collector, paid_from: Mapping[str, date | None]) -> str | None:
    """Say what keeps a chain from collecting, by the first day of its commissions."""
    chain = collector.chain
    if chain not in paid_from:
        return f"chain: there is no chain {chain}"
    first = paid_from[chain]
    if first is None or first > collector.valid_from:
        return (
            f"from: chain {chain} has no commission on {collector.valid_from}: add one from that"
            " day on, of 0 yen if it gets nothing"
        )
    return None


class _Load:
    """One load: what it changed, and the events that tell of it."""

    def __init__(self, connection: Connection, source: str, clock: Clock) -> None:
        self._connection = connection
        self._source = source
        self._clock = clock
        self._events: list[OutboxRow] = []
        self.changed: list[str] = []

    async def run(self, municipalities: list[MunicipalityFile], chains: list[ChainFile]) -> None:
        connection = self._connection
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        for municipality in municipalities:
            await self._put_municipality(municipality)
        for chain in chains:
            if await put_chain(connection, chain):
                self._note(f"chain {chain.chain}", None, {"chain": chain.chain})
        await self._check_collectors()
        if self._events:
            await ensure_partitions(connection, japan_day(self._clock.now()))
            await insert_events(connection, self._events)
            await connection.execute(f"NOTIFY {CHANNEL}")

    async def _check_collectors(self) -> None:
        """Judge all that is in force now: files of chains alone may take a commission away."""
        rows = await self._connection.fetch(_CHAINS)
        paid_from = {row["chain"]: row["paid_from"] for row in rows}
        collectors = [
            (row["municipality"], index, Collector.model_validate(one))
            for row in await self._connection.fetch(_COLLECTORS)
            for index, one in enumerate(row["collectors"] or ())
        ]
        faults = [
            f"municipality {code}: collectors.{index}.{fault}"
            for code, index, one in collectors
            if (fault := _fault_of(one, paid_from)) is not None
        ]
        if faults:
            raise ConfigurationFault("\n".join(faults))

    async def _put_municipality(self, municipality: MunicipalityFile) -> None:
        body = municipality.model_dump(mode="json", by_alias=True)
        digest = sha256_hex(canonical_json(body))
        newest = await self._connection.fetchrow(_NEWEST, municipality.code)
        if newest is not None and newest["digest"] == digest:
            return
        version = 1 if newest is None else newest["version"] + 1
        await self._connection.execute(_ADD, municipality.code, version, digest, body)
        data = {
            "municipality": municipality.code,
            "version": version,
            "name": municipality.name.ja,
            "digest": digest,
        }
        self._note(f"municipality {municipality.code} version {version}", municipality.code, data)

    def _note(self, line: str, municipality: str | None, data: Mapping[str, object]) -> None:
        self.changed.append(line)
        event = free_row(
            source=self._source,
            type=EventType.CONFIGURATION_LOADED,
            moment=self._clock.now(),
            municipality=municipality,
            data=data,
        )
        self._events.append(event)
