"""The trust list: verified with the pinned root, fetched again now and then, never rolled back."""

from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.keys import KeySet
from madoguchi_wire.trust_list import TrustList, check_trust_list, signed_trust_list

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
    token = response.body.decode("ascii", errors="replace").strip()
    trust, keys = _signed(token, _pem(terminal.identity.trust_root))
    now, seen = terminal.clock.now(), terminal.memory.trust_list_version
    check_trust_list(trust, now, terminal.identity.environment, seen)
    if trust.version > terminal.memory.trust_list_version:
        yield from terminal.keep(TrustListSeen(version=trust.version))
    fetch_again_at = terminal.clock.now() + FETCH_EVERY
    terminal.trust = HeldTrustList(trust, keys, fetch_again_at)
    return terminal.trust


@lru_cache(maxsize=2)
def _signed(token: str, root_pem: bytes) -> tuple[TrustList, KeySet]:
    # A list of hundreds of keys takes 20 ms and a megabyte: a fleet in one process shares it.
    root = serialization.load_pem_public_key(root_pem)
    if not isinstance(root, ec.EllipticCurvePublicKey):
        raise TypeError("The pinned trust root is not an elliptic-curve key.")
    trust = signed_trust_list(token, root)
    return trust, trust.key_set()


def _pem(root: ec.EllipticCurvePublicKey) -> bytes:
    return root.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
