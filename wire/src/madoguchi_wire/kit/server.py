"""Serving: uvicorn, and a drain on SIGTERM in which nobody's request is cut off."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeAlias

import uvicorn

from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.protocol import OnRefused, bounded_protocol

_FINISH_SECONDS = 60
Application: TypeAlias = Callable[..., Awaitable[Any]]


class _DrainingServer(uvicorn.Server):
    """Turns unready at the first signal, serves on while it drains, then finishes and stops."""

    def __init__(self, config: uvicorn.Config, health: Health, drain_seconds: float) -> None:
        super().__init__(config)
        self._health = health
        self._drain_seconds = drain_seconds

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._drain, loop)
        yield

    def _drain(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._health.draining:
            self.should_exit = True
            return
        self._health.draining = True
        loop.call_later(self._drain_seconds, self._stop)

    def _stop(self) -> None:
        self.should_exit = True


class _Watched:
    """An application whose start is watched."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self.fault: Exception | None = None
        """What it raised instead of starting."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 (ASGI's)
        """Pass everything on."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except Exception as fault:
            self.fault = fault
            raise


def serve(
    app: Application,
    host: str,
    port: int,
    health: Health,
    drain_seconds: float,
    refused: OnRefused | None = None,
) -> None:
    """Serve `app` until SIGTERM or SIGINT, drain, and return.

    `drain_seconds` is how long it goes on serving, not ready, so that those who send requests hear
    of it first; after that requests under way are finished. A second signal ends the drain.
    `refused` hears the slug of each problem that is answered without the application.

    Raises:
        Exception: what the application raised while it started; the server itself only logs that
            it did not start, and not why.

    """
    watched = _Watched(app)
    config = uvicorn.Config(
        watched,
        host=host,
        port=port,
        loop="uvloop",
        http=bounded_protocol(refused),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_FINISH_SECONDS,
    )
    try:
        _DrainingServer(config, health, drain_seconds).run()
    except SystemExit:
        if watched.fault is not None:
            raise watched.fault from None
        raise
