"""One example of each type of event, put together from the examples of its fields."""

from datetime import UTC, datetime
from typing import Any, get_args

from pydantic.fields import FieldInfo

from madoguchi_wire.event_data import DATA
from madoguchi_wire.events import AuditEvent, EventType

_CENTRE = "centre.madoguchi.example"
_ID, _SUBJECT = "0f8b7a52-6a30-4c5d-9a53-4f1f0a3c9d10", "dbac66af-eacd-4a9a-949e-4e4cb4222fc5"
_MOMENT = datetime(2026, 11, 27, 1, 2, 3, 456000, UTC)
_SEQUENCES = {
    EventType.ISSUANCE_PREPARED: 2,
    EventType.ISSUANCE_REFUSED: 2,
    EventType.ISSUANCE_EXPIRED: 2,
    EventType.ISSUANCE_QUARANTINED: 2,
    EventType.ISSUANCE_DELIVERED: 3,
    EventType.ISSUANCE_PAID: 4,
    EventType.ISSUANCE_IN_DOUBT: 4,
    EventType.ISSUANCE_VOIDED: 4,
    EventType.ISSUANCE_COMPLETED: 5,
}


def example_data(kind: EventType) -> dict[str, Any]:
    """Return data of the type, with a value for every field that has an example."""
    fields = DATA[kind].model_fields.items()
    return {name: _value(field) for name, field in fields if _has_example(field)}


def example_event(kind: EventType) -> AuditEvent:
    """Return an event of the type."""
    return AuditEvent(
        id=_ID,
        source=_CENTRE,
        type=kind,
        subject=_SUBJECT,
        sequence=_SEQUENCES.get(kind, 1),
        time=_MOMENT,
        salt="5a" * 16,
        data=example_data(kind),
    )


def _has_example(field: FieldInfo) -> bool:
    return bool(field.examples) or field.is_required()


def _value(field: FieldInfo) -> Any:  # noqa: ANN401 (any JSON value)
    # A field without examples may only be of one value: the state of an issuance's event.
    return field.examples[0] if field.examples else get_args(field.annotation)[0]
