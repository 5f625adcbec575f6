"""F7: the two servers of Takamatsu."""

from typing import ClassVar

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA
from proofs.incidents.stage import Stage


class F7(Incident):
    """A program for one server runs on two that share their spool."""

    name: ClassVar = "F7"
    where: ClassVar = "高松市 2024-04"
    fault: ClassVar = "single-server program on two servers that share a spool"
    without: ClassVar = ("read-back", "way-back")

    def set_up(self, stage: Stage) -> None:
        """Buy from a vendor with two servers."""
        stage.buy_from_vendor(ICHIKAWA, "one_server", processes=2)
