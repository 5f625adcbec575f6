"""A member's command line, run in this process: an interpreter less to wait for."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from unittest.mock import patch

Main = Callable[[list[str]], int]


@dataclass(frozen=True)
class Said:
    """The exit code of a command, and what it wrote."""

    code: int
    out: str
    errors: str


async def run_command(main: Main, environment: Mapping[str, str], *arguments: str) -> Said:
    """Run a command with variables added to ours; only one command at a time."""
    out, errors = StringIO(), StringIO()
    with patch.dict(os.environ, environment), redirect_stdout(out), redirect_stderr(errors):
        # In a thread, as commands run event loops of their own.
        code = await asyncio.to_thread(_exit_code, main, list(arguments))
    return Said(code, out.getvalue(), errors.getvalue())


def _exit_code(main: Main, arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as asked:  # argparse ends like that
        return asked.code if isinstance(asked.code, int) else 1
