"""Forgets expired answers of all municipalities of a process, one after the other."""

import asyncio
from collections.abc import Sequence

import structlog

from municipal_adapter.claims.claims import Claims

ROUND = 32
"""Databases that are looked at in a turn whatever this process kept in them: what a replica left
that is gone is found in a round. A process may serve a thousand, and must not connect to all."""
PAUSE_S = 0.1
"""Between two of many databases: a connection stays for a moment after it was of use, and those of
a thousand at once would be more than their server takes."""
_log = structlog.get_logger()


class Sweep:
    """Goes through the claims of a process."""

    def __init__(self, claims: Sequence[Claims], pause_s: float = PAUSE_S) -> None:
        self._claims, self._pause_s = claims, pause_s
        self._begin = 0

    async def turn(self) -> None:
        """Forget in those that are due; one that fails is told, and the others go on."""
        in_turn = {(self._begin + ahead) % len(self._claims) for ahead in range(ROUND)}
        self._begin = (self._begin + ROUND) % len(self._claims)
        for number, claims in enumerate(self._claims):
            if number in in_turn or claims.may_hold_answers:
                try:
                    await claims.forget_expired()
                except Exception as error:
                    _log.error("answers_not_forgotten", kind=type(error).__name__)
                if len(self._claims) > ROUND:
                    await asyncio.sleep(self._pause_s)
