"""A run that began is in the ledger, whatever ended it."""

import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from proofs.soak.ledger import BROKEN_OFF, Entry, add


@contextmanager
def kept_if_unfinished(ledger: Path, seed: int) -> Generator[None]:
    """Add a line if what is inside ends by an error or is broken off; the error goes on.

    The line names the kind of error alone: its text may say anything.
    """
    began, of = time.monotonic(), commit()
    try:
        yield
    except BaseException as error:
        ended_by = BROKEN_OFF if isinstance(error, KeyboardInterrupt) else _kind(error)
        seconds = round(time.monotonic() - began, 1)
        add(ledger, Entry.unfinished(seed, of, today(), seconds, ended_by))
        raise


def _kind(error: BaseException) -> str:
    """Return an error's kind; of a group, the kind of its first one."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return type(error).__name__


def today() -> str:
    """Return the day of a run, in UTC."""
    return datetime.now(UTC).date().isoformat()


def commit() -> str:
    """Return the commit whose code runs."""
    made = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"],  # noqa: S607 (found on the user's path)
        capture_output=True,
        text=True,
        check=False,
    )
    return made.stdout.strip() or "unknown"
