"""One server span for each request, inside the trace that its traceparent names."""

from opentelemetry.trace import Span, SpanKind, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from madoguchi_wire.kit import telemetry

_SILENT = ("/livez", "/readyz", "/startupz")


class ServerSpans:
    """ASGI middleware; nothing is done while tracing is off, nor for health probes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request inside its span."""
        if not telemetry.is_on() or scope["type"] != "http" or scope["path"] in _SILENT:
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in (b"traceparent", b"tracestate")
        }
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
