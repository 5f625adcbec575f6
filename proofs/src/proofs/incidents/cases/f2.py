"""F2: the synchronisation of Adachi."""

from typing import ClassVar

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA
from proofs.incidents.stage import Stage


class F2(Incident):
    """Records are written anew while papers are made from them."""

    name: ClassVar = "F2"
    where: ClassVar = "足立区 2023-03"
    fault: ClassVar = "records are synchronised while papers are made from them"
    without: ClassVar = ("one-version", "record-beside", "read-back", "way-back")

    def set_up(self, stage: Stage) -> None:
        """Buy from a vendor that synchronises while it prints."""
        stage.buy_from_vendor(ICHIKAWA, "live_sync")
