"""How long it takes, and whether the adapter is a witness. Tried last, when others have asked."""

from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.verdicts import Failed, NotTried

_LONGEST_S = 10.0


async def in_time(at: Sitting) -> None:
    """Look at the slowest paper of this run."""
    if not at.seconds:
        raise NotTried("no paper has come out")
    if max(at.seconds) > _LONGEST_S:
        raise Failed(f"each paper within {_LONGEST_S:.0f} s", f"one after {max(at.seconds):.1f} s")


async def witness(_: Sitting) -> None:
    """The kit makes no stamps."""
    raise NotTried("the kit makes no stamps: docs/audit tells what a witness holds them against")


CHECKS = {"AD-95": in_time, "AD-96": witness}
