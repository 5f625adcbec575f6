"""No body larger or slower than a service can want: refused before it is read whole."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from madoguchi_wire.errors import BodyTooLarge, MadoguchiError, RequestTimeout
from madoguchi_wire.kit.problems import MEDIA_TYPE, OnProblem, problem_of
from madoguchi_wire.kit.telemetry import current_trace_id

BODY_SECONDS = 15.0
"""From a request's head until its whole body is there."""


class _Cut(BaseException):
    """Ends an application that reads too long a body, past its handlers of any `Exception`."""

    def __init__(self, error: MadoguchiError) -> None:
        self.error = error
        super().__init__(error.slug)


class BodyLimit:
    """ASGI middleware: `body-too-large` beyond `maximum_bytes`, `request-timeout` after 15 s."""

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
            await self._refuse(BodyTooLarge(), scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen, complete = 0, False
        deadline = asyncio.get_running_loop().time() + BODY_SECONDS

        async def counted() -> Message:
            nonlocal seen, complete
            if complete:
                # What comes behind the body is that the caller hangs up, whenever that is.
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise _Cut(RequestTimeout()) from None
            seen += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if seen > self._maximum:
                raise _Cut(BodyTooLarge())
            return message

        try:
            await self._app(scope, counted, send)
        except _Cut as cut:
            await self._refuse(cut.error, scope, receive, send)

    async def _refuse(
        self, error: MadoguchiError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if self._on_problem is not None:
            await self._on_problem(Request(scope), error)
        body = problem_of(error, current_trace_id()).model_dump(mode="json")
        response = JSONResponse(
            body, error.status, headers={"Connection": "close"}, media_type=MEDIA_TYPE
        )
        await response(scope, receive, send)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
