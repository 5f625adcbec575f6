"""An event as it comes: judged by its envelope alone, so that events of later builds are kept too.

What cannot be kept is refused with a reason that a machine can count and words that a person can
act on; none of them repeats what was sent.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, cast

from madoguchi_wire.clock import Instant, japan_day
from madoguchi_wire.encoding import canonical_json, strict_json
from madoguchi_wire.events import event_digest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAXIMUM_BYTES = 64 * 1024
"""Of one event; those of the gateway have about one."""
FIRST_DAY = date(2010, 2, 2)
"""When convenience stores first issued certificates: no event is older."""
DEEPEST = 16
"""Objects and lists within each other in one event; those of the gateway have three."""
_OURS = frozenset({"digest", "removed", "stamped"})
"""What the archive says beside an event when it shows it."""
AHEAD = timedelta(days=1)
"""By which what is archived may be ahead of our clock."""
_COLUMN_CHARACTERS = 200


class Refused(ValueError):
    """A message that is set aside."""

    def __init__(self, reason: str, what: str) -> None:
        self.reason = reason
        """Stable, for counting: oversized, poison, foreign, wrong-schema, unverified, conflict."""
        self.what = what
        super().__init__(what)


_Word = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9._:@/-]+$")]


class _Envelope(BaseModel):
    """The CloudEvent around the data; what later builds add is let through."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    id: _Word
    source: _Word
    type: Annotated[str, Field(max_length=128, pattern=r"^madoguchi\.[a-z_.]+\.v[0-9]+$")]
    subject: _Word
    sequence: Annotated[int, Field(ge=1, lt=2**31, strict=True)]
    time: Instant
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    data: dict[str, Any]


@dataclass(frozen=True)
class ArchivedEvent:
    """An event as a row; the fields are `COLUMNS` in order."""

    day: date
    """Japan's."""
    source: str
    event_id: str
    type: str
    subject: str
    sequence: int
    time: datetime
    municipality: str | None
    canonical: bytes
    digest: str
    terminal: str | None
    site: str | None
    kind: str | None
    build: str | None
    fonts: str | None
    templates: str | None
    records_version: str | None


def read_event(value: bytes, centre: str, now: datetime) -> ArchivedEvent:
    """Return the event that a message holds.

    Raises:
        Refused: it does not belong here, or cannot be understood.

    """
    envelope = _envelope(value, centre)
    if not can_be_archived(envelope.time, now):
        raise Refused("wrong-schema", "its time cannot be: before 2010, or in the future")
    return _row(envelope, value)


def read_again(canonical: bytes) -> ArchivedEvent:
    """Return what an archived event's row must say.

    Raises:
        ValueError: these bytes were never an event.

    """
    envelope = _Envelope.model_validate(strict_json(canonical))
    try:
        return _row(envelope, canonical)
    except OverflowError as error:
        raise ValueError("a moment whose day nobody can tell") from error


def can_be_archived(moment: datetime, now: datetime) -> bool:
    """Tell whether something of ours can be of a moment: not before 2010, nor to come."""
    # In this order: the last hours of the year 9999 have no day in Japan.
    return moment <= now + AHEAD and japan_day(moment) >= FIRST_DAY


def _object(value: bytes) -> dict[str, Any]:
    if len(value) > MAXIMUM_BYTES:
        raise Refused("oversized", f"{len(value)} bytes: an event has at most {MAXIMUM_BYTES}")
    try:
        found = strict_json(value)
    except ValueError:
        raise Refused("poison", "not JSON (RFC 8259) in UTF-8") from None
    if not isinstance(found, dict):
        raise Refused("poison", "not a JSON object")
    read: dict[str, Any] = found  # pyright: ignore[reportUnknownVariableType]  (JSON object)
    if _is_deeper(read, DEEPEST):
        raise Refused("wrong-schema", f"nested more than {DEEPEST} deep")
    if not _OURS.isdisjoint(read):
        raise Refused("wrong-schema", f"a field of the archive's own: {', '.join(sorted(_OURS))}")
    return read


def _envelope(value: bytes, centre: str) -> _Envelope:
    read = _object(value)
    if "specversion" not in read:
        raise Refused("foreign", "no CloudEvent")
    if not str(read.get("type")).startswith("madoguchi."):
        raise Refused("foreign", "a CloudEvent of another system")
    try:
        envelope = _Envelope.model_validate(read)
    except ValidationError as error:
        fields = sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]})
        raise Refused("wrong-schema", f"these fields do not fit: {', '.join(fields)}") from None
    if envelope.source != centre:
        raise Refused("foreign", "an event of another centre")
    if canonical_json(read) != value:
        raise Refused("wrong-schema", "not in its canonical spelling")
    return envelope


def _is_deeper(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        within = list(cast("dict[str, object]", value).values())
    elif isinstance(value, list):
        within = cast("list[object]", value)
    else:
        return False
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in within)


def _row(envelope: _Envelope, value: bytes) -> ArchivedEvent:
    def told(name: str) -> str | None:
        said = envelope.data.get(name)
        fits = isinstance(said, str) and said.isprintable() and len(said) <= _COLUMN_CHARACTERS
        return said if fits else None

    return ArchivedEvent(
        day=japan_day(envelope.time),
        source=envelope.source,
        event_id=envelope.id,
        type=envelope.type,
        subject=envelope.subject,
        sequence=envelope.sequence,
        time=envelope.time,
        municipality=told("municipality"),
        canonical=value,
        digest=event_digest(value),
        terminal=told("terminal"),
        site=told("site"),
        kind=told("kind"),
        build=told("build"),
        fonts=told("fonts"),
        templates=told("templates"),
        records_version=told("records_version_sha256"),
    )
