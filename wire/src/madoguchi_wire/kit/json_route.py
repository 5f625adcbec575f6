"""JSON bodies with one meaning: of the right media type, read by `strict_json`."""

from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from madoguchi_wire.encoding import strict_json
from madoguchi_wire.errors import RequestRefused, UnsupportedMediaType

_UTF_8 = ("utf-8", "utf8")


class JsonRoute(APIRoute):
    """The `route_class` of every router of ours: FastAPI's own would take duplicated names."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler behind our reading of the body."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def read_strictly(request: Request) -> Response:
            once = _JsonRequest(request.scope, request.receive)
            if await once.body():
                check_media_type(once, "application/json")
                await once.json()
            return await handle(once)

        return read_strictly


class _JsonRequest(Request):
    """A request whose body is read once, strictly, whoever asks for it."""

    async def json(self) -> Any:  # noqa: ANN401 (any JSON value)
        if not hasattr(self, "_json"):
            try:
                self._json = strict_json(await self.body())
            except ValueError as error:
                # The words of the error may repeat what was sent.
                raise RequestRefused(
                    "The body is not JSON (RFC 8259) in UTF-8, without a byte order mark and with"
                    " each name once in its object."
                ) from error
        return self._json


def check_media_type(request: Request, wanted: str) -> None:
    """Pass if the body is said to be of the media type, in UTF-8 if it says a charset.

    Raises:
        UnsupportedMediaType: it is of another, or of none.

    """
    text = request.headers.get("content-type", "application/octet-stream")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType()
    if text == wanted:
        return
    said = Message()
    said["content-type"] = text
    if said.get_content_type() != wanted or said.get_content_charset("utf-8") not in _UTF_8:
        raise UnsupportedMediaType()
