"""Bytes on a socket, as no HTTP client would send them, and what comes back."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

PROBLEM = "application/problem+json"
_MAXIMUM_ANSWER_BYTES = 4_000_000
_CHUNK = 65_536


@dataclass(frozen=True)
class RawAnswer:
    """One answer on a connection."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 (any JSON value)
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def slug(self) -> str:
        """The problem's slug; empty when it is not a whole problem document of this status."""
        if self.headers.get("content-type") != PROBLEM:
            return ""
        document = self.json
        whole = {"title", "title_ja", "detail", "detail_ja", "retryable"} <= document.keys()
        right = document["status"] == self.status and document["charged"] is False
        return document["type"].removeprefix("/problems/") if whole and right else ""


@dataclass(frozen=True)
class Exchanged:
    """What came on one connection, and how it ended."""

    answers: list[RawAnswer]
    ended: Literal["closed", "reset", "open"]
    """`open`: still open when the patience was over."""
    seconds: float

    @property
    def only(self) -> RawAnswer:
        """The one answer."""
        assert len(self.answers) == 1, self  # noqa: S101 (it says what tests expect)
        return self.answers[0]


async def exchange(address: str, *parts: bytes, pause: float = 0, patience: float = 5) -> Exchanged:
    """Send the parts, a pause of some seconds between them, and read until the end.

    Args:
        address: http://host:port.
        parts: sent one after another, as long as the other side takes them.
        pause: seconds between two parts.
        patience: seconds after which a connection that is still open counts as open.

    """
    server = urlsplit(address)
    clock = asyncio.get_running_loop()
    begun = clock.time()
    reader, writer = await asyncio.open_connection(server.hostname, server.port)
    sending = asyncio.create_task(_send(writer, parts, pause))
    came = bytearray()
    ended: Literal["closed", "reset", "open"] = "closed"
    try:
        async with asyncio.timeout(patience):
            while (data := await reader.read(_CHUNK)) and len(came) < _MAXIMUM_ANSWER_BYTES:
                came += data
    except TimeoutError:
        ended = "open"
    except ConnectionError:
        ended = "reset"
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    writer.transport.abort()
    return Exchanged(_answers(bytes(came)), ended, clock.time() - begun)


def post(path: str, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    """Return the bytes of a POST; `headers` are whole lines."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: madoguchi.test",
        *([f"Content-Type: {kind}"] if kind else []),
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def get(path: str, *headers: str, method: str = "GET") -> bytes:
    """Return the bytes of a request without a body; `headers` are whole lines."""
    lines = [f"{method} {path} HTTP/1.1", "Host: madoguchi.test", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


async def _send(writer: asyncio.StreamWriter, parts: tuple[bytes, ...], pause: float) -> None:
    with suppress(ConnectionError):
        for number, part in enumerate(parts):
            if number and pause:
                await asyncio.sleep(pause)
            writer.write(part)
            await writer.drain()


def _answers(data: bytes) -> list[RawAnswer]:
    answers: list[RawAnswer] = []
    while b"\r\n\r\n" in data:
        head, data = data.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        status = int(first.split(" ")[1])
        length = 0 if status == 100 else int(headers.get("content-length", "0"))
        if status != 100:
            answers.append(RawAnswer(status, headers, data[:length]))
        data = data[length:]
    return answers
