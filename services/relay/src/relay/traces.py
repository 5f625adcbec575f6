"""Links from a batch to the traces in which its events happened."""

import json
from collections.abc import Iterable

from madoguchi_wire.kit import telemetry
from opentelemetry.trace import Link

from relay.batch import Row


def links_of(rows: Iterable[Row]) -> list[Link]:
    """Return one link for each trace that the events name; none while tracing is off.

    OpenTelemetry keeps 128 of a span's links unless OTEL_SPAN_LINK_COUNT_LIMIT says otherwise.
    """
    if not telemetry.is_on():
        return []
    found: dict[str, str] = {}
    for row in rows:
        trace: str | None = json.loads(row.canonical)["data"].get("trace")
        if trace is not None:
            found.setdefault(trace, row.subject)
    return [telemetry.link_to(trace, subject=subject) for trace, subject in found.items()]
