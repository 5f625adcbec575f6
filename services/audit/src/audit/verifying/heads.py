"""What witnesses say today: asked of their adapters, or read from a file."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ValidationError

_SECONDS = aiohttp.ClientTimeout(total=10)
_LARGEST_BYTES = 64 * 1024


class _Head(BaseModel):
    countersignature: str


async def asked_heads(witnesses: Mapping[str, str]) -> Sequence[str]:
    """Return the heads of witnesses by address.

    Raises:
        ConnectionError: one does not answer; the text says which.

    """
    async with aiohttp.ClientSession(timeout=_SECONDS) as http:
        return await asyncio.gather(*(_ask(http, *one) for one in witnesses.items()))


async def _ask(http: aiohttp.ClientSession, municipality: str, address: str) -> str:
    try:
        async with http.get(f"{address}/v1/stamps/head") as answer:
            answer.raise_for_status()
            return _Head.model_validate_json(
                await answer.content.read(_LARGEST_BYTES)
            ).countersignature
    except (aiohttp.ClientError, TimeoutError, ValidationError) as error:
        raise ConnectionError(
            f"witness {municipality} gives no head ({type(error).__name__}): is its adapter"
            " running?"
        ) from None


def heads_in(path: Path) -> Sequence[str]:
    """Read heads from a file, one on each line."""
    return path.read_text("ascii").split()
