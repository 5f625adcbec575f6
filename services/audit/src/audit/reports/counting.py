"""From a municipality's events, in the order of their time, to the facts of its quarter."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import EventType

from audit.reports.facts import Facts, Issued, Outage, Quarantine, Stop
from audit.reports.merging import merged
from audit.reports.quarter import Quarter

OUTAGE_FAILURES = 3
"""So many orders in a row without a document are an outage."""
TROUBLE = frozenset(
    {
        *("adapter-unreachable", "adapter-busy", "adapter-paused", "adapter-timeout"),
        *("adapter-nonsense", "prepare-timeout", "service-unavailable"),
    }
)
"""Problems of a municipality's system; refusals with them are no refusals of a person."""


class QuarterCounter:
    """Counts one municipality's quarter, and follows to their end what began in it."""

    def __init__(self, municipality: str, quarter: Quarter, now: datetime) -> None:
        self._facts = Facts(municipality, quarter, now)
        self._facts.weeks = dict.fromkeys(quarter.weeks, 0)
        self._refused: Counter[str] = Counter()
        self._turned_away: Counter[str] = Counter()
        self._failures: list[datetime] = []
        self._held: dict[str, Quarantine] = {}
        self._stops: dict[str, Stop] = {}

    def add(self, kind: str, time: datetime, subject: str, data: Mapping[str, Any]) -> None:
        """Count one event; those after the quarter only close what is open."""
        self._follow(kind, time, subject, data)
        day = japan_day(time)
        if not self._facts.quarter.first_day <= day <= self._facts.quarter.last_day:
            return
        match kind:
            case EventType.ISSUANCE_COMPLETED:
                self._completed(day, data)
            case EventType.ISSUANCE_PREPARED:
                self._answered(time)
            case EventType.ISSUANCE_REFUSED | EventType.ISSUANCE_EXPIRED:
                self._ended(kind, time, str(data.get("problem", "unknown")))
            case EventType.ISSUANCE_VOIDED:
                self._facts.voided += 1
            case EventType.ISSUANCE_IN_DOUBT:
                self._facts.in_doubt += 1
            case EventType.REQUEST_REFUSED:
                self._turned_away[str(data.get("problem", "unknown"))] += 1
            case EventType.ISSUANCE_QUARANTINED:
                self._quarantined(time, subject, data)
            case EventType.STOP_RAISED:
                self._stopped(time, data)
            case _:
                pass

    def removed(self, kind: str, time: datetime, subject: str) -> None:
        """Count an event whose payload was removed: what its envelope tells."""
        self._facts.removed += 1
        self.add(kind, time, subject, {})

    def unstamped(self) -> None:
        """Leave out an event that no verified stamp covers."""
        self._facts.unstamped += 1

    def facts(self) -> Facts:
        """Return what was counted."""
        self._answered(None)
        self._facts.refusals = merged(self._refused)
        self._facts.turned_away = merged(self._turned_away)
        return self._facts

    def _completed(self, day: date, data: Mapping[str, Any]) -> None:
        issued = self._facts.issued.setdefault(str(data.get("kind", "unknown")), Issued())
        issued.papers += 1
        issued.yen += int(data.get("fee", 0))
        passed = (day - self._facts.quarter.first_day).days // 7 * 7
        self._facts.weeks[self._facts.quarter.first_day + timedelta(days=passed)] += 1

    def _ended(self, kind: str, time: datetime, problem: str) -> None:
        if kind == EventType.ISSUANCE_EXPIRED:
            self._facts.expired += 1
        elif problem not in TROUBLE:
            self._refused[problem] += 1
        if problem in TROUBLE:
            self._failures.append(time)

    def _answered(self, time: datetime | None) -> None:
        if len(self._failures) >= OUTAGE_FAILURES:
            self._facts.outages.append(Outage(self._failures[0], time, len(self._failures)))
        self._failures.clear()

    def _quarantined(self, time: datetime, subject: str, data: Mapping[str, Any]) -> None:
        held = Quarantine(
            issuance=subject,
            began=time,
            kind=str(data.get("kind", "unknown")),
            terminal=str(data.get("terminal", "unknown")),
            problem=str(data.get("problem", "unknown")),
        )
        self._held[subject] = held
        self._facts.quarantines.append(held)

    def _stopped(self, time: datetime, data: Mapping[str, Any]) -> None:
        terminal = data.get("terminal")
        stop = Stop(
            stop=str(data.get("stop", "unknown")),
            raised=time,
            terminal=str(terminal) if terminal is not None else None,
            cause=str(data.get("cause", "unknown")),
            what=str(data.get("what", "unknown")),
        )
        self._stops[stop.stop] = stop
        self._facts.stops.append(stop)

    def _follow(self, kind: str, time: datetime, subject: str, data: Mapping[str, Any]) -> None:
        if kind in (EventType.ISSUANCE_COMPLETED, EventType.ISSUANCE_VOIDED):
            held = self._held.pop(subject, None)
            if held is not None:
                held.closed = kind.split(".")[2]
                held.closed_at = time
                held.closed_by = str(data.get("decided_by", "unknown"))
        if kind == EventType.STOP_RELEASED:
            stop = self._stops.pop(str(data.get("stop")), None)
            if stop is not None:
                stop.released = time
                stop.released_by = str(data.get("released_by", "unknown"))
                stop.finding = str(data.get("finding", "unknown"))
