"""F2, Adachi 2023: the records are synchronised while papers are made from them.

The synchronisation writes the rows of its table anew, one by one, and the index over them at the
end. A paper looks its person up in the index, reads some other tables, and then reads the row.
What exactly happened in Adachi was never told in public; this is one way in which it can.
"""

import threading
import time
from collections.abc import Sequence

from municipal_adapter.records.model import SealStatus

from proofs.incidents.vendor.press import Asked
from proofs.incidents.vendor.program import Paper, Workshop

EVERY_S = 0.3
ROW_S = 0.004
READING_S = 0.06


class LiveSync:
    """A table of persons that is written anew again and again."""

    def __init__(self, workshop: Workshop) -> None:
        self._press = workshop.press
        records = workshop.press.town.records
        self._rows = [
            person for person, seal in records.seals.items() if seal.status is SealStatus.ACTIVE
        ]
        self._index = _index(self._rows)
        threading.Thread(target=self._synchronise_for_ever, daemon=True).start()

    def paper(self, asked: Asked) -> Paper:
        """Return a paper of whoever stands in the row by now."""
        row = self._index.get(asked["person"])
        time.sleep(READING_S)
        person = asked["person"] if row is None else self._rows[row]
        if person == asked["person"]:
            return Paper(self._press.image(asked).pdf, struck=False)
        return Paper(self._press.printed(self._press.content(asked, person)), struck=True)

    def _synchronise_for_ever(self) -> None:
        while True:
            time.sleep(EVERY_S)
            came_in_first = [*self._rows[-1:], *self._rows[:-1]]
            for row, person in enumerate(came_in_first):
                self._rows[row] = person  # the fault: papers are made meanwhile
                time.sleep(ROW_S)
            self._index = _index(self._rows)
            self._press.town.version += 1


def _index(rows: Sequence[str]) -> dict[str, int]:
    return {person: row for row, person in enumerate(rows)}


def make(workshop: Workshop) -> LiveSync:
    """Return the program."""
    return LiveSync(workshop)
