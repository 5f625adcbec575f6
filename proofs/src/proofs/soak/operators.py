"""Named persons at the centre, who stop, release and decide by the product's own commands."""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from local_stack.installation.facts import GATEWAY_NAME

from proofs.soak.stage import Stage

_UNTIL_HEARD_S = 0.3
_LOOKS = 5
_HELD = """
    SELECT issuance_id::text AS issuance, delivered_at IS NULL AS unseen
    FROM issuances WHERE state = 'quarantined'
"""
_STOPS = "SELECT stop_id || ':' || strikes AS stop FROM stops WHERE released_at IS NULL"
_NAMED = (
    "--by",
    "a.drill@centre.example",
    "--reason",
    "a drill: the cause was planned and is over",
)


class CommandFailed(Exception):
    """A command of the gateway did not do what it should; the text is its own."""


@dataclass
class Operators:
    """They have a console of their own, whatever is cut."""

    stage: Stage

    async def stop(self, municipality: str) -> None:
        """Stop a municipality."""
        await self._gateway("stop", municipality, *_NAMED)

    async def clear_up(self, finding: str = "cause-mended") -> int:
        """Decide what is held, release every stop; return how many issuances were decided."""
        held = await self.stage.rows(_HELD)
        await asyncio.gather(*(self._void(row["issuance"], unseen=row["unseen"]) for row in held))
        await self._release(finding)
        return len(held)

    async def _release(self, finding: str) -> None:
        for look in range(_LOOKS):
            stops = [row["stop"] for row in await self.stage.rows(_STOPS)]
            if not stops:
                return
            try:
                await self._gateway("release", *stops, "--finding", finding, *_NAMED)
            except CommandFailed:
                # One of them was struck again since: it has to be looked at once more.
                if look == _LOOKS - 1:
                    raise
                continue
            await asyncio.sleep(_UNTIL_HEARD_S)
            return

    async def _void(self, issuance: str, *, unseen: bool) -> None:
        # Nobody pays for what no terminal ever had.
        money = "not_taken" if unseen else "refunded"
        await self._gateway("decide", issuance, "voided", "--money", money, *_NAMED)

    async def _gateway(self, *arguments: str) -> None:
        facts = self.stage.system.installation.facts
        environment = os.environ | {
            "MADOGUCHI_ENVIRONMENT": "development",
            "MADOGUCHI_CLOCK_OFFSET_SECONDS": repr(facts.clock_offset_seconds),
            "GATEWAY_DATABASE_URL": facts.gateway_database,
            "GATEWAY_NAME": GATEWAY_NAME,
        }
        code, said = await _run([sys.executable, "-m", "gateway", *arguments], environment)
        if code != 0:
            raise CommandFailed(f"gateway {arguments[0]}: {said}")


async def _run(argv: Sequence[str], environment: dict[str, str]) -> tuple[int, str]:
    child = await asyncio.create_subprocess_exec(
        *argv,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await child.communicate()
    return child.returncode or 0, said.decode("utf-8", "replace").strip()
