"""The gateway's ledger, row by row, against what each issuance must have moved."""

from collections import defaultdict
from collections.abc import Iterator

from checker.checks.ledger import Movement, expected_movements
from checker.evidence.rows import Transfer
from checker.reconciliation.comparing import Cell
from checker.reconciliation.model import Amount, Difference, Named, Party
from checker.reconciliation.sources import Sources

_EARNED = "fee_earned"
"""Books a completed paper's fee as its municipality's."""


def booked(sources: Sources) -> dict[Cell, Amount]:
    """Return the papers whose fee is booked, by day and municipality."""
    found: dict[Cell, Amount] = defaultdict(Amount)
    for one in sources.books.transfers:
        if one.purpose == _EARNED:
            cell = one.accepted_on, one.municipality
            found[cell] = found[cell].plus(one.yen)
    return dict(found)


def differences(sources: Sources) -> Iterator[Named]:
    """Name each row that is missing, too many, of other yen, or between other accounts."""
    left = {one[:2]: one for one in expected_movements(sources.books)}
    known = set(left)
    for row in sources.books.transfers:
        key = row.issuance_id, row.purpose
        movement = left.pop(key, None)
        if movement is None:
            yield _more(row, sources, twice=key in known)
        else:
            yield from _compared(row, movement, sources)
    for issuance, purpose, *_, yen in left.values():
        if yen > 0:  # nothing has to be booked for nothing
            what = f"the ledger has no {purpose} of it"
            yield _named(Difference.LACKS, issuance, -yen, what, sources)


def _compared(row: Transfer, movement: Movement, sources: Sources) -> Iterator[Named]:
    """Name the first of its facts that differs."""
    issuance, purpose, debit, credit, yen = movement
    known = sources.issuances[issuance]
    if (row.accepted_on, row.municipality) != (known.accepted_on, known.municipality):
        what = f"its {purpose} is of {row.accepted_on} in {row.municipality}"
        yield _named(Difference.ELSEWHERE, issuance, row.yen - yen, what, sources)
    elif (row.debit_account, row.credit_account) != (debit, credit):
        between = f"from {row.credit_account} to {row.debit_account}"
        what = f"its {purpose} moves {row.yen} yen {between}, and not from {credit} to {debit}"
        yield _named(Difference.OTHER_ACCOUNTS, issuance, row.yen - yen, what, sources)
    elif row.yen != yen:
        what = f"its {purpose} is {row.yen} yen, and must be {yen}"
        yield _named(Difference.OTHER_YEN, issuance, row.yen - yen, what, sources)


def _more(row: Transfer, sources: Sources, *, twice: bool) -> Named:
    issuance = sources.issuances.get(row.issuance_id)
    if twice:
        difference, what = Difference.HAS_TWICE, f"the ledger has more than one {row.purpose} of it"
    else:
        state = f"it is {issuance.state}" if issuance else "no such issuance is known"
        difference, what = Difference.HAS_MORE, f"the ledger has {row.purpose} of it, and {state}"
    return Named(
        party=Party.BOOKED,
        difference=difference,
        day=row.accepted_on,
        municipality=row.municipality,
        issuance=row.issuance_id,
        terminal=issuance.terminal if issuance else None,
        chain=issuance.chain if issuance else None,
        yen=row.yen,
        what=what,
    )


def _named(difference: Difference, issuance: str, yen: int, what: str, sources: Sources) -> Named:
    known = sources.issuances[issuance]
    return Named(
        party=Party.BOOKED,
        difference=difference,
        day=known.accepted_on,
        municipality=known.municipality,
        issuance=issuance,
        terminal=known.terminal,
        chain=known.chain,
        yen=yen,
        what=what,
    )
