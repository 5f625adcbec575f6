"""`python -m proofs.faults.skewed SECONDS MODULE ARGUMENT…`: a host whose clock is wrong.

The unchanged program runs with a clock that is SECONDS ahead of the database's. The simulation's
own offset is something else: it shifts both alike.
"""

import runpy
import sys
from datetime import datetime, timedelta

from madoguchi_wire.clock import SystemClock


def main(seconds: float, module: str, arguments: list[str]) -> None:
    """Run a module whose clock is wrong."""
    true = SystemClock.now

    def wrong(self: SystemClock) -> datetime:
        return true(self) + timedelta(seconds=seconds)

    SystemClock.now = wrong
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
