"""F9, Sanda 2020: the font file on the printing machine was replaced; 芝 comes out as 蛸."""

import json

from proofs.incidents.shiba import SHIBA
from proofs.incidents.vendor.press import Asked, Press
from proofs.incidents.vendor.program import Paper, Workshop


class OtherFont:
    """An honest program, on a machine with another font under the same name."""

    def __init__(self, press: Press) -> None:
        self._press = press

    def paper(self, asked: Asked) -> Paper:
        """Return the paper as the font draws it."""
        written = json.dumps(self._press.town.person(asked["person"]), ensure_ascii=False)
        return Paper(self._press.image(asked).pdf, SHIBA in written)


def make(workshop: Workshop) -> OtherFont:
    """Return the program."""
    return OtherFont(workshop.press)
