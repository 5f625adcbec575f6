"""The judgement over a run: papers in the trays against the register, coins against papers."""

import asyncio
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from checker.checks.attestations import check_attestations
from checker.checks.ledger import check_ledger
from checker.checks.lives import check_lives
from checker.checks.metering import check_metering
from checker.checks.papers import check_papers
from checker.evidence.evidence import Evidence, gather
from checker.fault import WRONG_PERSON, Fault, FaultName
from local_stack.installation.layout import Layout
from store_terminal_sim.driver.machine import Machine

_WRONG = WRONG_PERSON - {FaultName.SHOWN_OTHERWISE}
"""Without our drawing anew a vendor's right paper has more than text, lines and pictures, too: that
alone makes no paper wrong here. With our defences on it is a failure of its own."""
_OTHERS = (check_lives, check_attestations, check_metering, check_ledger)


@dataclass(frozen=True)
class Judgement:
    """What the independent checker and the coins say."""

    evidence: Evidence
    wrong: frozenset[str]
    """Issuances whose paper shows somebody to somebody else."""
    charged: frozenset[str]
    """Issuances that took money and gave no paper."""
    others: tuple[Fault, ...]
    """Everything else that does not hold."""


def judge(layout: Layout) -> Judgement:
    """Judge an installation by what lies in trays and coin boxes."""
    folders = sorted(layout.terminals.iterdir())
    papers = [folder / "papers" for folder in folders if (folder / "papers").is_dir()]
    evidence = asyncio.run(gather(layout.folder, papers))
    shown = list(check_papers(evidence))
    wrong = frozenset(fault.where for fault in shown if fault.name in _WRONG)
    others = [fault for fault in shown if fault.name not in _WRONG]
    others += [fault for check in _OTHERS for fault in check(evidence)]
    held = {one.issuance_id for one in evidence.books.issuances if one.state == "quarantined"}
    return Judgement(
        evidence=evidence,
        wrong=wrong,
        charged=frozenset(_charged(folders, evidence)),
        others=tuple(one for one in others if not _waits(one, held)),
    )


def _waits(fault: Fault, held: Set[str]) -> bool:
    """Tell whether a fault says only that what is held waits for a named person, as it must."""
    return fault.name is FaultName.ISSUANCE_NOT_ENDED and fault.where in held


def _charged(terminals: Sequence[Path], evidence: Evidence) -> Iterator[str]:
    """Yield what was paid for and did not come out, by coins and by the books."""
    for folder in terminals:
        machine = Machine(folder)
        for issuance, yen in machine.inserted.items():
            if yen > machine.refunded.get(issuance, 0) and issuance not in machine.papers:
                yield issuance
    completed = {one.issuance_id for one in evidence.books.issuances if one.state == "completed"}
    for record in evidence.books.metering:
        if record.issuance_id not in completed:
            yield record.issuance_id
