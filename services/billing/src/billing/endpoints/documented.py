"""What every endpoint needs, and how a document is answered."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from madoguchi_wire.kit.commands import connected_to
from madoguchi_wire.kit.pool import Connection
from pydantic import BaseModel

from billing.documents.csv import Encoding
from billing.documents.rendering import MEDIA_TYPES, Format, rendered
from billing.documents.sheet import Sheet
from billing.parts import Parts


async def parts_of(request: Request) -> Parts:
    """Return the parts of this process."""
    parts: Parts = request.app.state.parts
    return parts


Shared = Annotated[Parts, Depends(parts_of)]


@asynccontextmanager
async def writer(parts: Parts) -> AsyncGenerator[Connection]:
    """Give a connection of its own to whoever writes: when it ends, so does the writers' lock."""
    settings = parts.settings
    async with connected_to(
        settings.database_url, settings.common.clock_offset, "madoguchi-billing"
    ) as connection:
        yield connection


DOCUMENTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in MEDIA_TYPES.values()}}
}


async def document(
    name: str, body: BaseModel, sheet: Sheet, kind: Format, encoding: Encoding
) -> Response:
    """Return a document in the format that was asked for; raises NotInEncoding."""
    charset = f"; charset={encoding}" if kind == "csv" else ""
    made = await asyncio.to_thread(rendered, body, sheet, kind, encoding)
    return file(made, f"{name}.{kind}", f"{MEDIA_TYPES[kind]}{charset}")


def file(content: bytes, name: str, media_type: str) -> Response:
    """Return a file that no cache keeps; its name has numbers and codes of the address alone."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(content, media_type=media_type, headers=headers)


def as_before(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Return the response of an endpoint that made nothing new."""
    return {200: {"model": model, "description": "It was done before; nothing is new"}}
