"""Machines that know what must never happen at them."""

from dataclasses import dataclass, field

from store_terminal_sim.core.effects import Effect, UseCard
from store_terminal_sim.driver.failures import Moment
from store_terminal_sim.driver.machine import Machine


@dataclass
class WatchedMachine(Machine):
    """Notes what goes against the rules while it happens, by what lies in it and nothing else."""

    wrongs: list[str] = field(default_factory=list[str])
    in_hands: set[str] = field(default_factory=set[str])
    """Issuances whose paper a cardholder took away as theirs."""
    life: int = 0
    """How often power came."""
    occupied: bool = False
    """Whether the printer moved, and nobody has looked into the tray since."""
    _paid_in: dict[str, int] = field(default_factory=dict[str, int])

    def take(self, issuance: str, yen: int) -> bool:
        """Take coins, and note in which life."""
        self._paid_in[issuance] = self.life
        return super().take(issuance, yen)

    def print(self, issuance: str, document: bytes) -> bool:
        """Print, and note what should have kept it from doing so."""
        if self.occupied:
            self.wrongs.append("printed onto a paper that nobody had taken")
        if self._paid_in[issuance] != self.life:
            self.wrongs.append("printed after a restart what was paid before it")
        self.occupied = True
        return super().print(issuance, document)

    def taken(self, issuance: str) -> None:
        """Note who has it now."""
        self.occupied = False
        self.in_hands.add(issuance)
        super().taken(issuance)

    def clear_tray(self) -> None:
        """Note that somebody looked."""
        self.occupied = False
        super().clear_tray()

    def watch(self, effect: Effect, moment: Moment) -> None:
        """Note a session that begins too early."""
        if isinstance(effect, UseCard) and moment == "before" and self.occupied:
            self.wrongs.append("a session was opened before the staff looked into the tray")
