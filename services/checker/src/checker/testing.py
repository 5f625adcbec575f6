"""For tests: a copy of a history, with hands that may spoil it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg

from checker.evidence.evidence import gather
from checker.fault import FaultName
from checker.verdict import Verdict, judge


class Planted:
    """A copy of the history that a test may spoil."""

    def __init__(self, folder: Path, dsn: str) -> None:
        self.installation = folder / "installation"
        self.papers = folder / "papers"
        self.dsn = dsn

    def sql(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Run a statement past the triggers that keep books append-only."""
        return asyncio.run(self._sql(statement, *values))

    async def _sql(self, statement: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute("SET session_replication_role = replica")
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()

    def issuance(self, condition: str = "true") -> str:
        """Return the id of a completed issuance, the same each time."""
        statement = f"""
            SELECT issuance_id::text FROM issuances WHERE state = 'completed' AND {condition}
            ORDER BY issuance_id LIMIT 1
        """  # noqa: S608 (conditions are written in tests)
        return self.sql(statement)[0]["issuance_id"]

    def paper(self, issuance: str) -> Path:
        """Return the file of an issuance's paper."""
        return self.papers / f"{issuance}.pdf"

    @property
    def stream(self) -> Path:
        """The file of the audit stream."""
        return self.installation / "audit.jsonl"

    def rewrite_stream(self, change: Callable[[list[bytes]], list[bytes]]) -> None:
        """Put changed lines into the audit stream."""
        lines = change(self.stream.read_bytes().splitlines())
        self.stream.write_bytes(b"".join(line + b"\n" for line in lines))

    def verdict(self) -> Verdict:
        """Judge the copy."""
        return judge(asyncio.run(gather(self.installation, [self.papers])))

    def found(self) -> dict[FaultName, set[str]]:
        """Return where the checker finds which faults."""
        found: dict[FaultName, set[str]] = {}
        for fault in self.verdict().faults:
            found.setdefault(fault.name, set()).add(fault.where)
        return found
