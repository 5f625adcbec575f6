"""A history as a gateway would have told it: seeded, with every way in which issuances end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from madoguchi_wire.clock import JAPAN
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.events import AuditEvent, EventType

from audit_testing.parties import CENTRE, MUNICIPALITIES

KINDS = ("resident_record", "seal_registration")
REFUSALS = (
    *("come-to-the-counter",) * 8,
    *("card-issued-today",) * 3,
    *("too-many-issued",) * 2,
    "under-age",
    "no-seal-registered",
)
TROUBLE = ("adapter-unreachable", "adapter-timeout", "adapter-nonsense")
"""Refusals while a municipality's adapter is out of order."""
STEP = timedelta(seconds=2)


@dataclass
class History:
    """Events of some days, in the order of their time."""

    seed: int
    first_day: date
    days: int
    issuances_a_day: int
    outages: dict[tuple[str, date], int] = field(default_factory=dict[tuple[str, date], int])
    """By municipality and day: how many orders in a row, from noon, found no adapter."""
    municipalities: Sequence[str] = MUNICIPALITIES
    builds: Sequence[str] = ("build-1", "build-2")

    def __post_init__(self) -> None:
        """Begin at the seed."""
        self._random = Random(self.seed)
        self._events: list[AuditEvent] = []

    def events(self) -> list[AuditEvent]:
        """Return the whole history."""
        for day in range(self.days):
            today = self.first_day + timedelta(days=day)
            for number in range(self.issuances_a_day):
                code = self._random.choice(self.municipalities)
                self._issuance(code, self._moment(today, number))
            for (code, on), count in self.outages.items():
                if on == today:
                    self._outage(code, on, count)
        self._events.sort(key=lambda event: (event.time, event.subject, event.sequence))
        return self._events

    def _moment(self, day: date, number: int) -> datetime:
        # From 7 to 11 and from 14 to 22: noon is kept free for outages.
        share = number / max(1, self.issuances_a_day)
        hours = 7 + share * 12
        hours += 3 if hours >= 11 else 0
        start = datetime.combine(day, time(0), JAPAN)
        return (start + timedelta(hours=hours)).astimezone(UTC)

    def _outage(self, code: str, day: date, count: int) -> None:
        noon = datetime.combine(day, time(12), JAPAN).astimezone(UTC)
        for number in range(count):
            told = self._story(code, noon + timedelta(minutes=number))
            told.tell(EventType.ISSUANCE_ACCEPTED, state="accepted")
            problem = self._random.choice(TROUBLE)
            told.tell(EventType.ISSUANCE_REFUSED, state="refused", problem=problem)

    def _issuance(self, code: str, moment: datetime) -> None:
        told = self._story(code, moment)
        told.tell(
            EventType.ISSUANCE_ACCEPTED, state="accepted", **whose(told.issuance, code, moment)
        )
        chance = self._random.random()
        if chance < 0.08:
            problem = self._random.choice(REFUSALS)
            told.tell(EventType.ISSUANCE_REFUSED, state="refused", problem=problem)
            return
        if chance < 0.09:
            told.tell(EventType.ISSUANCE_EXPIRED, state="expired", problem="prepare-timeout")
            return
        if chance < 0.10:
            self._quarantine(told, code)
            return
        told.tell(EventType.ISSUANCE_PREPARED, state="prepared", **self._attested(code))
        told.tell(EventType.ISSUANCE_DELIVERED, state="delivered")
        if chance < 0.13:
            told.tell(
                EventType.ISSUANCE_VOIDED, state="voided", reason="cancelled", money="not_taken"
            )
            return
        told.tell(EventType.ISSUANCE_PAID, state="paid", report="paid")
        if chance < 0.15:
            told.tell(EventType.ISSUANCE_IN_DOUBT, state="in_doubt")
        told.tell(EventType.ISSUANCE_COMPLETED, state="completed", report="completed")

    def _quarantine(self, told: "_Story", code: str) -> None:
        told.tell(
            EventType.ISSUANCE_QUARANTINED, state="quarantined", problem="attestation-refused"
        )
        stop, incident = str(self._uuid()), str(self._uuid())
        beside = {"stop": stop, "incident": incident, "municipality": code}
        self._free(
            EventType.STOP_RAISED,
            told.moment,
            beside | {"cause": "mismatch", "what": "attestation-refused"},
        )
        if self._random.random() < 0.3:
            return
        released = told.moment + timedelta(hours=1)
        self._free(
            EventType.STOP_RELEASED,
            released,
            beside | {"released_by": "sato", "finding": "cause-mended"},
        )
        told.moment = released
        told.tell(
            EventType.ISSUANCE_VOIDED,
            state="voided",
            decided_by="sato",
            reason="decided",
            money="returned",
        )

    def _attested(self, code: str) -> dict[str, str]:
        records = self._random.choice(("41", "42"))
        return {
            "build": self._random.choice(self.builds),
            "templates": sha256_hex(f"templates of {code}".encode()),
            "fonts": sha256_hex(b"one font"),
            "records_version_sha256": sha256_hex(f"records {code} {records}".encode()),
            "document_sha256": sha256_hex(self._random.randbytes(8)),
        }

    def _story(self, code: str, moment: datetime) -> "_Story":
        issuance, store = str(self._uuid()), self._random.randint(1, 3)
        facts: dict[str, Any] = {
            "issuance": issuance,
            "municipality": code,
            "kind": self._random.choice(KINDS),
            "terminal": f"komorebi-{code}-{store}",
            "site": f"site-{code}-{store}",
            "chain": "komorebi",
            "place": "within",
            "copy_number": 1,
            "fee": 200,
            "tariff_version": "2026-04",
            "configuration_version": 1,
        }
        return _Story(self, issuance, moment, facts)

    def _free(self, kind: EventType, moment: datetime, data: dict[str, Any]) -> None:
        self.add(kind, str(self._uuid()), 1, moment, data)

    def add(
        self, kind: EventType, subject: str, sequence: int, moment: datetime, data: dict[str, Any]
    ) -> None:
        """Add an event."""
        self._events.append(
            AuditEvent(
                id=str(self._uuid()),
                source=CENTRE,
                type=kind,
                subject=subject,
                sequence=sequence,
                time=moment,
                salt=self._random.randbytes(16).hex(),
                data=data,
            )
        )

    def _uuid(self) -> UUID:
        return UUID(bytes=self._random.randbytes(16), version=4)


@dataclass
class _Story:
    history: History
    issuance: str
    moment: datetime
    facts: dict[str, Any]
    told: int = 0

    def tell(self, kind: EventType, **data: str | dict[str, str]) -> None:
        self.told += 1
        self.history.add(kind, self.issuance, self.told, self.moment, self.facts | data)
        self.moment += STEP


def whose(issuance: str, code: str, moment: datetime) -> dict[str, dict[str, str]]:
    """Return what `accepted` says of one of four cards; an older build says nothing."""
    number = int(issuance[:2], 16)
    if number % 8 == 0:
        return {}
    month = f"{code} {moment.astimezone(JAPAN):%Y-%m}"
    key = UUID(bytes=sha256(month.encode()).digest()[:16], version=4)
    pseudonym = sha256_hex(f"{month} {number % 4}".encode())[:32]
    return {"cardholder": {"key": str(key), "pseudonym": pseudonym}}
