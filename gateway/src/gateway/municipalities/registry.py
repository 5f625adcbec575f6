"""The configuration versions in force, in memory; `gateway.database.changes` keeps it fresh."""

import asyncpg
import structlog
from madoguchi_wire.errors import MunicipalityNotLive, MunicipalityUnknown, ServiceUnavailable
from madoguchi_wire.kit.pool import Connection, Executor

from gateway.municipalities.rules.configuration import MunicipalityFile, MunicipalityVersion

_NEWER = """
    SELECT DISTINCT ON (municipality) municipality, version, body
    FROM municipality_versions AS kept
    LEFT JOIN unnest($1::text[], $2::int[]) AS seen(municipality, seen_version)
        USING (municipality)
    WHERE seen_version IS NULL OR kept.version > seen_version
    ORDER BY municipality, version DESC
"""
_BETWEEN = """
    SELECT version, body FROM municipality_versions
    WHERE municipality = $1 AND version > $2 AND version < $3 ORDER BY version DESC
"""
_ONE = """
    SELECT municipality, version, body FROM municipality_versions
    WHERE municipality = $1 AND version = $2
"""
_log = structlog.get_logger()


class MunicipalityRegistry:
    """Municipalities by code, and their older versions by number for sessions still open."""

    def __init__(self) -> None:
        self._in_force: dict[str, MunicipalityVersion] = {}
        self._known: dict[tuple[str, int], MunicipalityVersion] = {}
        self._unreadable: dict[str, int] = {}

    @property
    def unreadable(self) -> dict[str, int]:
        """Municipalities whose newest version this build cannot read, with its number."""
        return dict(sorted(self._unreadable.items()))

    async def refresh(self, connection: Connection) -> None:
        """Read the versions that are new since the last time; each municipality by itself.

        One that this build cannot read leaves the newest in force that it can.
        """
        seen = {code: version.version for code, version in self._in_force.items()}
        seen |= self._unreadable
        for row in await connection.fetch(_NEWER, list(seen), list(seen.values())):
            if self._put_in_force(row["municipality"], row):
                self._unreadable.pop(row["municipality"], None)
            else:
                await self._stay_behind(connection, row["municipality"], row["version"])

    async def _stay_behind(self, connection: Connection, code: str, newest: int) -> None:
        self._unreadable[code] = newest
        _log.error("municipality_version_unreadable", municipality=code, version=newest)
        held = self._in_force.get(code)
        older = await connection.fetch(_BETWEEN, code, held.version if held else 0, newest)
        next((row for row in older if self._put_in_force(code, row)), None)

    def _put_in_force(self, code: str, row: asyncpg.Record) -> bool:
        try:
            self._in_force[code] = self._keep(code, row["version"], row["body"])
        except ValueError:
            return False
        return True

    def in_force(self, code: str) -> MunicipalityVersion:
        """Return the version in force.

        Raises:
            MunicipalityUnknown: no such municipality takes part (a wrong check digit, too).

        """
        version = self._in_force.get(code)
        if version is None:
            raise MunicipalityUnknown()
        return version

    def live(self, code: str) -> MunicipalityVersion:
        """Return the version in force of a municipality that issues at present.

        Raises:
            MunicipalityUnknown: no such municipality takes part.
            MunicipalityNotLive: it takes part, but is suspended.

        """
        version = self.in_force(code)
        if version.body.state != "live":
            raise MunicipalityNotLive()
        return version

    def all(self) -> list[MunicipalityVersion]:
        """Return the version in force of every municipality, by code."""
        return [version for _, version in sorted(self._in_force.items())]

    async def numbered(self, database: Executor, code: str, number: int) -> MunicipalityVersion:
        """Return a version by its number, as a session keeps it from its menu on.

        Raises:
            ServiceUnavailable: there is no such version, or none that this build can read.

        """
        known = self._known.get((code, number))
        if known is not None:
            return known
        row = await database.fetchrow(_ONE, code, number)
        if row is None:
            raise ServiceUnavailable()
        try:
            return self._keep(code, number, row["body"])
        except ValueError as error:
            raise ServiceUnavailable() from error

    def _keep(self, code: str, number: int, body: object) -> MunicipalityVersion:
        version = MunicipalityVersion(code, number, MunicipalityFile.model_validate(body))
        self._known[code, number] = version
        return version
