"""Everything around the terminal but the network: machine, cardholder and journal."""

from dataclasses import dataclass
from typing import Any

from store_terminal_sim.core import effects
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.machine import Machine
from store_terminal_sim.journal import Journal

LocalEffect = (
    effects.Write
    | effects.UseCard
    | effects.ChooseMembers
    | effects.TakeMoney
    | effects.Refund
    | effects.Print
    | effects.HandOver
    | effects.AcknowledgeTray
    | effects.CountCash
    | effects.CollectCash
    | effects.AskCollected
    | effects.RefillPaper
    | effects.Show
)


@dataclass
class Counter:
    """Answers every effect that needs no network; asyncio and gevent drivers share it."""

    machine: Machine
    journal: Journal
    cardholder: Cardholder | None = None
    """Nobody, while the terminal recovers or counts its cash."""
    staff: bool = False
    """Whether somebody of the store stands there, who looks into the tray when asked to."""

    def answer(self, effect: LocalEffect) -> Any:  # noqa: ANN401 (each effect names its answer)
        """Carry an effect out and return its answer.

        Raises:
            PinWrong, CardLocked: the card refuses.
            ValueError: the effect needs a cardholder and nobody stands there.

        """
        match effect:
            case effects.Write():
                return self.journal.append(effect.entry, durable=effect.durable)
            case effects.TakeMoney():
                return self.machine.take(effect.issuance, effect.yen)
            case effects.Refund():
                return self.machine.refund(effect.issuance)
            case effects.Print():
                return self.machine.print(effect.issuance, effect.document)
            case effects.Show():
                return self.cardholder.watch(effect) if self.cardholder else None
            case effects.UseCard() | effects.ChooseMembers() | effects.HandOver():
                return self._of_person(effect)
            case _:
                return self._of_staff(effect)

    def _of_staff(
        self,
        effect: effects.CountCash
        | effects.CollectCash
        | effects.AskCollected
        | effects.RefillPaper
        | effects.AcknowledgeTray,
    ) -> int | bool | None:
        match effect:
            case effects.CountCash():
                return self.machine.cash()
            case effects.CollectCash():
                return self.machine.collect(effect.collection)
            case effects.AskCollected():
                return self.machine.collections.get(effect.collection)
            case effects.RefillPaper():
                return self.machine.refill(effect.sheets)
            case effects.AcknowledgeTray():
                return self._tray_cleared()

    def _of_person(
        self,
        effect: effects.UseCard | effects.ChooseMembers | effects.HandOver,
    ) -> Any:  # noqa: ANN401 (each effect names its answer)
        if self.cardholder is None:
            raise ValueError("Nobody stands at the terminal.")
        match effect:
            case effects.UseCard():
                return self.cardholder.use_card(effect.message)
            case effects.ChooseMembers():
                return self.cardholder.choose(effect.household)
            case effects.HandOver():
                if mine := self.cardholder.recognise(effect.document):
                    self.machine.taken(effect.issuance)
                return mine

    def _tray_cleared(self) -> bool:
        cleared = self.staff or (self.cardholder is not None and self.cardholder.staff_clear_tray)
        if cleared:
            self.machine.clear_tray()
        return cleared
