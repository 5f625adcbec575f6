"""The trust list: verified with the pinned root, fetched again now and then, never rolled back."""

from datetime import datetime, timedelta

from madoguchi_wire.trust_list import verified_trust_list

from store_terminal_sim.core.calls import Call, send
from store_terminal_sim.core.effects import Flow
from store_terminal_sim.core.entries import TrustListSeen
from store_terminal_sim.core.terminal import HeldTrustList, Terminal

FETCH_EVERY = timedelta(minutes=5)


def current_trust_list(terminal: Terminal, deadline: datetime) -> Flow[HeldTrustList]:
    """Return the trust list, fetched if the held one is older than five minutes.

    Raises:
        GatewayRefused, GatewaySilent: it cannot be fetched.
        SignatureRefused: another root, environment or time, or older than one seen before.

    """
    held, now = terminal.trust, terminal.clock.now()
    if held is not None and now < held.fetch_again_at and now <= held.trust.expires_at:
        return held
    response = yield from send(terminal, lambda: Call("GET", "/v1/trust-list"), deadline)
    trust = verified_trust_list(
        response.body.decode("ascii", errors="replace").strip(),
        terminal.identity.trust_root,
        terminal.clock.now(),
        terminal.identity.environment,
        terminal.memory.trust_list_version,
    )
    if trust.version > terminal.memory.trust_list_version:
        yield from terminal.keep(TrustListSeen(version=trust.version))
    fetch_again_at = terminal.clock.now() + FETCH_EVERY
    terminal.trust = HeldTrustList(trust, trust.key_set(), fetch_again_at)
    return terminal.trust
