"""Puts folders of municipality and chain files: all of a folder in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.commands import connected_to
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import OutboxRow, free_row, insert_events
from gateway.database.changes import CHANNEL
from gateway.database.partitions import ensure_partitions
from gateway.municipalities.chains import put_chain
from gateway.municipalities.collecting import check_collecting
from gateway.municipalities.files import read_folder
from gateway.municipalities.rules.chain import ChainFile
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.sensitive import replaced_sensitively
from gateway.municipalities.versions import StoredVersion, lock, put_versions
from gateway.settings import DatabaseSettings


@dataclass(frozen=True)
class Put:
    """What a folder brought that was not there before."""

    versions: tuple[StoredVersion, ...]
    """Drafts, until somebody decides about them."""
    chains: tuple[str, ...]
    """In force."""
    replaced: Mapping[str, StoredVersion]
    """Versions in force whose keys or addresses these drafts would change, by municipality."""


async def put_folder(folder: Path, settings: DatabaseSettings) -> Put:
    """Put `folder`: chains come in force, municipalities get new versions to be decided about.

    Raises:
        ConfigurationFault: a file cannot be put; nothing has changed.

    """
    development = settings.common.environment == "development"
    municipalities, chains = read_folder(folder, development=development)
    offset = settings.common.clock_offset
    async with (
        connected_to(settings.database_url, offset, "madoguchi-onboard") as connection,
        connection.transaction(),
    ):
        return await put(connection, municipalities, chains, settings)


async def put(
    connection: Connection,
    municipalities: Sequence[MunicipalityFile],
    chains: Sequence[ChainFile],
    settings: DatabaseSettings,
) -> Put:
    """Put files inside the caller's transaction.

    Raises:
        ConfigurationFault: they do not fit what is there; the transaction has to be given up.

    """
    await lock(connection)
    added = await put_versions(connection, municipalities)
    changed = [chain.chain for chain in chains if await put_chain(connection, chain)]
    await check_collecting(connection)
    now = settings.common.clock().now()
    told = [_event(settings.name, now, one.municipality, _told(one)) for one in added]
    told += [_event(settings.name, now, None, {"chain": chain}) for chain in changed]
    if told:
        await ensure_partitions(connection, japan_day(now))
        await insert_events(connection, told)
        await connection.execute(f"NOTIFY {CHANNEL}")
    replaced = await replaced_sensitively(connection, added)
    return Put(tuple(added), tuple(changed), replaced)


def _told(version: StoredVersion) -> dict[str, object]:
    return {
        "municipality": version.municipality,
        "version": version.version,
        "name": version.body["name"]["ja"],
        "digest": version.digest,
    }


def _event(
    source: str, now: datetime, municipality: str | None, data: Mapping[str, object]
) -> OutboxRow:
    return free_row(
        source=source,
        type=EventType.CONFIGURATION_LOADED,
        moment=now,
        municipality=municipality,
        data=data,
    )
