"""The configuration versions in force, in memory; `gateway.database.changes` keeps it fresh."""

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
_ONE = """
    SELECT municipality, version, body FROM municipality_versions
    WHERE municipality = $1 AND version = $2
"""


class MunicipalityRegistry:
    """Municipalities by code, and their older versions by number for sessions still open."""

    def __init__(self) -> None:
        self._in_force: dict[str, MunicipalityVersion] = {}
        self._known: dict[tuple[str, int], MunicipalityVersion] = {}

    async def refresh(self, connection: Connection) -> None:
        """Read the versions that are new since the last time."""
        seen = {code: version.version for code, version in self._in_force.items()}
        for row in await connection.fetch(_NEWER, list(seen), list(seen.values())):
            code = row["municipality"]
            self._in_force[code] = self._keep(code, row["version"], row["body"])

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
            ServiceUnavailable: there is no such version.

        """
        known = self._known.get((code, number))
        if known is not None:
            return known
        row = await database.fetchrow(_ONE, code, number)
        if row is None:
            raise ServiceUnavailable()
        return self._keep(code, number, row["body"])

    def _keep(self, code: str, number: int, body: object) -> MunicipalityVersion:
        version = MunicipalityVersion(code, number, MunicipalityFile.model_validate(body))
        self._known[code, number] = version
        return version
