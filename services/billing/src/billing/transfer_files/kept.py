"""Transfer files as they were made: what stands in them, and their bytes."""

from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import asyncpg
from madoguchi_wire.errors import DocumentUnreadable, TransferFileUnknown
from madoguchi_wire.kit.pool import Connection, Executor

from billing.books.office import Office
from billing.rules.periods import Period

_FILE = "number, period, payer, part, pay_day, entries, content, digest"
_FIND = f"SELECT {_FILE} FROM billing.transfer_files WHERE number = $1"  # noqa: S608 (names of columns)
_LIST = f"""
    SELECT {_FILE} FROM billing.transfer_files
    WHERE period = $1 AND ($2::text IS NULL OR payer = $2) ORDER BY payer, part
"""  # noqa: S608 (as above)
_KEEP = """
    INSERT INTO billing.transfer_files (number, period, payer, part, pay_day, entries, content,
        digest, recorded_by, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


@dataclass(frozen=True)
class Entry:
    """One payment of a file."""

    payee: str
    """`centre`, a chain, or a municipality's code."""
    yen: int
    reference: str
    """Twenty digits."""


@dataclass(frozen=True)
class TransferFile:
    """What a payer gives to its bank."""

    period: str
    payer: str
    part: int
    """1; one more for each file of what was left."""
    pay_day: date
    entries: tuple[Entry, ...]
    content: bytes

    @property
    def number(self) -> str:
        """By which it is found again."""
        return f"{self.period}-{self.payer}-{self.part}"

    @property
    def yen(self) -> int:
        """All payments together."""
        return sum(one.yen for one in self.entries)

    @property
    def digest(self) -> str:
        """Of its bytes."""
        return sha256(self.content).hexdigest()

    def told(self) -> dict[str, Any]:
        """Return it for programs, without its bytes."""
        return {
            "number": self.number,
            "period": self.period,
            "payer": self.payer,
            "pay_day": str(self.pay_day),
            "entries": [asdict(one) for one in self.entries],
            "yen": self.yen,
            "digest": self.digest,
        }


async def keep(connection: Connection, made: TransferFile, office: Office) -> None:
    """Keep a file that was made, by whom and why."""
    entries = [asdict(one) for one in made.entries]
    whose = made.number, made.period, made.payer, made.part, made.pay_day
    person = office.person
    await connection.execute(
        _KEEP, *whose, entries, made.content, made.digest, person.name, person.reason
    )


async def find_transfer_file(connection: Executor, number: str) -> TransferFile:
    """Return a file that was made.

    Raises:
        TransferFileUnknown: there is none of this number.
        DocumentUnreadable: its bytes are not what was kept.

    """
    row = await connection.fetchrow(_FIND, number)
    if row is None:
        raise TransferFileUnknown(f"There is no transfer file {number}.")
    return _read(row)


async def list_transfer_files(
    connection: Executor, period: Period, payer: str | None = None
) -> list[TransferFile]:
    """Return the files of a period, or those of one payer; raises DocumentUnreadable."""
    return [_read(row) for row in await connection.fetch(_LIST, str(period), payer)]


def _read(row: asyncpg.Record) -> TransferFile:
    name = f"transfer file {row['number']}"
    try:
        entries = tuple(Entry(**one) for one in row["entries"])
    except TypeError as error:
        raise DocumentUnreadable(f"The {name} has entries that are none.") from error
    whose = row["period"], row["payer"], row["part"], row["pay_day"]
    found = TransferFile(*whose, entries, row["content"])
    if found.digest != row["digest"]:
        raise DocumentUnreadable(
            f"The {name} is not what was kept: its digest is {found.digest}, and was"
            f" {row['digest']}."
        )
    return found
