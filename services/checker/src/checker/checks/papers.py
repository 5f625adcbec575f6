"""One paper for each completed issuance, none for others, and each one judged page by page.

There may be more papers than memory holds: they are read one by one, by all processors.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from checker.checks.attestations import verified_attestations
from checker.checks.life import is_completed
from checker.checks.reading import Question, Reading
from checker.evidence.askings import Askings
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
    known = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    askings = Askings(evidence.askings or ())
    counted = Counter(paper.issuance for paper in evidence.papers)
    for issuance in filter(is_completed, evidence.books.issuances):
        if counted[issuance.issuance_id] != 1:
            what = f"it is completed, and there are {counted[issuance.issuance_id]} papers"
            yield Fault(name=FaultName.PAPER_MISSING, where=issuance.issuance_id, what=what)
    for paper in evidence.papers:
        if paper.issuance not in known:
            what = "there is a paper and no issuance"
            yield Fault(name=FaultName.PAPER_WITHOUT_ISSUANCE, where=paper.issuance, what=what)
            continue
        seen = askings.stood_there(paper.issuance)
        if seen is not None and seen.order != known[paper.issuance].order_digest:
            what = "it came out while somebody stood there who had ordered something else"
            yield Fault(name=FaultName.ASKED_BY_ANOTHER, where=paper.issuance, what=what)
    with Reading(evidence.register, len(evidence.papers), told) as reading:
        yield from reading.faults(_questions(evidence, askings))


def _questions(evidence: Evidence, askings: Askings) -> Iterator[Question]:
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    attestations = verified_attestations(evidence)
    for paper in evidence.papers:
        issuance = issuances.get(paper.issuance)
        if issuance is not None:
            told = attestations.get(paper.issuance)
            yield Question(paper, issuance, told, askings.of(issuance))
