"""A disk that is full: no file of a process may grow any more."""

import resource
from pathlib import Path


def fill_disk(pid: int, file: Path) -> None:
    """Let a running process write no byte beyond the present end of its file."""
    size = file.stat().st_size if file.exists() else 0
    _limit(pid, size)


def free_disk(pid: int) -> None:
    """Let files grow again."""
    _limit(pid, resource.RLIM_INFINITY)


def _limit(pid: int, size: int) -> None:
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))
