"""Logs: JSON lines on standard output, with trace ids; event names are constants, data keywords.

Nothing that a person sent is logged: no bodies, headers, query values or exception texts of others.
"""

import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, WrappedLogger


def configure_logs(service: str) -> None:
    """Send this process's logs, and those of its libraries, to standard output as JSON lines."""

    def named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        named,
        _with_trace,
    ]
    structlog.configure(
        processors=[*shared, _without_texts, _json()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_texts,
            _json(),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _json() -> structlog.processors.JSONRenderer:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _without_texts(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep an exception's type only, and the first line of what libraries say.

    An exception's text may hold what a person sent, and asyncio prints it behind the first line.
    """
    given: Any = event.pop("exc_info", None)
    raised: object = sys.exception() if given is True else given
    if isinstance(given, tuple):
        raised = given[1]  # pyright: ignore[reportUnknownVariableType]  (type, error, traceback)
    if isinstance(raised, BaseException):
        event["kind"] = type(raised).__name__
    event["event"] = str(event["event"]).strip().partition("\n")[0]
    return event


def _with_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
    return event
