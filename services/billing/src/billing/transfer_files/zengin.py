"""A transfer file as Japanese banks take it: 全銀協規定フォーマット 総合振込.

Header, a record for each payment, trailer, end: 120 bytes each, JIS X 0201, without line ends. A
file belongs to one payer, who is in its header.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from madoguchi_wire.bank_account import BankAccount
from madoguchi_wire.bank_text import bank_bytes, bank_text

from billing.contracts.files import Payer
from billing.transfer_files.transfer import Payment

RECORD = 120
"""Bytes."""
_MOST_YEN = 10**10 - 1
_MOST_TOTAL = 10**12 - 1
_MOST_PAYMENTS = 999_999
_TYPES = {"ordinary": "1", "current": "2"}


class NotTransferable(ValueError):
    """These payments cannot stand in a transfer file."""


def transfer_file(payer: Payer, payments: Iterable[Payment], on: date) -> bytes:
    """Return the file that asks `payer`'s bank to pay all of `payments` on a day.

    Raises:
        NotTransferable: no payment, one that is not above zero, or more than the format holds.
        NotForBanks: a name holds a character that banks do not take.

    """
    given = tuple(payments)
    _check(given)
    records = (
        _header(payer, on),
        *(_payment(payment) for payment in given),
        _trailer(given),
        "9" + " " * (RECORD - 1),
    )
    return b"".join(map(_checked, records))


def _check(payments: tuple[Payment, ...]) -> None:
    if not 1 <= len(payments) <= _MOST_PAYMENTS:
        raise NotTransferable(f"a transfer file has 1 to {_MOST_PAYMENTS:,} payments")
    for at, payment in enumerate(payments, start=1):
        if not 1 <= payment.yen <= _MOST_YEN:
            raise NotTransferable(f"payment {at}: 1 to {_MOST_YEN:,} yen, not {payment.yen:,}")
        if not (payment.reference.isascii() and payment.reference.isdigit()):
            raise NotTransferable(f"payment {at}: a reference is up to twenty digits")
    if sum(payment.yen for payment in payments) > _MOST_TOTAL:
        raise NotTransferable(f"all payments together are at most {_MOST_TOTAL:,} yen")


def _header(payer: Payer, on: date) -> str:
    account = payer.account
    return "".join(
        (
            "1",
            "21",  # 種別コード: 総合振込
            "0",  # コード区分: JIS
            payer.originator,
            _text(account.holder, 40),
            on.strftime("%m%d"),
            account.bank,
            _text(account.bank_name, 15),
            account.branch,
            _text(account.branch_name, 15),
            _TYPES[account.type],
            account.number,
            " " * 17,
        )
    )


def _payment(payment: Payment) -> str:
    account = payment.account
    return "".join(
        (
            "2",
            account.bank,
            _text(account.bank_name, 15),
            account.branch,
            _text(account.branch_name, 15),
            " " * 4,  # 手形交換所番号, no longer used
            _TYPES[account.type],
            account.number,
            _text(account.holder, 30),
            f"{payment.yen:010}",
            "0",  # 新規コード
            payment.reference.rjust(20, "0"),  # 顧客コード 1 and 2
            "7",  # 振込指定区分: by telegram
            " ",  # 識別表示: the twenty digits are codes and no message
            " " * 7,
        )
    )


def _trailer(payments: tuple[Payment, ...]) -> str:
    total = sum(payment.yen for payment in payments)
    return f"8{len(payments):06}{total:012}" + " " * 101


def _text(text: str, width: int) -> str:
    return bank_text(text).ljust(width)


def _checked(record: str) -> bytes:
    made = bank_bytes(record)
    if len(made) != RECORD:
        raise NotTransferable(f"a record would have {len(made)} bytes instead of {RECORD}")
    return made


def records(file: bytes) -> Iterator[str]:
    """Yield the records of a file, to be shown.

    Raises:
        NotTransferable: it does not consist of whole records.

    """
    if len(file) % RECORD:
        raise NotTransferable(f"{len(file)} bytes are no whole records of {RECORD}")
    for at in range(0, len(file), RECORD):
        yield file[at : at + RECORD].decode("shift_jis")


def payer_account(header: str) -> BankAccount:
    """Return the account that a file's first record says money is paid from; raises ValueError."""
    return _account(header, holder=14, bank=58, branch=77, kind=95)


def payee_account(record: str) -> BankAccount:
    """Return the account that a record says money is paid to; raises ValueError."""
    return _account(record, holder=50, bank=1, branch=20, kind=42)


def _account(record: str, *, holder: int, bank: int, branch: int, kind: int) -> BankAccount:
    """Read an account whose parts begin at these places."""
    types = {code: name for name, code in _TYPES.items()}
    return BankAccount.model_validate(
        {
            "bank": record[bank : bank + 4],
            "bank_name": record[bank + 4 : bank + 19].rstrip(),
            "branch": record[branch : branch + 3],
            "branch_name": record[branch + 3 : branch + 18].rstrip(),
            "type": types.get(record[kind]),
            "number": record[kind + 1 : kind + 8],
            "holder": record[holder : holder + 30].rstrip(),
        }
    )
