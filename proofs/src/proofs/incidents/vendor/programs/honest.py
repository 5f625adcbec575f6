"""No incident: each paper is the one that was asked for, however many are asked for at once."""

from proofs.incidents.vendor.press import Asked, Press
from proofs.incidents.vendor.program import Paper, Workshop


class Honest:
    """A program that works."""

    def __init__(self, press: Press) -> None:
        self._press = press

    def paper(self, asked: Asked) -> Paper:
        """Return the right paper."""
        return Paper(self._press.image(asked).pdf, struck=False)


def make(workshop: Workshop) -> Honest:
    """Return the program."""
    return Honest(workshop.press)
