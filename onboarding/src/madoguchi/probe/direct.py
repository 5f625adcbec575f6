"""The first part of a probe: each address of the adapter, asked from the centre's machine."""

from dataclasses import dataclass

import aiohttp
from gateway.municipalities.rules.configuration import MunicipalityFile
from madoguchi_wire.clock import Clock
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.trust_list import TrustList
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.terminal import TerminalIdentity

from madoguchi.conformance.asking import LONGEST_S, Asking
from madoguchi.conformance.verdicts import Failed
from madoguchi.probe import addresses, clock, refusals, trusted
from madoguchi.probe.trying import Question, Trying

ANSWERS = Question(
    "direct",
    "it answers and is ready",
    "let those who run the adapter look at its log and at its /readyz",
)


@dataclass(frozen=True)
class Centre:
    """What the centre's machine has to probe with."""

    clock: Clock
    shifted: bool
    """Whether a simulation shifts it."""
    development: bool
    trust: TrustList
    identity: TerminalIdentity
    """Of the test terminal."""
    card: VirtualCard
    """The test person's."""


async def probe_directly(centre: Centre, body: MunicipalityFile, trying: Trying) -> None:
    """Try everything that can be tried without a gateway."""
    now = centre.clock.now()
    await trying.holds(trusted.KEYS, "", trusted.check_keys(body, centre.trust, now))
    await trying.holds(trusted.BUILDS, "", trusted.check_builds(body, centre.trust))
    for address in body.adapters:
        points = addresses.check_address(address, development=centre.development)
        if not await trying.holds(addresses.POINTS, address, points):
            continue
        if await trying.holds(addresses.TLS, address, addresses.check_tls(address, now)):
            await _ask(centre, address, body.code, trying)


async def _ask(centre: Centre, address: str, code: str, trying: Trying) -> None:
    timeout = aiohttp.ClientTimeout(total=LONGEST_S)
    connector = aiohttp.TCPConnector(ssl=addresses.trusting())
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        # No key of a gateway is at hand here, and none is needed: all of it must be refused.
        asking = Asking(http, address, code, SigningKey.generate())
        if not await trying.holds(ANSWERS, address, _answers(asking)):
            return
        right = clock.check_clock(asking, centre.clock, shifted=centre.shifted)
        await trying.holds(clock.CLOCK, address, right)
        who = (centre.identity, centre.card)
        unsigned = refusals.refuses_unsigned(asking, *who)
        await trying.holds(refusals.UNSIGNED, address, unsigned)
        unknown = refusals.refuses_unknown_key(asking, *who)
        await trying.holds(refusals.UNKNOWN_KEY, address, unknown)
        elsewhere = refusals.answers_for_its_own_alone(asking)
        await trying.holds(refusals.ELSEWHERE, address, elsewhere)


async def _answers(asking: Asking) -> str:
    await clock.beacon_of(asking)
    health = await asking.get("/readyz")
    if health.status >= 500:
        raise Failed("200 from /readyz", str(health.status))
    return "ready" if health.status == 200 else "it answers, and has no /readyz"
