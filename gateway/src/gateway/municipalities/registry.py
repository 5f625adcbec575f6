"""What is in force, in memory; `gateway.database.changes` keeps it fresh."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import structlog
from madoguchi_wire.errors import MunicipalityNotLive, MunicipalityUnknown, ServiceUnavailable
from madoguchi_wire.kit.pool import Connection, Executor

from gateway.municipalities.life import State
from gateway.municipalities.rules.configuration import MunicipalityVersion
from gateway.municipalities.versions import StoredVersion, read_body, stored

_NEWS = """
    WITH news AS (
        SELECT number, municipality, state, version, in_force_from <= madoguchi_now() AS begun
        FROM municipality_decisions WHERE number > $1 OR number = ANY ($2))
    SELECT DISTINCT ON (municipality, CASE WHEN begun THEN 0 ELSE number END) *
    FROM news ORDER BY municipality, CASE WHEN begun THEN 0 ELSE number END, number DESC
"""
_EARLIER = """
    SELECT version FROM municipality_decisions
    WHERE municipality = $1 AND number < $2 AND in_force_from <= madoguchi_now()
    GROUP BY version ORDER BY max(number) DESC
"""
_AT_A_TIME = 20
"""Versions that are read in one go; requests are answered between two of them."""
_OLDER_KEPT = 512
"""Versions that are no longer in force; a session needs one for ten minutes."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _InForce:
    decision: int
    state: State
    version: MunicipalityVersion


class MunicipalityRegistry:
    """Municipalities by code, and their older versions by number for sessions still open."""

    def __init__(self) -> None:
        self._in_force: dict[str, _InForce] = {}
        self._by_code: list[_InForce] = []
        self._older: OrderedDict[tuple[str, int], MunicipalityVersion] = OrderedDict()
        self._unreadable: dict[str, int] = {}
        self._decided: dict[str, int] = {}
        """The newest decision of each that has begun."""
        self._seen = 0
        self._waiting: set[int] = set()
        """Decisions that were seen and have not begun."""

    @property
    def unreadable(self) -> dict[str, int]:
        """Municipalities whose version in force this build cannot read, with its number."""
        return dict(sorted(self._unreadable.items()))

    async def refresh(self, connection: Connection) -> None:
        """Read the decisions that are new since the last time, or have begun since.

        One whose version this build cannot read leaves the last in force that it can; its state
        counts all the same.
        """
        news = await connection.fetch(_NEWS, self._seen, list(self._waiting))
        begun = [row for row in news if row["begun"] and self._is_newest(row)]
        for first in range(0, len(begun), _AT_A_TIME):
            await self._begin(connection, begun[first : first + _AT_A_TIME])
            await asyncio.sleep(0)
        if begun:
            self._by_code = [one for _, one in sorted(self._in_force.items())]
        self._waiting = {row["number"] for row in news if not row["begun"]}
        self._seen = max((self._seen, *(row["number"] for row in news)))

    def _is_newest(self, row: asyncpg.Record) -> bool:
        return row["number"] > self._decided.get(row["municipality"], 0)

    async def _begin(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> None:
        unknown = [(row["municipality"], row["version"]) for row in rows if self._held(row) is None]
        bodies = await stored(connection, unknown)
        for row in rows:
            code, number = row["municipality"], row["version"]
            version = self._held(row) or _read(bodies.get((code, number)))
            if version is None:
                self._unreadable[code] = number
                _log.error("municipality_version_unreadable", municipality=code, version=number)
                version = await self._last_good(connection, row)
            else:
                self._unreadable.pop(code, None)
            if version is not None:
                self._put(_InForce(row["number"], State(row["state"]), version))
            self._decided[code] = row["number"]

    def _held(self, row: asyncpg.Record) -> MunicipalityVersion | None:
        return self._known(row["municipality"], row["version"])

    async def _last_good(
        self, connection: Connection, row: asyncpg.Record
    ) -> MunicipalityVersion | None:
        # Not simply what is held: a good one may have come with the news that this one came with.
        code: str = row["municipality"]
        for earlier in await connection.fetch(_EARLIER, code, row["number"]):
            version = await self._found(connection, code, earlier["version"])
            if version is not None:
                return version
        return None

    async def _found(
        self, database: Executor, code: str, number: int
    ) -> MunicipalityVersion | None:
        known = self._known(code, number)
        return known or _read((await stored(database, [(code, number)])).get((code, number)))

    def _put(self, new: _InForce) -> None:
        held = self._in_force.get(new.version.municipality)
        if held is not None and held.version is not new.version:
            self._keep(held.version)
        self._in_force[new.version.municipality] = new

    def _keep(self, version: MunicipalityVersion) -> None:
        self._older[version.municipality, version.version] = version
        while len(self._older) > _OLDER_KEPT:
            self._older.popitem(last=False)

    def _known(self, code: str, number: int) -> MunicipalityVersion | None:
        held = self._in_force.get(code)
        if held is not None and held.version.version == number:
            return held.version
        return self._older.get((code, number))

    def in_force(self, code: str) -> MunicipalityVersion:
        """Return the version in force, whatever the municipality's state.

        Raises:
            MunicipalityUnknown: no such municipality takes part (a wrong check digit, too).

        """
        return self._entry(code).version

    def live(self, code: str) -> MunicipalityVersion:
        """Return the version in force of a municipality that issues at present.

        Raises:
            MunicipalityUnknown: no such municipality takes part.
            MunicipalityNotLive: it takes part, and is not live.

        """
        entry = self._entry(code)
        if entry.state is not State.LIVE:
            raise MunicipalityNotLive()
        return entry.version

    def _entry(self, code: str) -> _InForce:
        entry = self._in_force.get(code)
        if entry is None:
            raise MunicipalityUnknown()
        return entry

    def all(self) -> list[MunicipalityVersion]:
        """Return the version in force of every municipality, by code."""
        return [one.version for one in self._by_code]

    def all_live(self) -> list[MunicipalityVersion]:
        """Return the version in force of every municipality that issues at present, by code."""
        return [one.version for one in self._by_code if one.state is State.LIVE]

    async def numbered(self, database: Executor, code: str, number: int) -> MunicipalityVersion:
        """Return a version by its number, as a session keeps it from its menu on.

        Raises:
            ServiceUnavailable: there is no such version, or none that this build can read.

        """
        version = await self._found(database, code, number)
        if version is None:
            raise ServiceUnavailable()
        if self._known(code, number) is None:
            self._keep(version)
        return version


def _read(kept: StoredVersion | None) -> MunicipalityVersion | None:
    if kept is None:
        return None
    try:
        return MunicipalityVersion(kept.municipality, kept.version, read_body(kept.body))
    except ValueError:
        return None
