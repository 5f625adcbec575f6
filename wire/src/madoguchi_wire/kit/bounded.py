"""Reading what another server sends: all of it, and never more than we want."""

import aiohttp


class TooMuch(Exception):
    """The other side sent more than it may."""


async def read_at_most(response: aiohttp.ClientResponse, maximum_bytes: int) -> bytes:
    """Return the whole body.

    Raises:
        TooMuch: it is longer than `maximum_bytes`.
        aiohttp.ClientError: it broke off.

    """
    parts = bytearray()
    async for part in response.content.iter_any():
        parts += part
        if len(parts) > maximum_bytes:
            raise TooMuch()
    return bytes(parts)
