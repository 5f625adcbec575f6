"""F1: the print queue of Yokohama."""

from typing import ClassVar

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA
from proofs.incidents.stage import Stage


class F1(Incident):
    """A time limit releases the turn alone; the request takes the next person's print image."""

    name: ClassVar = "F1"
    where: ClassVar = "横浜市 2023-03"
    fault: ClassVar = "print queue: the time limit releases the lock, not the request"
    without: ClassVar = ("read-back", "way-back")

    def set_up(self, stage: Stage) -> None:
        """Buy from a vendor with this queue."""
        stage.buy_from_vendor(ICHIKAWA, "print_queue")
