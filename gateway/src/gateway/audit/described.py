"""Events say what their models describe and nothing else, whoever makes them.

What is not described is left out and named in the log; the event is kept all the same, because a
stop or a quarantine must not fail for a word too many. Tests make an error of it.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from madoguchi_wire.event_data import UndescribedData, check_data
from madoguchi_wire.events import EventType

_log = structlog.get_logger()
AMISS = "event_not_as_described"
"""Name of the line in the log."""


def described(kind: EventType, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data without what the model of their type does not allow."""
    try:
        check_data(kind, data)
    except UndescribedData as error:
        _log.error(AMISS, type=kind.value, faults=error.faults)
        return {name: value for name, value in data.items() if name not in error.fields}
    return dict(data)
