"""Counting how often a fault really struck."""

import os
from pathlib import Path


class Strikes:
    """A line for each, in a file that several processes append to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, issuance: str) -> None:
        """Note that what this issuance gets is wrong."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{issuance}\n".encode())
        finally:
            os.close(descriptor)

    def count(self) -> int:
        """Return how many issuances were struck."""
        if not self._path.exists():
            return 0
        return len(set(self._path.read_text().split()))
