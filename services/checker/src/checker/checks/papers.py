"""One paper for each completed issuance, none for others, and each one judged page by page.

There may be more papers than memory holds: they are read one by one, by all processors.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from checker.checks.attestations import verified_attestations
from checker.checks.life import is_completed
from checker.checks.reading import Question, Reading
from checker.evidence.evidence import Evidence
from checker.fault import Fault, FaultName


def check_papers(
    evidence: Evidence, told: Callable[[str], None] = lambda _progress: None
) -> Iterator[Fault]:
    """Find papers that are missing, too many, altered, mixed up or about another person.

    Args:
        evidence: everything.
        told: hears how many papers have been read, now and then.

    """
    known = {issuance.issuance_id for issuance in evidence.books.issuances}
    counted = Counter(paper.issuance for paper in evidence.papers)
    for issuance in filter(is_completed, evidence.books.issuances):
        if counted[issuance.issuance_id] != 1:
            what = f"it is completed, and there are {counted[issuance.issuance_id]} papers"
            yield Fault(name=FaultName.PAPER_MISSING, where=issuance.issuance_id, what=what)
    for paper in evidence.papers:
        if paper.issuance not in known:
            what = "there is a paper and no issuance"
            yield Fault(name=FaultName.PAPER_WITHOUT_ISSUANCE, where=paper.issuance, what=what)
    with Reading(evidence.register, len(evidence.papers), told) as reading:
        yield from reading.faults(_questions(evidence))


def _questions(evidence: Evidence) -> Iterator[Question]:
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    attestations = verified_attestations(evidence)
    askings = {asking.issuance: asking for asking in evidence.askings}
    for paper in evidence.papers:
        issuance = issuances.get(paper.issuance)
        if issuance is not None:
            told, asked = attestations.get(paper.issuance), askings.get(paper.issuance)
            yield Question(paper, issuance, told, asked)
