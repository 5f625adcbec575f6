"""Where an adapter may be asked: in clear only on the machine that asks."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def checked_address(text: str) -> str:
    """Return an adapter's base address without a slash at its end.

    Raises:
        ValueError: neither https nor http to this machine, or more than a base address.

    """
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{text!r} is no address of an adapter: write https://host[:port][/path]")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("An adapter's address has no user, query or fragment.")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError(
            f"{parts.hostname} is not this machine: an adapter elsewhere is asked by https"
        )
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
