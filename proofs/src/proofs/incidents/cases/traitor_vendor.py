"""The vendor's server means harm."""

from typing import ClassVar

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA
from proofs.incidents.stage import Stage


class TraitorVendor(Incident):
    """Other people's papers, pages, seals and records, and hidden text."""

    name: ClassVar = "traitor-vendor"
    where: ClassVar = ""
    fault: ClassVar = "gives away others' papers, pages, seals and records, and hidden text"
    without: ClassVar = ("record-beside", "read-back", "way-back")

    def set_up(self, stage: Stage) -> None:
        """Buy from the traitor."""
        stage.buy_from_vendor(ICHIKAWA, "traitor")
