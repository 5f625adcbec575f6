"""All adapters, each municipality on lanes of its own."""

import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeVar

import aiohttp
from pydantic import BaseModel

from gateway.adapters.asking import ask
from gateway.adapters.lane import Lane

_A = TypeVar("_A", bound=BaseModel)


class Errand(StrEnum):
    """What an adapter is asked for; each has a lane of its own."""

    WORK = "work"
    """A cardholder waits: prepare, household."""
    OUTCOME = "outcome"
    """Nobody waits."""


class Adapters:
    """Asks adapters; what one municipality's do is felt by nobody else."""

    def __init__(
        self, http: aiohttp.ClientSession, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin.

        Args:
            http: for all calls.
            now: a clock that never goes back, in seconds.

        """
        self._http, self._now = http, now
        self._lanes: dict[tuple[str, Errand], Lane] = {}

    def lane(self, municipality: str, errand: Errand) -> Lane:
        """Return a municipality's lane in this replica."""
        lane = self._lanes.get((municipality, errand))
        if lane is None:
            lane = self._lanes[municipality, errand] = Lane(municipality)
        return lane

    async def ask(
        self,
        municipality: str,
        errand: Errand,
        adapters: Sequence[str],
        path: str,
        request: str,
        answer: type[_A],
        seconds: float,
    ) -> _A:
        """Post a signed request to a municipality's adapters, within `seconds`.

        Raises:
            AdapterBusy: as many as may be are under way already.
            AdapterPaused: its adapters failed too often just now.
            MadoguchiError: as `asking.ask`.

        """
        lane = self.lane(municipality, errand)
        with lane.taken(self._now):
            lane.budget.pay_in()
            return await ask(self._http, adapters, path, request, answer, seconds, lane.budget.take)
