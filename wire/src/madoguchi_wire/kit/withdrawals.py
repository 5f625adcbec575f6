"""The list of withdrawn enrolments in force: fetched beside the requests, judged by its age."""

import asyncio
from datetime import datetime
from pathlib import Path

import aiohttp
import structlog

from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import MadoguchiError, ServiceUnavailable
from madoguchi_wire.keys import KeySet
from madoguchi_wire.kit.bounded import TooMuch, read_at_most
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.withdrawn import WithdrawnList, verified_withdrawn

REFRESH_S = 3.0
_FETCH_SECONDS = 5
_log = structlog.get_logger()


class Withdrawals:
    """The trusted keys, less what a registrar took back; does not know, does not pass."""

    def __init__(
        self, source: str, http: aiohttp.ClientSession, trust: Trust, clock: Clock
    ) -> None:
        """Begin without a list.

        Args:
            source: an http(s) address (the gateway's `/v1/withdrawn-enrolments`) or a file.
            http: to fetch it.
            trust: whose keys of registrars sign it.
            clock: judges its age.

        """
        self._source = source
        self._http = http
        self._trust = trust
        self._clock = clock
        self._list: WithdrawnList | None = None
        self._since: dict[str, datetime] = {}

    async def refresh(self) -> None:
        """Fetch the list again; one that does not hold leaves the last one, which ages."""
        try:
            token = (await self._bytes()).decode("ascii").strip()
            fetched = verified_withdrawn(token, self._trust.key_set, self._clock.now())
        except (
            OSError,
            TimeoutError,
            ValueError,
            aiohttp.ClientError,
            TooMuch,
            MadoguchiError,
        ) as e:
            _log.warning("withdrawn_enrolments_not_fetched", kind=type(e).__name__)
            return
        # An older list, however genuine, must not bring a lost terminal back.
        if self._list is None or fetched.number >= self._list.number:
            self._list, self._since = fetched, fetched.since()

    @property
    def key_set(self) -> KeySet:
        """The keys in force, with what was withdrawn.

        Raises:
            ServiceUnavailable: no list, or one that is too old; or no trust list.

        """
        if self.fault() is not None:
            raise ServiceUnavailable()
        return self._trust.key_set.without(self._since)

    def fault(self) -> str | None:
        """Say in words what is wrong with the list; None if nothing is."""
        if self._list is None or self._clock.now() > self._list.expires_at:
            return f"no current list of withdrawn enrolments: is {self._source} what it should be?"
        return None

    async def _bytes(self) -> bytes:
        if not self._source.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(self._source).read_bytes)
        timeout = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
        async with self._http.get(self._source, timeout=timeout) as answer:
            answer.raise_for_status()
            return await read_at_most(answer, WithdrawnList.maximum_characters)
