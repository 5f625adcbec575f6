"""Where the journal ends: who noted it can tell later that nothing before it was changed."""

import re
from dataclasses import dataclass

from madoguchi_wire.encoding import sha256_hex, strict_json
from madoguchi_wire.kit.pool import Executor

_SPELLING = re.compile(r"([0-9a-f-]{36}):([1-9][0-9]{0,17}):([0-9a-f]{64})")
_HEAD = "SELECT position, digest FROM journal ORDER BY position DESC LIMIT 1"
_FIRST = "SELECT entry FROM journal ORDER BY position LIMIT 1"


@dataclass(frozen=True)
class JournalHead:
    """An entry's place and the digest over all up to it."""

    archive: str
    """Id of the archive, from its first entry."""
    position: int
    digest: str

    @classmethod
    def of(cls, text: str) -> "JournalHead":
        """Read what `audit journal` and `audit verify` print.

        Raises:
            ValueError: it is not that.

        """
        found = _SPELLING.fullmatch(text)
        if found is None:
            raise ValueError("a journal's head is written ARCHIVE:POSITION:DIGEST")
        return cls(found[1], int(found[2]), found[3])

    def __str__(self) -> str:
        """Return ARCHIVE:POSITION:DIGEST."""
        return f"{self.archive}:{self.position}:{self.digest}"


def chained(before: str, entry: str) -> str:
    """Return the digest of an entry behind the digest of the one before; empty: none."""
    return sha256_hex(f"{before}\n{entry}".encode())


def archive_of(entry: str) -> str:
    """Return the archive's id as a journal's first entry tells it; empty: it is none."""
    try:
        told = strict_json(entry.encode())["said"]["archive"]
    except (ValueError, KeyError, TypeError):
        return ""
    return told if isinstance(told, str) else ""


async def journal_head(connection: Executor) -> JournalHead:
    """Return the head as it stands; whether the chain up to it holds is for `verify`.

    Raises:
        ValueError: there is no journal any more.

    """
    first: str | None = await connection.fetchval(_FIRST)
    last = await connection.fetchrow(_HEAD)
    if first is None or last is None:
        raise ValueError("the journal is empty, which it never is: run `audit verify`")
    return JournalHead(archive_of(first), last["position"], last["digest"])
