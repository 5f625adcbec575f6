"""From a municipality's events, in the order of their time, to the facts of its quarter."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import EventType

from audit.reports.facts import Facts, Issued, Quarantine, Stop
from audit.reports.merging import merged
from audit.reports.outages import Outages
from audit.reports.quarter import Quarter
from audit.verifying.order import OVERDUE

TROUBLE = frozenset(
    {
        *("adapter-unreachable", "adapter-busy", "adapter-paused", "adapter-timeout"),
        *("adapter-nonsense", "prepare-timeout", "service-unavailable"),
    }
)
"""Problems of a municipality's system; refusals with them are no refusals of a person."""


class QuarterCounter:
    """Counts one municipality's quarter, and follows what was open in it from begin to end."""

    def __init__(self, municipality: str, quarter: Quarter, now: datetime) -> None:
        self._facts = Facts(municipality, quarter, now)
        self._facts.weeks = dict.fromkeys(quarter.weeks, 0)
        self._refused: Counter[str] = Counter()
        self._turned_away: Counter[str] = Counter()
        self._outages = Outages(quarter, now)
        self._held: dict[str, Quarantine] = {}
        self._stops: dict[str, Stop] = {}
        self._quarantines: list[Quarantine] = []
        self._raised: list[Stop] = []

    def add(self, kind: str, time: datetime, subject: str, data: Mapping[str, Any]) -> None:
        """Count one event; those around the quarter only begin or close what is open in it.

        Of test papers (見本) only how many came out is counted, apart from everything else.
        """
        if data.get("test") is True:
            came_out = kind == EventType.ISSUANCE_COMPLETED and self._is_within(time)
            self._facts.tests += came_out
            return
        self._follow(kind, time, subject, data)
        if not self._is_within(time):
            return
        match kind:
            case EventType.ISSUANCE_COMPLETED:
                self._completed(japan_day(time), data)
            case EventType.ISSUANCE_EXPIRED:
                self._facts.expired += 1
            case EventType.ISSUANCE_REFUSED:
                problem = str(data.get("problem", "unknown"))
                self._refused[problem] += problem not in TROUBLE
            case EventType.ISSUANCE_VOIDED:
                self._facts.voided += 1
            case EventType.ISSUANCE_IN_DOUBT:
                self._facts.in_doubt += 1
            case EventType.REQUEST_REFUSED:
                self._turned_away[str(data.get("problem", "unknown"))] += 1
            case _:
                pass

    def removed(self, kind: str, time: datetime, subject: str) -> None:
        """Count an event whose payload was removed: what its envelope tells."""
        if self._is_within(time):
            self._facts.removed += 1
        elif kind in (EventType.STOP_RAISED, EventType.STOP_RELEASED):
            # Without its id nobody can tell whether such a stop was open in the quarter.
            return
        self.add(kind, time, subject, {})

    @property
    def held(self) -> tuple[str, ...]:
        """Issuances whose quarantine is open after what was heard until now."""
        return tuple(self._held)

    def unstamped(self, time: datetime) -> None:
        """Leave out an event that no verified stamp covers."""
        self._facts.unstamped += time >= self._facts.quarter.begins
        self._facts.overdue += time < self._facts.made_at - OVERDUE

    def facts(self) -> Facts:
        """Return what was counted."""
        begins = self._facts.quarter.begins
        self._facts.quarantines = [
            one for one in self._quarantines if one.closed_at is None or one.closed_at >= begins
        ]
        self._facts.stops = [
            one for one in self._raised if one.released is None or one.released >= begins
        ]
        self._facts.outages = self._outages.all()
        self._facts.refusals = merged(self._refused)
        self._facts.turned_away = merged(self._turned_away)
        return self._facts

    def _completed(self, day: date, data: Mapping[str, Any]) -> None:
        issued = self._facts.issued.setdefault(str(data.get("kind", "unknown")), Issued())
        issued.papers += 1
        issued.yen += int(data.get("fee", 0))
        passed = (day - self._facts.quarter.first_day).days // 7 * 7
        self._facts.weeks[self._facts.quarter.first_day + timedelta(days=passed)] += 1

    def _quarantined(self, time: datetime, subject: str, data: Mapping[str, Any]) -> None:
        held = Quarantine(
            issuance=subject,
            began=time,
            kind=str(data.get("kind", "unknown")),
            terminal=str(data.get("terminal", "unknown")),
            problem=str(data.get("problem", "unknown")),
        )
        self._held[subject] = held
        self._quarantines.append(held)

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
        self._raised.append(stop)

    def _is_within(self, time: datetime) -> bool:
        return self._facts.quarter.begins <= time < self._facts.quarter.ends

    def _follow(self, kind: str, time: datetime, subject: str, data: Mapping[str, Any]) -> None:
        match kind:
            case EventType.ISSUANCE_PREPARED:
                self._outages.answered(time)
            case EventType.ISSUANCE_REFUSED | EventType.ISSUANCE_EXPIRED:
                if data.get("problem") in TROUBLE:
                    self._outages.failed(time)
            case EventType.ISSUANCE_QUARANTINED if time < self._facts.quarter.ends:
                self._quarantined(time, subject, data)
            case EventType.ISSUANCE_COMPLETED | EventType.ISSUANCE_VOIDED:
                self._closed(kind, time, subject, data)
            case EventType.STOP_RAISED if time < self._facts.quarter.ends:
                self._stopped(time, data)
            case EventType.STOP_RELEASED:
                self._released(time, data)
            case _:
                pass

    def _closed(self, kind: str, time: datetime, subject: str, data: Mapping[str, Any]) -> None:
        held = self._held.pop(subject, None)
        if held is not None:
            held.closed = kind.split(".")[2]
            held.closed_at = time
            held.closed_by = str(data.get("decided_by", "unknown"))

    def _released(self, time: datetime, data: Mapping[str, Any]) -> None:
        stop = self._stops.pop(str(data.get("stop")), None)
        if stop is not None:
            stop.released = time
            stop.released_by = str(data.get("released_by", "unknown"))
            stop.finding = str(data.get("finding", "unknown"))
