"""One server span for each request: inside the trace of a caller who may name it, else its own.

A trace id has room for a card's serial number, and events tell it. So nobody names it who is not
known; tracestate and baggage, which have room for more, are taken from nobody.
"""

from collections.abc import Callable

from opentelemetry.trace import Span, SpanKind, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from madoguchi_wire.kit import telemetry

MayNameTrace = Callable[[Scope], bool]
"""Tells whether the caller of a request is one whose trace it goes on in."""
_SILENT = ("/livez", "/readyz", "/startupz")


class ServerSpans:
    """ASGI middleware; nothing is done while tracing is off, nor for health probes."""

    def __init__(self, app: ASGIApp, may_name_trace: MayNameTrace) -> None:
        self._app = app
        self._may_name_trace = may_name_trace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request inside its span."""
        if not telemetry.is_on() or scope["type"] != "http" or scope["path"] in _SILENT:
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name == b"traceparent"
        }
        if headers and not self._may_name_trace(scope):
            headers = {}
        # The path has ids in it; the span is named after the method alone until it is routed.
        with (
            telemetry.extracted(headers),
            telemetry.span(f"{scope['method']} request", kind=SpanKind.SERVER) as current,
        ):
            if current is None:
                await self._app(scope, receive, send)
            else:
                await self._app(scope, receive, _watched(send, current))
                _name(current, scope)


def _watched(send: Send, current: Span) -> Send:
    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start":
            status: int = message["status"]
            current.set_attribute("http.response.status_code", status)
            if status >= 500:
                current.set_status(StatusCode.ERROR)
        await send(message)

    return watched


def _name(current: Span, scope: Scope) -> None:
    route = scope.get("route")
    if route is not None:
        current.update_name(f"{scope['method']} {route.path}")
