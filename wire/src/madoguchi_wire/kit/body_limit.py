"""No body larger than a service can want: refused before it is read whole."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from madoguchi_wire.errors import BodyTooLarge
from madoguchi_wire.kit.problems import MEDIA_TYPE, OnProblem, problem_of
from madoguchi_wire.kit.telemetry import current_trace_id


class _Cut(BaseException):
    """Ends an application that reads too long a body, past its handlers of any `Exception`."""


class BodyLimit:
    """ASGI middleware that answers `body-too-large` beyond `maximum_bytes`."""

    def __init__(
        self, app: ASGIApp, maximum_bytes: int, on_problem: OnProblem | None = None
    ) -> None:
        self._app = app
        self._maximum = maximum_bytes
        self._on_problem = on_problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request whose body fits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _announced(scope) > self._maximum:
            await self._refuse(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._maximum:
                raise _Cut()
            return message

        try:
            await self._app(scope, counted, send)
        except _Cut:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._on_problem is not None:
            await self._on_problem(Request(scope), BodyTooLarge())
        body = problem_of(BodyTooLarge(), current_trace_id()).model_dump(mode="json")
        response = JSONResponse(
            body, BodyTooLarge.status, headers={"Connection": "close"}, media_type=MEDIA_TYPE
        )
        await response(scope, receive, send)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
