"""A batch of messages from one partition: judged one by one, kept together or not at all."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamp_chain import ChainRules

from audit.archive.event import ArchivedEvent, Refused, read_event
from audit.archive.keeping import Months, keep_events, keep_stamps
from audit.archive.letters import Letter, keep_letters
from audit.archive.stamp import ArchivedStamp, read_stamp

_log = structlog.get_logger()


@dataclass(frozen=True)
class Message:
    """What came from a topic or a file."""

    origin: str
    partition: int
    place: int
    key: bytes | None
    value: bytes


@dataclass
class Judged:
    """What can be kept of a batch, and what is set aside."""

    events: list[tuple[ArchivedEvent, Message]] = field(
        default_factory=list[tuple[ArchivedEvent, Message]]
    )
    stamps: list[ArchivedStamp] = field(default_factory=list[ArchivedStamp])
    letters: list[Letter] = field(default_factory=list[Letter])


@dataclass
class Counts:
    """What became of messages."""

    events: int = 0
    repeated: int = 0
    stamps: int = 0
    dead: dict[str, int] = field(default_factory=dict[str, int])
    """Set aside, by reason."""

    def add(self, other: "Counts") -> None:
        """Count the other's as well."""
        self.events += other.events
        self.repeated += other.repeated
        self.stamps += other.stamps
        for reason, count in other.dead.items():
            self.dead[reason] = self.dead.get(reason, 0) + count


def judge_events(messages: Sequence[Message], centre: str, now: datetime) -> Judged:
    """Judge messages that should be events."""
    judged = Judged()

    def read(message: Message) -> None:
        judged.events.append((read_event(message.value, centre, now), message))

    _each(messages, read, judged)
    return judged


def judge_stamps(messages: Sequence[Message], rules: ChainRules, now: datetime) -> Judged:
    """Judge messages that should be stamp records."""
    judged = Judged()

    def read(message: Message) -> None:
        judged.stamps.append(read_stamp(message.value, rules, now))

    _each(messages, read, judged)
    return judged


async def keep(
    connection: Connection,
    judged: Judged,
    months: Months,
    standing: Callable[[Connection], Awaitable[None]] | None = None,
) -> Counts:
    """Keep a batch in one transaction, with what `standing` says of where reading stands."""
    events = [event for event, _ in judged.events]
    came = {id(event): message for event, message in judged.events}
    await months.ensure(connection, events)
    async with connection.transaction():
        if standing is not None:
            await standing(connection)
        kept = await keep_events(connection, events)
        conflicts = [_conflict(event, came[id(event)]) for event in kept.conflicts]
        letters = [*judged.letters, *conflicts]
        await keep_letters(connection, letters)
        counts = Counts(kept.new, kept.repeated, await keep_stamps(connection, judged.stamps))
    for letter in letters:
        counts.dead[letter.reason] = counts.dead.get(letter.reason, 0) + 1
    return counts


def _each(messages: Sequence[Message], read: Callable[[Message], None], judged: Judged) -> None:
    for message in messages:
        try:
            read(message)
        except Refused as error:
            judged.letters.append(_letter(message, error.reason, error.what))


def _conflict(event: ArchivedEvent, message: Message) -> Letter:
    # Kept and named: somebody gave an event of ours other bytes.
    _log.error("event_with_other_bytes", event_id=event.event_id, subject=event.subject)
    return _letter(message, "conflict", f"event {event.event_id} is archived with other bytes")


def _letter(message: Message, reason: str, what: str) -> Letter:
    return Letter(
        message.origin, message.partition, message.place, reason, what, message.key, message.value
    )
