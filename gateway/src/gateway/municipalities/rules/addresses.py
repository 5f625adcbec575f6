"""Section `adapters`: where a municipality's adapters are, and which addresses are refused."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import inet_aton
from typing import Annotated
from urllib.parse import urlsplit

from gateway.municipalities.rules.part import Spelled

Address = Annotated[
    str,
    Spelled(
        r"https?://[A-Za-z0-9.:\[\]_-]+",
        "no base address: write https://host or https://host:port, and nothing behind it",
    ),
]
"""Of a municipality's adapter; paths come behind it."""
_HERE = "the gateway's own machine"
_METADATA_NAMES = {"metadata", "metadata.google.internal", "instance-data"}
_METADATA = (
    ip_network("169.254.0.0/16"),
    ip_network("fe80::/10"),
    ip_network("fd00:ec2::254/128"),
    ip_network("100.100.100.200/32"),
    ip_network("168.63.129.16/32"),
    ip_network("192.0.0.192/32"),
)
"""Link-local, and where clouds hand out the machine's own credentials."""
_NAT64 = ip_network("64:ff9b::/96")
_MEND = "write the address of the municipality's adapter, in LGWAN or on the Internet"


def fault_of_address(address: str, *, development: bool) -> str | None:
    """Say what is wrong with an address, and what to write, or None.

    Addresses inside networks are private in LGWAN, and so allowed. What a name means is not asked:
    files are checked without a network.

    Args:
        address: as the file has it.
        development: this machine's own, and http, are allowed.

    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        return "is no address: write https://host or https://host:port"
    where = _inside(host.rstrip("."))
    if where is not None and not (development and where == _HERE):
        return f"points to {where}: {_MEND}"
    if not address.startswith("https://") and not development:
        return "is not encrypted: write https:// instead of http://"
    return None


def _inside(host: str) -> str | None:
    if host == "localhost" or host.endswith(".localhost"):
        return _HERE
    if host in _METADATA_NAMES:
        return "a cloud's metadata"
    number = _number(host)
    return None if number is None else _kind_of(number)


def _kind_of(number: IPv4Address | IPv6Address) -> str | None:
    if any(number in network for network in _METADATA):
        return "link-local addresses or a cloud's metadata"
    if number.is_loopback or number.is_unspecified or number in ip_network("0.0.0.0/8"):
        return _HERE
    if number.is_multicast or number == IPv4Address("255.255.255.255"):
        return "many machines at once"
    return None


def _number(host: str) -> IPv4Address | IPv6Address | None:
    """Return the number that a host is, by any of its spellings: 127.1 and 2130706433, too."""
    try:
        number = ip_address(host)
    except ValueError:
        try:
            return IPv4Address(inet_aton(host)) if host[:1].isdigit() else None
        except OSError:
            return None
    if isinstance(number, IPv4Address):
        return number
    if number in _NAT64:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number
