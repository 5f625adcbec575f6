"""The data of each type of audit event: one model a type, for producers, consumers and documents.

Producers are strict: a field that the model does not know is refused before it is kept, so nothing
slips into the trail that nobody described. Consumers are tolerant: unknown fields are ignored, and
unknown types are passed on as they are.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import strict_json
from madoguchi_wire.event_data import issuances, others
from madoguchi_wire.event_data.parts import EventData
from madoguchi_wire.events import EventType

DATA: Mapping[EventType, type[EventData]] = MappingProxyType(
    {
        EventType.SESSION_OPENED: others.SessionOpened,
        EventType.HOUSEHOLD_SHOWN: others.HouseholdShown,
        EventType.ISSUANCE_ACCEPTED: issuances.Accepted,
        EventType.ISSUANCE_PREPARED: issuances.Prepared,
        EventType.ISSUANCE_DELIVERED: issuances.Delivered,
        EventType.ISSUANCE_PAID: issuances.Paid,
        EventType.ISSUANCE_COMPLETED: issuances.Completed,
        EventType.ISSUANCE_REFUSED: issuances.Refused,
        EventType.ISSUANCE_EXPIRED: issuances.Expired,
        EventType.ISSUANCE_VOIDED: issuances.Voided,
        EventType.ISSUANCE_IN_DOUBT: issuances.InDoubt,
        EventType.ISSUANCE_QUARANTINED: issuances.Quarantined,
        EventType.REPORT_KEPT: others.ReportKept,
        EventType.REQUEST_REFUSED: others.RequestRefused,
        EventType.TERMINAL_REFUSED: others.TerminalRefused,
        EventType.CALLERS_REFUSED: others.CallersRefused,
        EventType.STOP_RAISED: others.StopRaised,
        EventType.STOP_RELEASED: others.StopReleased,
        EventType.CARDHOLDER_ASKED: others.CardholderAsked,
        EventType.OUTBOX_EMPTIED: others.OutboxEmptied,
        EventType.ARCHIVE_NOTED: others.ArchiveNoted,
        EventType.TERMINAL_CHANGED: others.TerminalChanged,
        EventType.ALARM_RAISED: others.AlarmRaised,
        EventType.CONFIGURATION_LOADED: others.ConfigurationLoaded,
        EventType.MUNICIPALITY_DECIDED: others.MunicipalityDecided,
    }
)
_UNKNOWN = "extra_forbidden"


class UndescribedData(ValueError):
    """Data that do not fit the model of their type; the text names what is amiss, never a value."""

    def __init__(self, kind: EventType, fields: Collection[str], faults: Sequence[str]) -> None:
        super().__init__(f"{kind}: {', '.join(faults)}")
        self.fields = frozenset(fields)
        self.faults = tuple(faults)


def check_data(kind: EventType, data: Mapping[str, Any]) -> None:
    """Hold a producer's data to the model of their type.

    Raises:
        UndescribedData: a field is missing, is not what it should be, or is not described.

    """
    try:
        DATA[kind].model_validate(data, extra="forbid", strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        # The name of a field that nobody described may itself be somebody's name.
        faults = {
            one["type"] if one["type"] == _UNKNOWN else f"{one['loc'][0]}: {one['type']}"
            for one in found
        }
        fields = {str(one["loc"][0]) for one in found}
        raise UndescribedData(kind, fields, sorted(faults)) from None


class ReceivedEvent(BaseModel):
    """An event as a consumer takes it, from a producer that may be older or newer."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    source: str
    type: str
    subject: str
    sequence: int
    time: Instant
    data: dict[str, Any]

    @classmethod
    def of(cls, canonical: bytes) -> "ReceivedEvent":
        """Return the event that a message holds.

        Raises:
            ValueError: not an audit event in JSON.

        """
        return cls.model_validate(strict_json(canonical))

    def described(self) -> EventData | None:
        """Return the data as the model of their type; None of a type that is not known here.

        Raises:
            ValueError: a field that every version of the type has is missing or wrong.

        """
        try:
            model = DATA[EventType(self.type)]
        except ValueError:
            return None
        return model.model_validate(self.data)
