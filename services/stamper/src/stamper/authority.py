"""A time-stamp authority (RFC 3161): it signs when a stamp existed."""

from collections.abc import Sequence

import aiohttp
from cryptography import x509
from madoguchi_wire.errors import ServiceUnavailable
from madoguchi_wire.kit.bounded import read_at_most
from madoguchi_wire.timestamps import REQUEST_TYPE, TimestampRequest

from stamper.evidence import Bare, StampEvidence

_MOST_BYTES = 64 * 1024


class AskedAuthority:
    """The authority at one address."""

    def __init__(
        self,
        address: str,
        roots: Sequence[x509.Certificate],
        *,
        http: aiohttp.ClientSession,
        evidence: StampEvidence,
    ) -> None:
        self._address, self._roots = address, roots
        self._http, self._evidence = http, evidence

    @property
    def name(self) -> str:
        """How operators know it."""
        return "timestamp-authority"

    async def lacking(self, after: int) -> Sequence[Bare]:
        """Return the next incomplete stamps without a time stamp."""
        return await self._evidence.untimed(after)

    async def ask(self, stamp: Bare) -> None:
        """Have the token of a stamp time-stamped.

        Raises:
            MadoguchiError: it refuses, or what it signed does not hold.
            aiohttp.ClientError, TimeoutError: it does not answer.

        """
        request = TimestampRequest(stamp.token)
        headers = {"content-type": REQUEST_TYPE}
        async with self._http.post(self._address, data=request.body, headers=headers) as answer:
            body = await read_at_most(answer, _MOST_BYTES)
            if answer.status != 200:
                raise ServiceUnavailable(f"It answers {answer.status}.")
        await self._evidence.timestamped(stamp.number, request.token_in(body, self._roots))
