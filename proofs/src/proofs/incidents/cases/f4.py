"""F4: the second page of Tokushima."""

from typing import ClassVar

from local_stack.visits import Visit
from madoguchi_wire.order import Kind

from proofs.incidents.incident import Incident
from proofs.incidents.load import CARDS, ICHIKAWA, Load
from proofs.incidents.stage import Stage


class F4(Incident):
    """Of several stapled pages the second is another person's."""

    name: ClassVar = "F4"
    where: ClassVar = "徳島市 2023-03"
    fault: ClassVar = "of several stapled pages the second is another person's"
    without: ClassVar = ("read-back", "way-back")

    def set_up(self, stage: Stage) -> None:
        """Buy from a vendor that prints a page for each person, and staples."""
        stage.buy_from_vendor(ICHIKAWA, "stapler", persons_a_page=1)

    def plan(self, stage: Stage, load: Load) -> list[Visit]:
        """Let those come who do not live alone, for all of their household."""
        town = next(one for one in stage.installation.towns if one.records.code == ICHIKAWA)
        cards = [
            holder.name
            for holder in town.holders
            if holder.name in CARDS and len(town.records.household_of(holder.resident).members) > 1
        ]
        return load.visits(cards=cards, kinds=[Kind.RESIDENT_RECORD], persons="all")
