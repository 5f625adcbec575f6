"""Free TCP ports of this machine that stay ours."""

import socket

_held: list[int] = []
"""Sockets that keep the ports given out, open until this process ends."""


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody else on this machine will be given.

    The port stays bound by a socket of ours that never listens. While it is, the system hands the
    port to no other program, but a server of ours may still listen on it, because servers set
    SO_REUSEADDR. So two test runs side by side never meet, and a killed child gets its port back.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port: int = holder.getsockname()[1]
        _held.append(holder.detach())
    return port
