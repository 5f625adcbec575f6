"""One server span for each request, inside the trace that its traceparent names."""

from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Receive, Scope, Send

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
            await self._app(scope, receive, send)
            route = scope.get("route")
            if current is not None and route is not None:
                current.update_name(f"{scope['method']} {route.path}")
