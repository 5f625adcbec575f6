"""HTTP/1.1 on one connection, with an end to everything that a caller can draw out.

Without limits a caller may send a request's head for ever, or so large that memory ends; and what
the server itself refuses would be answered in words of its own instead of by a problem document.
"""

from asyncio import BaseTransport, TimerHandle, Transport
from collections.abc import Callable
from typing import cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from madoguchi_wire.errors import (
    HeadersTooLarge,
    MadoguchiError,
    RequestRefused,
    RequestTimeout,
)
from madoguchi_wire.kit.problems import MEDIA_TYPE, problem_of

MAXIMUM_HEAD_BYTES = 32 * 1024
"""Of the request line and all headers together."""
MAXIMUM_HEADERS = 100
HEAD_SECONDS = 10.0
"""From the connection, or from a request's first byte, until its head is complete."""
MESSAGE_SECONDS = 40.0
"""From a request's head until its last byte. Longer than `body_limit.BODY_SECONDS`, after which
the application answers: this one hangs up on who drips on behind an answer."""
WRITE_SECONDS = 20.0
"""How long a caller may leave an answer unread."""
_LINGER_SECONDS = 2.0
"""How long a refused caller may go on sending, so that it gets to read why."""

SINGLE = frozenset(
    (
        b"host",
        b"authorization",
        b"content-type",
        b"content-length",
        b"content-encoding",
        b"transfer-encoding",
        b"idempotency-key",
    )
)
"""Headers that decide something: of two, we and a proxy before us may each believe another."""

OnRefused = Callable[[str], None]
"""Hears the slug of a problem that was answered before its request reached the application."""


class _HeadRefused(Exception):
    """Ends the parser's work on a request."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, bounded in size and time, with problem documents for answers."""

    _size = 0
    """Bytes of the present request's address, headers and trailers."""
    _silent = 0
    """Bytes that came since the parser last had something to tell."""
    _in_head = True
    _too_large = False
    _refused = False
    _deadline: TimerHandle | None = None
    _unread: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Wait for a request, but not for ever."""
        super().connection_made(cast("Transport", transport))
        self._within(HEAD_SECONDS, self._close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._within(None)
        self._read_at_last()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless this caller was refused."""
        parser = self.parser
        if self._refused or parser is None:
            return
        self._silent += len(data)
        try:
            parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # We upgrade to nothing: this request is served, and nothing that comes behind it.
            self._refused = True
            self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._refuse(HeadersTooLarge() if self._too_large else RequestRefused())
        else:
            # One header or trailer that does not end is told by nobody else.
            if self._silent > MAXIMUM_HEAD_BYTES:
                self._refuse(HeadersTooLarge())

    def on_message_begin(self) -> None:
        """Start to count: here is the first byte of a request."""
        self._unset_keepalive_if_required()
        self._in_head, self._size, self._silent = True, 0, 0
        self._within(HEAD_SECONDS, lambda: self._refuse(RequestTimeout()))
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._grow(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer must not change what was decided before the body."""
        self._grow(len(name) + len(value))
        if not self._in_head:
            return
        if len(self.headers) == MAXIMUM_HEADERS:
            self._grow(MAXIMUM_HEAD_BYTES)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request over."""
        parser = self.parser
        if parser is None or not _is_unambiguous(self.headers, parser.get_http_version()):
            raise _HeadRefused()
        self._in_head, self._silent = False, 0
        self._within(MESSAGE_SECONDS, self._close)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._silent = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for the next request as long as uvicorn keeps a connection alive."""
        self._in_head, self._silent = True, 0
        self._within(None)
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Let the caller read, but not for ever."""
        super().pause_writing()
        self._unread = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the caller has read."""
        self._read_at_last()
        super().resume_writing()

    def told(self, slug: str) -> None:
        """Hear what was answered without the application; `bounded_protocol` passes it on."""

    def _grow(self, length: int) -> None:
        self._silent = 0
        self._size += length
        if self._size > MAXIMUM_HEAD_BYTES:
            self._too_large = True
            raise _HeadRefused()

    def _within(self, seconds: float | None, late: Callable[[], None] | None = None) -> None:
        """Set the connection's one deadline, or none."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if seconds is not None and late is not None:
            self._deadline = self.loop.call_later(seconds, late)

    def _read_at_last(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _refuse(self, error: MadoguchiError) -> None:
        """Answer a request that cannot be read, if its answer is the next one; hang up."""
        current = self.cycle
        under_way = current is not None and not current.response_complete  # pyright: ignore[reportUnnecessaryComparison] (none before the first request)
        if under_way and (self._in_head or self.pipeline or current.response_started):
            self._close()
            return
        if under_way:
            # The application waits for the rest of the body, and hears that nothing more comes.
            current.disconnected = True
            current.message_event.set()
        else:
            self.told(error.slug)
        self.transport.write(_written(error))
        self._close()

    def _close(self) -> None:
        """Send what is written, let the caller read it, and hang up whatever it does."""
        self._refused = True
        self._within(None)
        if self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)


def bounded_protocol(refused: OnRefused | None) -> type[BoundedProtocol]:
    """Return the protocol that tells `refused` what it answers by itself."""

    class Told(BoundedProtocol):
        def told(self, slug: str) -> None:
            if refused is not None:
                refused(slug)

    return Told


def _is_unambiguous(headers: list[tuple[bytes, bytes]], version: str) -> bool:
    """Tell whether everybody sees the same request, with the same end, in these headers."""
    deciding = [(name, value) for name, value in headers if name in SINGLE]
    found = dict(deciding)
    coding = found.get(b"transfer-encoding")
    if coding is not None and (version == "1.0" or coding.lower() != b"chunked"):
        return False
    return len(found) == len(deciding) and (b"host" in found or version == "1.0")


def _written(error: MadoguchiError) -> bytes:
    body = problem_of(error).model_dump_json().encode()
    headers = (
        f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return STATUS_LINE[error.status] + headers.encode("ascii") + body
