"""Requests to an application without a socket, as a server hands them over."""

import json
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import pytest
from starlette.types import ASGIApp, Message

Answer = tuple[int, dict[str, str], Any]


async def called(
    app: ASGIApp,
    method: str,
    path: str,
    chunks: Iterable[bytes] = (),
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> Answer:
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "root_path": "",
        "headers": list(headers),
    }
    parts = [*chunks, b""]
    sent: list[Message] = []

    async def receive() -> Message:
        body = parts.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *bodies = sent
    names = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], names, json.loads(b"".join(part["body"] for part in bodies))


@pytest.fixture
def call() -> Callable[..., Coroutine[Any, Any, Answer]]:
    """Give `called(app, method, path, chunks, headers)` → status, headers, JSON."""
    return called
