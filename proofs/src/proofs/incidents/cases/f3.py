"""F3: the temporary file of Kawasaki."""

from typing import ClassVar

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA
from proofs.incidents.stage import Stage


class F3(Incident):
    """Two requests of one second have the same temporary file."""

    name: ClassVar = "F3"
    where: ClassVar = "川崎市 2023-05"
    fault: ClassVar = "temporary file named by the second: the later overwrites the earlier"
    without: ClassVar = ("read-back", "way-back")

    def set_up(self, stage: Stage) -> None:
        """Buy from a vendor with two processes that name files by the second."""
        stage.buy_from_vendor(ICHIKAWA, "named_by_second", processes=2)
