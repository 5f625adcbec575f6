"""An adapter's address: where it points, and its TLS certificate as the gateway verifies it."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from gateway.municipalities.rules.addresses import fault_of_address

from madoguchi.conformance.verdicts import Failed
from madoguchi.probe.trying import Question

POINTS = Question(
    "direct", "its address is one of an adapter", "correct `adapters` in the municipality's file"
)
TLS = Question(
    "direct",
    "its TLS certificate is trusted, of its name, and good for 30 days",
    "let those who run the adapter's machine install another TLS certificate: of this very name,"
    " from an authority that the gateway trusts (SSL_CERT_FILE), valid for more than 30 days",
)
LEFT = timedelta(days=30)
"""A certificate must be good for as long as a report counts."""
_CONNECT_S = 5
_WORDS = {
    9: "a certificate that is not valid yet",
    10: "a certificate that has expired",
    18: "a certificate that it signed itself",
    19: "a certificate from an authority that is not trusted",
    20: "a certificate from an authority that is not trusted, or without those between",
    62: "a certificate of another name",
    64: "a certificate of another address",
}
"""By OpenSSL's number (X509_V_ERR_…)."""


def trusting() -> ssl.SSLContext:
    """Return what the gateway verifies adapters by: the system's, or SSL_CERT_FILE."""
    return ssl.create_default_context()


async def check_address(address: str, *, development: bool) -> str:
    """Pass if an adapter may be there; raises Failed."""
    fault = fault_of_address(address, development=development)
    if fault is None and not development:
        fault = fault_of_found(await _found(address))
    if fault is not None:
        raise Failed("an address outside this machine, by https", f"it {fault}")
    return ""


def fault_of_found(addresses: Iterable[str]) -> str | None:
    """Say what is wrong with the IP addresses that a name means, or None: files cannot ask that."""
    hosts = (f"[{one}]" if ":" in one else one for one in addresses)
    faults = (fault_of_address(f"https://{host}", development=False) for host in hosts)
    return next((fault for fault in faults if fault is not None), None)


async def _found(address: str) -> list[str]:
    parts = urlsplit(address)
    loop, port = asyncio.get_running_loop(), parts.port or 443
    try:
        found = await loop.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Failed("a name that this machine finds", "none") from None
    return [str(one[4][0]).partition("%")[0] for one in found]


async def check_tls(address: str, now: datetime) -> str:
    """Return until when the certificate is good; raises Failed, naming what is wrong with it."""
    parts = urlsplit(address)
    if parts.scheme == "http":
        return "not encrypted, as development allows"
    not_after = await _not_after(parts.hostname or "", parts.port or 443)
    if not_after < now + LEFT:
        seen = f"a certificate that expires on {not_after:%Y-%m-%d}"
        raise Failed(f"one that is good for {LEFT.days} days", seen)
    return f"good until {not_after:%Y-%m-%d}"


async def _not_after(host: str, port: int) -> datetime:
    wanted = "a trusted certificate of this name, in its time"
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(host, port, ssl=trusting())
    except ssl.SSLCertVerificationError as error:
        raise Failed(wanted, _WORDS.get(error.verify_code, error.verify_message)) from None
    except ssl.SSLError as error:
        raise Failed("TLS", f"something else ({error.reason})") from None
    except OSError as error:
        raise Failed("a machine that answers there", type(error).__name__) from None
    certificate = writer.get_extra_info("ssl_object").getpeercert()
    writer.close()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
