"""Audit events: CloudEvents 1.0, one spelling, no personal data, a type for each happening."""

import secrets
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import canonical_json, sha256_hex


class EventType(StrEnum):
    """What happened. Those of an issuance are named after the state that was entered."""

    SESSION_OPENED = "madoguchi.session.opened.v1"
    HOUSEHOLD_SHOWN = "madoguchi.household.shown.v1"
    ISSUANCE_ACCEPTED = "madoguchi.issuance.accepted.v1"
    ISSUANCE_PREPARED = "madoguchi.issuance.prepared.v1"
    ISSUANCE_DELIVERED = "madoguchi.issuance.delivered.v1"
    ISSUANCE_PAID = "madoguchi.issuance.paid.v1"
    ISSUANCE_COMPLETED = "madoguchi.issuance.completed.v1"
    ISSUANCE_REFUSED = "madoguchi.issuance.refused.v1"
    ISSUANCE_EXPIRED = "madoguchi.issuance.expired.v1"
    ISSUANCE_VOIDED = "madoguchi.issuance.voided.v1"
    ISSUANCE_IN_DOUBT = "madoguchi.issuance.in_doubt.v1"
    ISSUANCE_QUARANTINED = "madoguchi.issuance.quarantined.v1"
    REPORT_KEPT = "madoguchi.report.kept.v1"
    """A report that changed no state: not_mine, cash counted, late or during quarantine."""
    REQUEST_REFUSED = "madoguchi.request.refused.v1"
    """A request of a known terminal that ended in a problem, outside of an issuance."""
    TERMINAL_REFUSED = "madoguchi.terminal.refused.v1"
    """More requests of a known terminal in one minute than have events of their own, merged."""
    CALLERS_REFUSED = "madoguchi.callers.refused.v1"
    """Requests of unauthenticated callers in one minute, merged: problem type and count."""
    STOP_RAISED = "madoguchi.stop.raised.v1"
    """A municipality, or its path to one terminal, issues nothing until a person releases it."""
    STOP_RELEASED = "madoguchi.stop.released.v1"
    CARDHOLDER_ASKED = "madoguchi.cardholder.asked.v1"
    """A named person had the pseudonyms of a card made, in a municipality."""
    OUTBOX_EMPTIED = "madoguchi.outbox.emptied.v1"
    """A named person had a past month's payloads removed from the gateway's outbox."""
    ARCHIVE_NOTED = "madoguchi.archive.noted.v1"
    """A named person noted where the journal of an archive ends."""
    TERMINAL_CHANGED = "madoguchi.terminal.changed.v1"
    """Suspended, lost, resumed, enrolled: by the centre."""
    ALARM_RAISED = "madoguchi.alarm.raised.v1"
    CONFIGURATION_LOADED = "madoguchi.configuration.loaded.v1"
    MUNICIPALITY_DECIDED = "madoguchi.municipality.decided.v1"
    """Named persons decided in which state, and under which version, a municipality is."""


class AuditEvent(BaseModel):
    """A CloudEvent in structured mode; its canonical bytes are what is kept, hashed and sent."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    specversion: Literal["1.0"] = "1.0"
    id: str
    """Random; with `source` the key that consumers dedupe on."""
    source: str
    """The centre's name."""
    type: EventType
    subject: str
    """The issuance id, or an own random id for events without an issuance."""
    sequence: Annotated[int, Field(ge=1)]
    """Per subject, from 1, without gaps."""
    time: Instant
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """Random, so that a digest alone tells nothing of an event whose payload was removed."""
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]
    """As `madoguchi_wire.event_data` describes it for the type."""

    def canonical(self) -> bytes:
        """Return the event's one spelling."""
        return canonical_json(self.model_dump(mode="json"))


def new_salt() -> str:
    """Return the salt of a new event."""
    return secrets.token_hex(16)


def event_digest(canonical: bytes) -> str:
    """Return the digest of an event, salt included: what stamps and archives know it by."""
    return sha256_hex(b"madoguchi/event/v2\n" + canonical)
