"""Secrets that lie in files."""

from pathlib import Path

_BYTES = 32


def read_secret(path: Path) -> bytes:
    """Return a secret.

    Raises:
        ValueError: it is too short; the text names the file.

    """
    secret = path.read_bytes()
    if len(secret) < _BYTES:
        raise ValueError(f"{path.name} must hold at least {_BYTES} random bytes")
    return secret
