"""The plan: every kind of fault at every target that it has, and who does each."""

from dataclasses import dataclass
from random import Random

from local_stack.installation.facts import MUNICIPALITIES

from proofs.soak.acts import lines, people, processes
from proofs.soak.operators import CommandFailed
from proofs.soak.stage import GATEWAYS, Stage
from proofs.soak.strike import Act, NotStruck, Scene, Strike

ACTS: dict[str, Act] = {
    "kill": processes.kill,
    "clock": processes.skew,
    "disk": processes.fill,
    "cut": lines.cut,
    "hold": lines.hold,
    "slow": lines.slow,
    "answers lost": lines.lose_answers,
    "late": lines.stall,
    "mixed up": lines.exchange,
    "power": people.power,
    "away": people.away,
    "not mine": people.not_mine,
    "stop": people.stop,
}
_ADAPTERS = tuple(f"adapter-{code}" for code in MUNICIPALITIES)
_KILLED = (*GATEWAYS, *_ADAPTERS, "relay", "stamper", "postgres")


_TIMES = 4
"""How often a fault is done until something feels it: the load may happen to pass by."""


@dataclass
class Striker:
    """Does the faults, one after the other, and mends each."""

    scene: Scene

    async def strike(self, strike: Strike) -> int:
        """Do a fault, let it last, and mend it; again if nothing felt it; return how much did.

        Raises:
            NotStruck: it could not be done, or nothing felt it.

        """
        try:
            for _ in range(_TIMES):
                if effect := await ACTS[strike.kind](self.scene, strike.target):
                    return effect
        except CommandFailed as fault:
            raise NotStruck(str(fault)) from fault
        raise NotStruck("nothing felt it")


def plan(stage: Stage, choice: Random) -> list[Strike]:
    """Return every fault at every target once, in an order of the seed's."""
    names = stage.line_names
    strikes = [Strike("kill", target) for target in _KILLED]
    strikes += [Strike(kind, line) for kind in ("cut", "hold", "slow") for line in names]
    strikes += [Strike("answers lost", line) for line in names[:-2]]
    strikes += [Strike("power", "terminals")] * 3
    strikes += [Strike("clock", GATEWAYS[1]), Strike("disk", "relay")]
    # These last for as long as a deadline does, or close a city: one of each.
    strikes += [Strike(kind, choice.choice(stage.adapter_lines)) for kind in ("late", "mixed up")]
    strikes += [Strike("away", "terminals"), Strike("not mine", "terminals")]
    strikes += [Strike("stop", choice.choice(MUNICIPALITIES))]
    choice.shuffle(strikes)
    return strikes
