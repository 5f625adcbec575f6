"""Revocation lists of the card authorities: fetched beside the requests, judged by their age."""

import asyncio
from datetime import timedelta
from pathlib import Path

import aiohttp
import structlog

from madoguchi_wire.card_certificates import RevocationList
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import RevocationUnknown
from madoguchi_wire.kit.bounded import TooMuch, read_at_most
from madoguchi_wire.kit.card_authorities import AcceptedAuthority

_FETCH_SECONDS = 10
_MAXIMUM_BYTES = 64 * 1024 * 1024
_log = structlog.get_logger()


class Revocation:
    """Knows whether a card certificate is revoked; does not know, does not pass."""

    def __init__(
        self,
        authorities: list[AcceptedAuthority],
        http: aiohttp.ClientSession,
        clock: Clock,
        maximum_age: timedelta,
    ) -> None:
        self._authorities = authorities
        self._http = http
        self._clock = clock
        self._maximum_age = maximum_age
        self._lists: dict[str, RevocationList] = {}

    async def refresh(self) -> None:
        """Fetch every list again; one that cannot be had leaves the last one, which ages."""
        await asyncio.gather(*(self._fetch(accepted) for accepted in self._authorities))

    def check(self, authority: str, serial: int) -> None:
        """Pass if this card certificate is good now.

        Raises:
            CardCertificateRevoked: revoked.
            CardCertificateOnHold: on temporary hold.
            RevocationUnknown: no list, or one that is older than the maximum age.

        """
        known = self._lists.get(authority)
        if known is None:
            raise RevocationUnknown()
        known.check(serial, self._clock.now(), self._maximum_age)

    def fault(self) -> str | None:
        """Say in words which list is missing or stale; None if all are fresh."""
        names = [accepted.authority.name for accepted in self._authorities]
        stale = [name for name in names if not self._fresh(name)]
        if not stale:
            return None
        return f"no fresh revocation list of {', '.join(stale)}: is its address reachable?"

    def _fresh(self, name: str) -> bool:
        known = self._lists.get(name)
        return known is not None and known.is_fresh(self._clock.now(), self._maximum_age)

    async def _fetch(self, accepted: AcceptedAuthority) -> None:
        name = accepted.authority.name
        try:
            fetched = RevocationList(await self._bytes(accepted.crl), accepted.authority)
        except (OSError, TimeoutError, aiohttp.ClientError, TooMuch, RevocationUnknown) as error:
            _log.warning("revocation_list_not_fetched", authority=name, kind=type(error).__name__)
            return
        known = self._lists.get(name)
        # An older list, however genuine, must not bring a revoked certificate back.
        if known is None or fetched.issued_at >= known.issued_at:
            self._lists[name] = fetched

    async def _bytes(self, source: str) -> bytes:
        if not source.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(source).read_bytes)
        timeout = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
        async with self._http.get(source, timeout=timeout) as answer:
            answer.raise_for_status()
            return await read_at_most(answer, _MAXIMUM_BYTES)
