"""What the endpoints of one process share."""

from dataclasses import dataclass

from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.pool import Pool

from audit.settings import Settings


@dataclass(frozen=True)
class Parts:
    """Pool, clock and settings."""

    settings: Settings
    pool: Pool
    clock: Clock
