"""Nothing was issued, and nothing came out, that nobody was seen to ask for."""

from collections.abc import Iterator

from checker.evidence.askings import Askings
from checker.evidence.evidence import Evidence
from checker.fault import Fault, FaultName


def check_askings(evidence: Evidence) -> Iterator[Fault]:
    """Find issuances whose order nobody noted, or noted at another terminal."""
    if evidence.askings is None:
        return
    askings = Askings(evidence.askings)
    for issuance in evidence.books.issuances:
        asking = askings.ordered(issuance)
        where = issuance.issuance_id
        if asking is None:
            what = "nobody was seen to ask for it: no note has its order"
            yield Fault(name=FaultName.ASKING_MISSING, where=where, what=what)
        elif asking.terminal != issuance.terminal:
            what = "it was asked for at another terminal"
            yield Fault(name=FaultName.ASKED_BY_ANOTHER, where=where, what=what)
