"""Where the services of an installation find each other."""

from dataclasses import dataclass

from local_stack.installation.facts import MUNICIPALITIES
from local_stack.ports import free_port

PORT = 8000
"""What every service listens on where each has a host of its own."""


@dataclass(frozen=True)
class Addresses:
    """Base addresses."""

    authority: str
    gateways: tuple[str, ...]
    adapters: dict[str, str]
    relay: str
    stamper: str
    audit: str
    billing: str


def on_loopback() -> Addresses:
    """Return free ports of this machine."""
    return Addresses(
        authority=_loopback(),
        gateways=(_loopback(), _loopback()),
        adapters={code: _loopback() for code in MUNICIPALITIES},
        relay=_loopback(),
        stamper=_loopback(),
        audit=_loopback(),
        billing=_loopback(),
    )


def by_name() -> Addresses:
    """Return a host for each service, named as in `deploy/compose.yaml`."""
    return Addresses(
        authority=f"http://card-authority:{PORT}",
        gateways=(f"http://gateway-1:{PORT}", f"http://gateway-2:{PORT}"),
        adapters={code: f"http://adapter-{code}:{PORT}" for code in MUNICIPALITIES},
        relay=f"http://relay:{PORT}",
        stamper=f"http://stamper:{PORT}",
        audit=f"http://audit:{PORT}",
        billing=f"http://billing:{PORT}",
    )


def _loopback() -> str:
    return f"http://127.0.0.1:{free_port()}"
