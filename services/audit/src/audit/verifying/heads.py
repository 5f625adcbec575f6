"""What witnesses say they saw last as of a moment: asked of their adapters, or read from a file."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import aiohttp
from madoguchi_wire.adapter_api import ShownHead
from madoguchi_wire.clock import JAPAN, instant_text
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.stamps import Head
from pydantic import ValidationError

from audit.verifying.faults import Fault, Name

SETTLE = timedelta(minutes=1)
"""How long a stamp and its events may take to arrive; witnesses are asked as of so long ago."""
_SECONDS = aiohttp.ClientTimeout(total=10)
_LARGEST_BYTES = 64 * 1024
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


@dataclass(frozen=True)
class SaidHeads:
    """Heads, and which of the witnesses that were asked gave none."""

    tokens: tuple[str, ...] = ()
    away: tuple[Fault, ...] = ()


def moment_of_heads(now: datetime, last_day: date | None = None) -> datetime:
    """Return as of when witnesses are asked: the end of a period, or as good as now."""
    settled = now - SETTLE
    return settled if last_day is None else min(settled, end_of_day(last_day))


def end_of_day(day: date) -> datetime:
    """Return the last moment of a day of Japan's."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), JAPAN)
    return midnight - timedelta(milliseconds=1)


async def asked_heads(witnesses: Mapping[str, str], as_of: datetime) -> SaidHeads:
    """Ask witnesses by address; whoever gives no head of its own is named."""
    async with aiohttp.ClientSession(timeout=_SECONDS) as http:
        said = await asyncio.gather(*(_ask(http, *one, as_of) for one in witnesses.items()))
    return SaidHeads(
        tuple(one for one in said if isinstance(one, str)),
        tuple(one for one in said if isinstance(one, Fault)),
    )


async def _ask(
    http: aiohttp.ClientSession, municipality: str, address: str, as_of: datetime
) -> str | Fault:
    which = {"municipality": municipality, "as_of": instant_text(as_of)}
    try:
        async with http.get(
            f"{address}/v1/stamps/head", params=which, allow_redirects=False
        ) as answer:
            if answer.status != 200:
                return _away(municipality, f"it answers {answer.status}")
            body = await answer.content.read(_LARGEST_BYTES)
        head = ShownHead.model_validate_json(body).head
        said = Head.parsed(unverified_payload(head))
    except (aiohttp.ClientError, TimeoutError, ValidationError, SignatureRefused) as error:
        return _away(municipality, f"{type(error).__name__}: is its adapter running?")
    if said.municipality != municipality:
        return _away(municipality, f"the answer is by {said.municipality}")
    return head


def _away(municipality: str, why: str) -> Fault:
    what = f"it says not what it saw last ({why})"
    return Fault(Name.HEAD_MISSING, what, witness=municipality)


def heads_in(path: Path) -> Sequence[str]:
    """Read heads from a file: tokens, or answers of `/v1/stamps/head` as they came."""
    return _TOKEN.findall(path.read_text("ascii"))
