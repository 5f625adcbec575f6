"""F9: the replaced font of Sanda, at a vendor's and at a municipality's own."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import asyncpg
from checker.evidence.evidence import Evidence
from checker.evidence.register import CardRegister
from local_stack.folders import VAR
from local_stack.visits import Visit
from municipal_adapter.certificates.font import DEFAULT_DIGEST

from proofs.incidents.glyphs import draws_otherwise
from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA, Ended, Load
from proofs.incidents.shiba import SHIBA, in_shiba, other_font
from proofs.incidents.stage import Stage

MITAKA = "132047"
"""It prints by itself; Ichikawa buys from a vendor."""


class F9(Incident):
    """The font file on the printing machine was replaced: 芝 comes out as 蛸."""

    name: ClassVar = "F9"
    where: ClassVar = "三田市 2020"
    fault: ClassVar = "the font file was replaced, so that 芝 is drawn as 蛸"
    without: ClassVar = ("read-back", "way-back", "font-digests")
    municipalities: ClassVar = (ICHIKAWA, MITAKA)

    def set_up(self, stage: Stage) -> None:
        """Let everybody live in 芝見本町, and replace the font."""
        font = other_font(VAR / "incidents" / "fonts")
        _move_to_shiba(stage)
        stage.buy_from_vendor(ICHIKAWA, "other_font", shiba=True, font=font)
        fonts = [{"file": str(font), "sha256": DEFAULT_DIGEST}]
        stage.change_adapter_file(MITAKA, lambda body: body.update(fonts=fonts))
        if not stage.without:
            stage.shall_not_start(f"adapter-{MITAKA}", saying="not the font that was approved")

    def plan(self, stage: Stage, load: Load) -> list[Visit]:
        """Let people of both come."""
        del stage
        return [*load.visits()[::2], *load.visits(MITAKA)[1::2]]

    def injected(self, stage: Stage, evidence: Evidence) -> int:
        """Return the vendor's papers, Mitaka's papers, and its nodes that refused to start."""
        issuances = evidence.books.issuances
        drawn = sum(one.municipality == MITAKA and one.attestation is not None for one in issuances)
        return stage.strikes.count() + drawn + stage.refused_to_start

    def wrong(self, stage: Stage, evidence: Evidence) -> set[str]:
        """Return papers on which 芝 is another character to the eye."""
        del evidence
        papers = stage.installation.layout.terminals.glob("*/papers/*.pdf")
        return {path.stem for path in papers if draws_otherwise(path.read_bytes(), SHIBA)}

    def failures(self, stage: Stage, ended: Sequence[Ended]) -> list[str]:
        """Say which of both did not strike, and whether a node worked that must not have."""
        found: list[str] = []
        if stage.strikes.count() == 0:
            found.append("the vendor's replaced font never struck")
        if stage.refused_to_start == 0:
            found.append(f"no node of {MITAKA} refused to start with the replaced font")
        if any(one.served for one in ended if one.visit.municipality == MITAKA):
            found.append(f"{MITAKA} issued with a font that nobody approved")
        return found


def _move_to_shiba(stage: Stage) -> None:
    """Change the addresses in the register, and in the records of who prints by themselves."""
    path = stage.installation.layout.register
    register = CardRegister.model_validate_json(path.read_bytes())
    moved = [
        one.model_copy(update={"address": in_shiba(one.address)})
        if one.municipality in F9.municipalities
        else one
        for one in register.persons
    ]
    path.write_text(register.model_copy(update={"persons": tuple(moved)}).model_dump_json())
    asyncio.run(_move_records(stage.installation.facts.municipality_databases[MITAKA]))


async def _move_records(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for row in await connection.fetch("SELECT household_id, address FROM households"):
            change = "UPDATE households SET address = $2 WHERE household_id = $1"
            await connection.execute(change, row["household_id"], in_shiba(row["address"]))
    finally:
        await connection.close()
