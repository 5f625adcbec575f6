"""Every yen in the ledger is explained by an issuance, and every issuance is in the ledger."""

from collections import defaultdict
from collections.abc import Iterator

from checker.checks.life import is_completed, was_paid
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance
from checker.fault import Fault, FaultName

Movement = tuple[str, str, str, str, int]
"""Issuance, purpose, debit account, credit account, yen."""


def check_ledger(evidence: Evidence) -> Iterator[Fault]:
    """Find movements that are missing, too many or of another amount, and lines that do not sum."""
    books = evidence.books
    expected = {movement[:2]: movement for movement in expected_movements(books)}
    booked: dict[tuple[str, str], Movement] = {}
    for transfer in books.transfers:
        key = (transfer.issuance_id, transfer.purpose)
        movement = (*key, transfer.debit_account, transfer.credit_account, transfer.yen)
        if key not in expected or key in booked:
            yield Fault(name=FaultName.LEDGER_TRANSFER_EXCESS, where=key[0], what=key[1])
        elif movement != expected[key]:
            what = f"{key[1]}: accounts or yen"
            yield Fault(name=FaultName.LEDGER_TRANSFER_DIFFERS, where=key[0], what=what)
        booked[key] = movement
    for key in expected.keys() - booked.keys():
        if expected[key][-1] > 0:  # nothing has to be booked for nothing
            yield Fault(name=FaultName.LEDGER_TRANSFER_MISSING, where=key[0], what=key[1])
    yield from _check_lines(books)


def expected_movements(books: Books) -> Iterator[Movement]:
    """Return what each issuance must have moved."""
    for issuance in books.issuances:
        if not issuance.test:
            yield from _movements(issuance)


def _movements(issuance: Issuance) -> Iterator[Movement]:
    where, fee = issuance.issuance_id, issuance.fee
    cash, deposits = f"cash:{issuance.chain}", f"deposits:{issuance.municipality}"
    if was_paid(issuance):
        yield where, "fee_deposited", cash, deposits, fee
    if is_completed(issuance):
        owed = f"owed_to_municipality:{issuance.municipality}"
        yield where, "fee_earned", deposits, owed, fee
        paid_by, owed_to = f"commission:{issuance.municipality}", f"owed_to_chain:{issuance.chain}"
        yield where, "commission", paid_by, owed_to, issuance.commission
    if issuance.state == "voided" and issuance.money == "refunded" and was_paid(issuance):
        yield where, "fee_refunded", deposits, cash, fee
    if issuance.state == "voided" and issuance.money == "kept":
        source = deposits if was_paid(issuance) else cash
        yield where, "fee_kept", source, f"owed_to_cardholders:{issuance.chain}", fee


def accounts(books: Books) -> dict[str, int]:
    """Return the balance of each account in yen: debits positive, credits negative."""
    balances: dict[str, int] = defaultdict(int)
    for line in books.ledger_lines:
        balances[line.account] += line.yen
    return dict(sorted(balances.items()))


def is_balanced(books: Books) -> bool:
    """Tell whether all lines, and those of each issuance, sum to zero and show every transfer."""
    return not list(_check_lines(books))


def _check_lines(books: Books) -> Iterator[Fault]:
    sums: dict[str, int] = defaultdict(int)
    for line in books.ledger_lines:
        sums[line.issuance_id] += line.yen
    for issuance, total in sums.items():
        if total != 0:
            what = f"its lines sum to {total} yen"
            yield Fault(name=FaultName.LEDGER_UNBALANCED, where=issuance, what=what)
    if len(books.ledger_lines) != 2 * len(books.transfers):
        what = "the number of lines is not two for each transfer"
        yield Fault(name=FaultName.LEDGER_UNBALANCED, where="ledger", what=what)
