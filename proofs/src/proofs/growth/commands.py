"""`madoguchi onboard …`, as somebody at the centre types it, while this process goes on."""

import asyncio
import os
import sys
import time
from pathlib import Path

from local_stack.installation.facts import GATEWAY_NAME
from local_stack.installation.make import Installation


class CommandFailed(Exception):
    """A command did not end well; with what it said."""


async def onboard(installation: Installation, log: Path, *arguments: str) -> float:
    """Run a command to its end; return how many seconds it took.

    Raises:
        CommandFailed: it ended with another exit code than 0.

    """
    began = time.monotonic()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "madoguchi",
        "onboard",
        *arguments,
        env=os.environ | _environment(installation),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    with log.open("ab") as file:
        file.write(b"$ madoguchi onboard " + " ".join(arguments).encode() + b"\n" + said)
    if child.returncode != 0:
        raise CommandFailed(f"onboard {arguments[0]}: {said.decode(errors='replace')[-2000:]}")
    return time.monotonic() - began


def _environment(installation: Installation) -> dict[str, str]:
    layout, facts = installation.layout, installation.facts
    return {
        "MADOGUCHI_ENVIRONMENT": "development",
        "MADOGUCHI_CLOCK_OFFSET_SECONDS": repr(facts.clock_offset_seconds),
        "GATEWAY_DATABASE_URL": facts.gateway_database,
        "GATEWAY_NAME": GATEWAY_NAME,
        "GATEWAY_TRUST_LIST": str(layout.trust_list),
        "GATEWAY_TRUST_ROOT": str(layout.trust_root),
        "GATEWAY_LIVE_WITHOUT_REPORT": "true",
    }
