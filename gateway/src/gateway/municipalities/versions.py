"""Numbered versions of municipality files: their content, which nobody changes afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madoguchi_wire.encoding import canonical_json, sha256_hex
from madoguchi_wire.kit.pool import Connection, Executor

from gateway.municipalities.rules.configuration import MunicipalityFile

LOCK = 7216400734
"""Number of the advisory lock of whoever adds versions or decisions: they come one by one.

So a replica that has seen a number has seen all below it.
"""
_NEWEST = """
    SELECT DISTINCT ON (municipality) municipality, version, digest, body
    FROM municipality_versions WHERE municipality = ANY ($1)
    ORDER BY municipality, version DESC
"""
_ADD = """
    INSERT INTO municipality_versions (municipality, version, digest, body)
    SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::jsonb[])
"""
_SOME = """
    SELECT municipality, version, digest, body FROM municipality_versions
    JOIN unnest($1::text[], $2::int[]) AS wanted(municipality, version)
        USING (municipality, version)
"""
_FORMERLY = "state"
"""What files said themselves until decisions were kept apart (1.0); older versions still do."""


@dataclass(frozen=True)
class StoredVersion:
    """A version as the database has it."""

    municipality: str
    version: int
    digest: str
    body: Mapping[str, Any]


def read_body(body: Mapping[str, Any]) -> MunicipalityFile:
    """Return what a stored body says.

    Raises:
        ValueError: this build cannot read it.

    """
    return MunicipalityFile.model_validate(_without_state(body))


async def lock(connection: Connection) -> None:
    """Wait until nobody else adds versions or decisions, and keep others waiting to the end."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)


async def put_versions(
    connection: Connection, municipalities: Sequence[MunicipalityFile]
) -> list[StoredVersion]:
    """Add a version for each file that differs from its newest one; return those that were added.

    They are drafts: nothing comes in force by this. `connection` is in a transaction that holds
    the lock.
    """
    known = await newest(connection, [one.code for one in municipalities])
    added = [
        one
        for municipality in municipalities
        if (one := _next(municipality, known.get(municipality.code))) is not None
    ]
    await connection.execute(
        _ADD,
        [one.municipality for one in added],
        [one.version for one in added],
        [one.digest for one in added],
        [one.body for one in added],
    )
    return added


async def newest(database: Executor, codes: Sequence[str]) -> dict[str, StoredVersion]:
    """Return the newest version of each municipality, decided about or not."""
    return {
        row["municipality"]: StoredVersion(**row) for row in await database.fetch(_NEWEST, codes)
    }


async def stored(
    database: Executor, wanted: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], StoredVersion]:
    """Return versions by municipality and number; one that is not there is left out."""
    rows = await database.fetch(
        _SOME, [code for code, _ in wanted], [number for _, number in wanted]
    )
    return {(row["municipality"], row["version"]): StoredVersion(**row) for row in rows}


def _next(municipality: MunicipalityFile, known: StoredVersion | None) -> StoredVersion | None:
    body = municipality.model_dump(mode="json", by_alias=True)
    if known is not None and body == _without_state(known.body):
        return None
    number = 1 if known is None else known.version + 1
    return StoredVersion(municipality.code, number, sha256_hex(canonical_json(body)), body)


def _without_state(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != _FORMERLY}
