"""Traces by OpenTelemetry, off by default: one trace from the terminal's tap to the audit event.

Switched on by the standard variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, or `OTEL_TRACES_EXPORTER`
`otlp` or `console`). Spans are few: one for each request served, and those that an operator
needs to see where time goes. Attributes never hold personal data.
"""

import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import context, trace
from opentelemetry.propagate import extract
from opentelemetry.propagate import inject as inject_current
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    ConsoleSpanExporter,
    SimpleSpanProcessor,
)
from opentelemetry.trace import INVALID_SPAN_ID, Link, Span, SpanContext, SpanKind, StatusCode

Attribute = str | int | float | bool


class _Switch:
    on = False


def configure_telemetry(service: str) -> None:
    """Start tracing if the environment asks for it."""
    exporter = os.environ.get("OTEL_TRACES_EXPORTER", "")
    endpoint = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
    )
    disabled = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if disabled or exporter == "none" or not (exporter or endpoint):
        return
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", service)})
    provider = TracerProvider(resource=resource)
    if exporter == "console":
        provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    else:
        # Only who traces waits for its import.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    _Switch.on = True


def is_on() -> bool:
    """Tell whether spans are recorded."""
    return _Switch.on


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    links: Sequence[Link] = (),
    **attributes: Attribute,
) -> Generator[Span | None]:
    """Record what happens inside as one span; costs next to nothing while tracing is off."""
    if not _Switch.on:
        yield None
        return
    tracer = trace.get_tracer("madoguchi")
    # An error's text may hold what a person sent: its type must do.
    with tracer.start_as_current_span(
        name,
        kind=kind,
        attributes=attributes,
        links=links,
        record_exception=False,
        set_status_on_exception=False,
    ) as started:
        try:
            yield started
        except Exception as error:
            started.set_status(StatusCode.ERROR, type(error).__name__)
            raise


@contextmanager
def extracted(headers: Mapping[str, str]) -> Generator[None]:
    """Go on inside the trace that `headers` (traceparent) name."""
    if not _Switch.on:
        yield
        return
    token = context.attach(extract(headers))
    try:
        yield
    finally:
        context.detach(token)


def inject(headers: dict[str, str]) -> None:
    """Add the current trace to headers that leave this process."""
    if _Switch.on:
        inject_current(headers)


def current_trace_id() -> str | None:
    """Return the trace id of the current span in hex, or nothing while tracing is off."""
    found = trace.get_current_span().get_span_context()
    return f"{found.trace_id:032x}" if found.is_valid else None


def link_to(trace_id: str, **attributes: Attribute) -> Link:
    """Return a link to a trace that is known by its id (hex) alone, for work that happens later."""
    context = SpanContext(int(trace_id, 16), INVALID_SPAN_ID, is_remote=True)
    return Link(context, attributes)
