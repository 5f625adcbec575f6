"""How far the audit trail is behind, and when nothing new may be begun rather than evidence lost.

Each measure is about one thing that has to happen to every event of the outbox. A new one is one
more `Measure` in `measures_of`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from madoguchi_wire.errors import AuditBehind
from madoguchi_wire.kit.pool import Pool

from gateway.audit.outbox import insert_events
from gateway.audit.trail import Trail
from gateway.settings import Settings

WARNED_FROM = 0.7
"""Of a limit: from here on operators are told."""
_CALM_BELOW = 0.5
"""Of a limit: an episode ends, and the next one has an alarm of its own."""
_BEGIN = "INSERT INTO backlog_episodes (measure) VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1"
_END = "DELETE FROM backlog_episodes WHERE measure = $1"


@dataclass(frozen=True)
class Measure:
    """One thing that has to happen to every event, and how far it may be behind."""

    name: str
    waiting: str
    """Condition of the rows that wait, as a partial index over their positions has it."""
    rows: int
    seconds: float
    advice: str
    """What waits, and what to look at."""
    what: str = "events"
    rows_from: str = "outbox"
    """Table of what waits; it has to have the next two columns."""
    position: str = "position"
    since: str = "created_at"


@dataclass(frozen=True)
class Reading:
    """How far a measure is behind."""

    rows: int
    seconds: float
    share: float
    """Of its limit; nothing new is begun from 1 on."""


def measures_of(settings: Settings) -> list[Measure]:
    """Return what is measured."""
    return [
        Measure(
            "publishing",
            "published_at IS NULL",
            settings.audit_lag_rows,
            settings.audit_lag_seconds,
            "audit events wait to be published: is a relay running, and does its sink take them?",
        ),
        Measure(
            "stamping",
            "stamp IS NULL",
            settings.audit_lag_rows,
            settings.stamp_limit_seconds,
            "audit events wait to be stamped: is a stamper running, and is its key trusted?",
        ),
        Measure(
            "countersigning",
            "complete_at IS NULL",
            settings.audit_lag_rows,
            settings.stamp_limit_seconds,
            "stamps wait for witnesses or the time-stamp authority, and no archive has their events"
            " proven: ask /readyz of the stamper whose word is missing, and whether it is a"
            " stamp-conflict",
            what="stamps",
            rows_from="stamps",
            position="number",
            since="stamped_at",
        ),
    ]


class Backlogs:
    """What this replica knows of them; it is measured in the background, and asked for free."""

    def __init__(self, measures: Sequence[Measure], pool: Pool, trail: Trail) -> None:
        self._measures = tuple(measures)
        self._pool = pool
        self._trail = trail
        self._readings: dict[str, Reading] = {}
        self._in_episode: dict[str, bool] = {}

    def check(self) -> None:
        """Raise AuditBehind if a limit is reached."""
        if any(reading.share >= 1 for reading in self._readings.values()):
            raise AuditBehind()

    async def words(self) -> str | None:
        """Return what operators have to know; None while all is well."""
        told = [
            f"{_figures(measure, reading)} {_consequence(reading)}: {measure.advice}"
            for measure in self._measures
            if (reading := self._readings.get(measure.name)) and reading.share >= WARNED_FROM
        ]
        return "; ".join(told) or None

    async def measure(self) -> None:
        """Measure everything, and raise an alarm where an episode begins."""
        for measure in self._measures:
            reading = await _read(self._pool, measure)
            self._readings[measure.name] = reading
            await self._tell(measure, reading)

    async def _tell(self, measure: Measure, reading: Reading) -> None:
        if reading.share >= WARNED_FROM and not self._in_episode.get(measure.name):
            await self._begin(measure, reading)
            self._in_episode[measure.name] = True
        elif reading.share < _CALM_BELOW and self._in_episode.get(measure.name, True):
            await self._pool.execute(_END, measure.name)
            self._in_episode[measure.name] = False

    async def _begin(self, measure: Measure, reading: Reading) -> None:
        """Raise the alarm, unless another replica has in this episode."""
        told = {"what": f"{_figures(measure, reading)} {_consequence(reading)}"}
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_BEGIN, measure.name):
                alarm = self._trail.alarm_row(f"audit_{measure.name}_behind", told, None)
                await insert_events(connection, [alarm])


async def _read(pool: Pool, measure: Measure) -> Reading:
    columns = f"{measure.position} AS position, {measure.since} AS created_at"
    rows_from = f"FROM {measure.rows_from} WHERE {measure.waiting}"
    waiting = f"SELECT {columns} {rows_from} ORDER BY {measure.position}"
    found = await pool.fetchrow(
        f"""
        SELECT newest.position - oldest.position + 1 AS rows,
            extract(epoch FROM madoguchi_now() - oldest.created_at)::float AS seconds
        FROM ({waiting} LIMIT 1) AS oldest, ({waiting} DESC LIMIT 1) AS newest
        """  # noqa: S608 (as above)
    )
    if found is None:
        return Reading(0, 0, 0)
    rows, seconds = found
    # Positions between the two are at most so many that wait: they are counted only if it matters.
    if rows >= WARNED_FROM * measure.rows:
        counted = f"SELECT {rows_from} LIMIT $1"
        rows = await pool.fetchval(f"SELECT count(*) FROM ({counted}) AS counted", measure.rows)  # noqa: S608 (as above)
    return Reading(rows, seconds, max(rows / measure.rows, seconds / measure.seconds))


def _figures(measure: Measure, reading: Reading) -> str:
    return (
        f"{reading.rows} of {measure.rows} {measure.what}, for {reading.seconds:.0f} of"
        f" {measure.seconds:.0f} s"
    )


def _consequence(reading: Reading) -> str:
    return "nothing new is begun" if reading.share >= 1 else "until nothing new is begun"
