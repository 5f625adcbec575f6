"""F9: the replaced font of Sanda."""

from typing import ClassVar

from checker.evidence.evidence import Evidence
from checker.evidence.register import CardRegister
from local_stack.folders import VAR

from proofs.incidents.glyphs import draws_otherwise
from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA
from proofs.incidents.shiba import SHIBA, in_shiba, other_font
from proofs.incidents.stage import Stage


class F9(Incident):
    """The font file on the printing machine was replaced: 芝 comes out as 蛸."""

    name: ClassVar = "F9"
    where: ClassVar = "三田市 2020"
    fault: ClassVar = "the font file was replaced, so that 芝 is drawn as 蛸"
    without: ClassVar = ("read-back", "way-back")

    def set_up(self, stage: Stage) -> None:
        """Let everybody live in 芝見本町, and buy from a vendor with the other font."""
        font = other_font(VAR / "incidents" / "fonts")
        stage.buy_from_vendor(ICHIKAWA, "other_font", shiba=True, font=font)
        path = stage.installation.layout.register
        register = CardRegister.model_validate_json(path.read_bytes())
        moved = [
            one.model_copy(update={"address": in_shiba(one.address)})
            if one.municipality == ICHIKAWA
            else one
            for one in register.persons
        ]
        path.write_text(register.model_copy(update={"persons": tuple(moved)}).model_dump_json())

    def wrong(self, stage: Stage, evidence: Evidence) -> set[str]:
        """Return papers on which 芝 is another character to the eye."""
        del evidence
        papers = stage.installation.layout.terminals.glob("*/papers/*.pdf")
        return {path.stem for path in papers if draws_otherwise(path.read_bytes(), SHIBA)}
