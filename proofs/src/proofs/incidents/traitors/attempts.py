"""What a traitor tries at a terminal; each attempt tells whether it got what it is not owed."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from madoguchi_wire.errors import NotForThisKey
from madoguchi_wire.reports import (
    Completed,
    Money,
    NotMine,
    Paid,
    Rejected,
    ReportBody,
    Voided,
    VoidReason,
)
from store_terminal_sim.core.problems import GatewayRefused, TerminalError

from proofs.incidents.traitors.hands import Hands, OwnOrder

_REFUNDED = Voided(reason=VoidReason.PRINT_FAILED, money=Money.REFUNDED)
_REJECTED = Rejected(what="nothing", attestation_sha256="0" * 64, ciphertext_sha256="0" * 64)
_COPIES, _LEAST = 5, 5
_AGAIN = 1_000_000
"""A report's number that it uses more than once."""


@dataclass(frozen=True)
class OthersIssuance:
    """Somebody else's issuance; in truth a terminal never learns of it."""

    issuance: str
    terminal: str


@dataclass
class Attempts:
    """All that one traitor tries."""

    hands: Hands
    others: Callable[[], Awaitable[Sequence[OthersIssuance]]]
    chance: random.Random
    tried: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    """By the gateway, by name of the attempt."""
    reached: Counter[str] = field(default_factory=Counter[str])
    """What it was not owed, by name of the attempt."""
    printed: int = 0

    async def go_on(self, ended: Callable[[], bool]) -> None:
        """Try everything, at least some times, until it has ended; then cry that all is wrong.

        The floods come last, as they freeze this terminal's own path.
        """
        everything, times = self._everything(), 0
        while times < _LEAST or not ended():
            times += 1
            for name in self.chance.sample(sorted(everything), len(everything)):
                await self._try(name, everything[name])
        await self._try("a flood of false rejections", self._flood_of_rejections)
        await self._try("a flood of 'not mine'", self._flood_of_not_mine)

    def _everything(self) -> dict[str, Callable[[], Awaitable[bool]]]:
        about_others: dict[str, ReportBody] = {
            "another's paper is completed": Completed(pages=1),
            "another's paper is void": _REFUNDED,
            "another's fee is paid": Paid(yen=250),
            "another's document is rejected": _REJECTED,
            "another's paper is not theirs": NotMine(),
        }
        attempts = {name: self._about_another(body) for name, body in about_others.items()}
        return attempts | {
            "a report in another terminal's name": self._in_anothers_name,
            "another's document": self._anothers_document,
            "another's access token": self._anothers_token,
            "completed without pay": self._without_pay,
            "paid with nothing": self._paid_nothing,
            "a refund after the paper": self._refund_after_the_paper,
            "an order for the second time": self._order_again,
            "an old order in a new session": self._old_order,
            "a report's number for the second time": self._number_again,
        }

    async def _try(self, name: str, attempt: Callable[[], Awaitable[bool]]) -> None:
        self.tried[name] += 1
        try:
            self.reached[name] += await attempt()
        except (GatewayRefused, TerminalError):
            self.refused[name] += 1

    def _about_another(self, body: ReportBody) -> Callable[[], Awaitable[bool]]:
        async def attempt() -> bool:
            other = await self._other()
            await self.hands.report(other.issuance, body)
            return True

        return attempt

    async def _in_anothers_name(self) -> bool:
        other = await self._other()
        await self.hands.report(other.issuance, _REFUNDED, of=other.terminal)
        return True

    async def _anothers_document(self) -> bool:
        other, own = await self._other(), await self.hands.order()
        sealed = await self.hands.ciphertext(other.issuance)
        try:
            self.hands.opened(own, sealed, other.issuance)
        except NotForThisKey:
            return False  # it has the bytes, and they say nothing to it
        return True

    async def _anothers_token(self) -> bool:
        other = await self._other()
        await self.hands.token_of(other.terminal)
        return True

    async def _without_pay(self) -> bool:
        own = await self._delivered()
        answer = await self.hands.report(_id(own), Completed(pages=own.pages))
        return answer.state == "completed"

    async def _paid_nothing(self) -> bool:
        own = await self._delivered()
        return (await self.hands.report(_id(own), Paid(yen=0))).go

    async def _refund_after_the_paper(self) -> bool:
        own = await self._bought()
        return (await self.hands.report(_id(own), _REFUNDED)).state != "completed"

    async def _order_again(self) -> bool:
        own = await self.hands.order()
        body = self.hands.order_like(own)
        self.hands.ordered += 1
        first = await self.hands.send_order(own, body)
        second = await self.hands.send_order(own, body)
        return first.issuances != second.issuances

    async def _old_order(self) -> bool:
        old, new = await self.hands.order(), await self.hands.order()
        await self.hands.send_order(new, self.hands.order_like(old))
        return True

    async def _number_again(self) -> bool:
        own = await self._delivered()
        await self.hands.report(_id(own), Paid(yen=0), sequence=_AGAIN)
        await self.hands.report(_id(own), Paid(yen=1), sequence=_AGAIN)
        return True

    async def _flood_of_rejections(self) -> bool:
        own = await self.hands.order(_COPIES)
        for issued in own.placed.answer.issuances:
            await self.hands.ciphertext(str(issued.issuance))
        for issued in own.placed.answer.issuances:
            await self.hands.report(str(issued.issuance), _REJECTED)
        return False

    async def _flood_of_not_mine(self) -> bool:
        others = await self.others()
        for other in self.chance.sample(list(others), min(_COPIES, len(others))):
            await self.hands.report(other.issuance, NotMine())
        return True

    async def _delivered(self) -> OwnOrder:
        own = await self.hands.order()
        await self.hands.ciphertext(_id(own))
        return own

    async def _bought(self) -> OwnOrder:
        """Buy a paper as everybody does."""
        own, machine = await self.hands.order(), self.hands.started.machine
        pdf = self.hands.opened(own, await self.hands.ciphertext(_id(own)), _id(own))
        machine.take(_id(own), own.first.fee)
        if not (await self.hands.report(_id(own), Paid(yen=own.first.fee))).go:
            machine.refund(_id(own))
            raise TerminalError("no go")
        machine.print(_id(own), pdf)
        self.printed += 1
        await self.hands.report(_id(own), Completed(pages=own.pages))
        return own

    async def _other(self) -> OthersIssuance:
        return self.chance.choice(list(await self.others()))


def _id(own: OwnOrder) -> str:
    return str(own.first.issuance)
