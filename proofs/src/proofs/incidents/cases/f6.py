"""F6: the machine in the hall of Munakata."""

from typing import Any, ClassVar

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA
from proofs.incidents.older_build import make_older_build
from proofs.incidents.stage import Stage


class F6(Incident):
    """The fix of F1 was applied everywhere but on one node."""

    name: ClassVar = "F6"
    where: ClassVar = "宗像市 2023-06"
    fault: ClassVar = "F1's print queue behind a node that still runs the build before the fix"
    without: ClassVar = ("allowed-builds",)

    def set_up(self, stage: Stage) -> None:
        """Put the older node before the one that is up to date."""
        stage.buy_from_vendor(ICHIKAWA, "print_queue")
        older = make_older_build(stage.folder / "older", lacks=("read-back", "way-back"))
        address = stage.add_node(ICHIKAWA, "older", PYTHONPATH=str(older))

        def before(body: dict[str, Any]) -> None:
            body["adapters"].insert(0, address)

        stage.change_municipality_file(ICHIKAWA, before)
