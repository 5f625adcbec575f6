"""Many papers are judged side by side, with the same result and few in memory."""

import asyncio

from checker.checks.attestations import verified_attestations
from checker.checks.persons import People
from checker.checks.reading import Question, Reading, judged
from checker.evidence.evidence import Evidence, gather
from checker.fault import FaultName
from checker.testing import Planted

ROUNDS = 60


def _questions(evidence: Evidence) -> list[Question]:
    attestations = verified_attestations(evidence)
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    return [
        Question(paper, issuances[paper.issuance], attestations[paper.issuance], None)
        for paper in evidence.papers
    ]


def test_processes_find_what_one_finds_in_the_same_order(planted: Planted) -> None:
    first = planted.issuance("kind = 'resident_record' AND municipality = '122033'")
    other = planted.issuance("kind = 'seal_registration'")
    planted.paper(first).write_bytes(planted.paper(other).read_bytes())
    evidence = asyncio.run(gather(planted.installation, [planted.papers]))
    questions = _questions(evidence) * ROUNDS
    people = People(evidence.register)
    alone = [fault for question in questions for fault in judged(question, people)]
    told: list[str] = []
    with Reading(evidence.register, len(questions), told.append, told_every=100) as reading:
        together = list(reading.faults(questions))
    assert together == alone
    assert sum(fault.name is FaultName.PAPER_ALTERED for fault in alone) == ROUNDS
    assert told[-1].endswith(f"of {len(questions)} papers read")
    assert len(told) == len(questions) // 100
