"""F5: the cancelled seals of Niigata, Saitama and Kumamoto."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from checker.evidence.askings import Askings
from checker.evidence.evidence import Evidence
from local_stack.installation.cards import Town
from local_stack.ports import free_port
from local_stack.visits import Visit, Visits
from madoguchi_wire.order import Kind
from municipal_adapter.synthetic.export import (
    batch_header,
    batch_lines,
    changes_header,
    write_file,
)

from proofs.incidents.incident import Incident
from proofs.incidents.link import LinkSettings
from proofs.incidents.load import CARDS, ICHIKAWA, Ended, Load, serve_all
from proofs.incidents.stage import Stage

CANCELLED = 8
"""Seals that the register cancels, of people who come."""
_LOOKS_S = 0.1
_UNTIL_IMPORTED_S = 1.5


class F5(Incident):
    """The erasure of a cancelled seal does not reach the copy that certificates are made from."""

    name: ClassVar = "F5"
    where: ClassVar = "新潟市・さいたま市・熊本市 2020–2023"
    fault: ClassVar = "the erasure of a cancelled seal does not reach the issuing copy"
    without: ClassVar = ("record-faults",)

    def __init__(self) -> None:
        self._cancelled_at: datetime | None = None
        self._cancelled: set[str] = set()

    def set_up(self, stage: Stage) -> None:
        """Let records come as files, through the link."""
        register, copy = stage.folder / "register", stage.folder / "copy"
        register.mkdir()
        copy.mkdir()
        town, now = _town(stage), stage.clock.now()
        write_file(
            copy / "batch.jsonl", batch_header(town.records, 0, now), batch_lines(town.records)
        )
        records = {"source": "files", "folder": str(copy), "poll_seconds": _LOOKS_S}
        limit = {"records": records, "records_maximum_age_seconds": 3600}
        stage.change_adapter_file(ICHIKAWA, lambda body: body.update(limit))
        strikes = stage.folder / "strikes.txt"
        settings = LinkSettings(source=register, target=copy, strikes=strikes)
        file, port = stage.folder / "link.json", free_port()
        file.write_text(settings.model_dump_json(), "utf-8")
        arguments = ["-m", "proofs.incidents.link", str(file), str(port)]
        stage.add_broken("link", arguments, f"http://127.0.0.1:{port}/")

    def plan(self, stage: Stage, load: Load) -> list[Visit]:
        """Let everybody come for the certificate of their seal."""
        del stage
        return load.visits(kinds=[Kind.SEAL_REGISTRATION])

    async def happen(self, stage: Stage, visits: Visits, loads: Sequence[Load]) -> list[Ended]:
        """Let some come, then the register cancels seals, then the others."""
        first, *then = loads
        ended = await serve_all(visits, self.plan(stage, first))
        self._cancel(stage)
        await asyncio.sleep(_UNTIL_IMPORTED_S)
        for load in then:
            ended += await serve_all(visits, self.plan(stage, load))
        return ended

    def wrong(self, stage: Stage, evidence: Evidence) -> set[str]:
        """Return certificates of seals that were cancelled in the register before the order."""
        del stage
        papers = {paper.issuance for paper in evidence.papers}
        askings = Askings(evidence.askings or ())
        return {
            one.issuance_id
            for one in evidence.books.issuances
            if one.issuance_id in papers
            and (asking := askings.of(one)) is not None
            and self._cancelled.issuperset(asking.members)
            and self._cancelled_at is not None
            and one.accepted_at > self._cancelled_at
        }

    def _cancel(self, stage: Stage) -> None:
        """Cancel seals in the register, which writes that down among other changes."""
        town = _town(stage)
        holders = [one for one in town.holders if one.name in CARDS[:CANCELLED]]
        self._cancelled = {one.resident for one in holders}
        self._cancelled_at = stage.clock.now()
        seals = [town.records.seals[one.resident].registration_number for one in holders]
        events = [_moved(town, 1), *(_erased(key, n) for n, key in enumerate(seals, start=2))]
        events.append(_moved(town, len(events) + 1))
        header = changes_header(ICHIKAWA, 1, len(events), self._cancelled_at)
        write_file(stage.folder / "register" / f"1-{len(events)}.jsonl", header, events)


def _town(stage: Stage) -> Town:
    return next(one for one in stage.installation.towns if one.records.code == ICHIKAWA)


def _erased(key: str, sequence: int) -> dict[str, Any]:
    return {"line": "event", "sequence": sequence, "act": "erase", "what": "seal", "key": key}


def _moved(town: Town, sequence: int) -> dict[str, Any]:
    """A change that says nothing new, of a household that nobody of the crowd lives in."""
    household = town.records.households[-1]
    record = {
        "household_id": household.household_id,
        "address": household.address,
        "head_name": household.head_name,
    }
    event = {"line": "event", "sequence": sequence, "act": "change", "what": "household"}
    return event | {"key": household.household_id, "record": record}
