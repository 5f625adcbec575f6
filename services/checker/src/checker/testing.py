"""For tests: a copy of a history, with hands that may spoil it."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from madoguchi_wire.events import AuditEvent, event_digest
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.reports import OfMachine, TerminalReport
from madoguchi_wire.signed import unverified_payload

from checker.evidence.evidence import gather
from checker.fault import FaultName
from checker.verdict import Verdict, judge

_INSERT = """
    INSERT INTO outbox (recorded_on, event_id, subject, sequence, type, canonical, digest, stamp)
    VALUES ($1, $2::text::uuid, $3, $4, $5, $6, $7, $8)
"""
_COUNT = "UPDATE issuances SET event_sequence = $2 WHERE issuance_id = $1::text::uuid"


class Planted:
    """A copy of the history that a test may spoil.

    Args:
        folder: with copies of the installation and the papers.
        copy: makes a copy of a database and returns its address.
    """

    def __init__(self, folder: Path, copy: Callable[[str], str]) -> None:
        self.installation = folder / "installation"
        self.papers = folder / "papers"
        self._copy = copy
        self._adapters: dict[str, str] = {}
        self.dsn = copy(self._facts()["gateway_database"])
        self._change_facts(gateway_database=self.dsn)

    def sql(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Run a statement past the triggers that keep the gateway's books append-only."""
        return asyncio.run(self._sql(self.dsn, statement, *values))

    def adapter_sql(
        self, municipality: str, statement: str, *values: object
    ) -> list[asyncpg.Record]:
        """Run a statement in a municipality's database, copied when it is first needed."""
        if municipality not in self._adapters:
            databases = self._facts()["municipality_databases"]
            self._adapters[municipality] = self._copy(databases[municipality])
            self._change_facts(municipality_databases=databases | self._adapters)
        return asyncio.run(self._sql(self._adapters[municipality], statement, *values))

    def copy_archive(self) -> str:
        """Copy the archive's database, and return the copy's address."""
        archive = self._copy(self._facts()["audit_database"])
        self._change_facts(audit_database=archive)
        return archive

    def _facts(self) -> dict[str, Any]:
        return json.loads((self.installation / "installation.json").read_bytes())

    def _change_facts(self, **facts: object) -> None:
        changed = json.dumps(self._facts() | facts)
        (self.installation / "installation.json").write_text(changed)

    async def _sql(self, dsn: str, statement: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute("SET session_replication_role = replica")
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()

    def issuance(self, condition: str = "true") -> str:
        """Return the id of a completed issuance, the same each time; `test`: of a test paper."""
        kind = "" if "test" in condition else "NOT test AND"
        statement = f"""
            SELECT issuance_id::text FROM issuances
            WHERE {kind} state = 'completed' AND {condition}
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

    def rewrite_events(
        self, issuance: str, change: Callable[[list[AuditEvent]], list[AuditEvent]]
    ) -> None:
        """Let an issuance have other events: numbered, with fitting digests, in the stream, too.

        Only stamps tell that they were others.
        """
        rows = self.sql("SELECT * FROM outbox WHERE subject = $1 ORDER BY sequence", issuance)
        was = [AuditEvent.model_validate_json(row["canonical"]) for row in rows]
        self.sql("DELETE FROM outbox WHERE subject = $1", issuance)
        lines: list[bytes] = []
        for number, event in enumerate(change(was), start=1):
            one = event.model_copy(update={"sequence": number})
            lines.append(one.canonical())
            self.sql(
                _INSERT,
                rows[0]["recorded_on"],
                one.id,
                issuance,
                number,
                one.type.value,
                lines[-1],
                event_digest(lines[-1]),
                rows[0]["stamp"],
            )
        self.sql(_COUNT, issuance, len(lines))
        old = {event.canonical() for event in was}
        self.rewrite_stream(lambda kept: [x for x in kept if x not in old] + lines)

    def terminal_of(self, issuance: str) -> str:
        """Return the terminal of an issuance."""
        statement = "SELECT terminal FROM issuances WHERE issuance_id = $1::text::uuid"
        return self.sql(statement, issuance)[0]["terminal"]

    def resign(self, condition: str, change: Callable[[TerminalReport], TerminalReport]) -> None:
        """Let a terminal have signed another report in place of the one of a condition."""
        statement = f"SELECT terminal, sequence, token FROM reports WHERE {condition}"  # noqa: S608
        (row,) = self.sql(statement)
        report = change(TerminalReport.parsed(unverified_payload(row["token"])))
        key = self.installation / "terminals" / row["terminal"] / "statement.pem"
        self.sql(
            "UPDATE reports SET token = $3, event = $4 WHERE terminal = $1 AND sequence = $2",
            row["terminal"],
            row["sequence"],
            report.signed_by(SigningKey.load(key)),
            report.body.event,
        )

    def add_report(self, terminal: str, body: OfMachine) -> None:
        """Let a terminal report one thing more about its machine, signed by its own key."""
        (row,) = self.sql("SELECT max(sequence) AS last FROM reports WHERE terminal = $1", terminal)
        offset = timedelta(seconds=self._facts()["clock_offset_seconds"])
        now, number = datetime.now(UTC) + offset, row["last"] + 1
        folder = self.installation / "terminals" / terminal
        report = TerminalReport(
            terminal=terminal,
            sequence=number,
            reported_at=now,
            enrolment=(folder / "enrolment.jws").read_text("ascii"),
            body=body,
        )
        key = SigningKey.load(folder / "statement.pem")
        self.sql(
            """
            INSERT INTO reports (terminal, sequence, event, token, received_at, changed_state)
            VALUES ($1, $2, $3, $4, $5, false)
            """,
            *(terminal, number, body.event, report.signed_by(key), now),
        )

    def order_of(self, issuance: str) -> str:
        """Return the digest of the order of an issuance."""
        statement = "SELECT order_digest FROM issuances WHERE issuance_id = $1::text::uuid"
        return self.sql(statement, issuance)[0]["order_digest"]

    def rewrite_askings(
        self, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
    ) -> None:
        """Put changed notes into what was seen before the terminals."""
        _rewrite(self.installation / "askings.jsonl", change)

    def rewrite_journal(
        self, terminal: str, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
    ) -> None:
        """Put changed entries into a terminal's journal."""
        _rewrite(self.installation / "terminals" / terminal / "journal.jsonl", change)

    def rewrite_machine(
        self, terminal: str, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
    ) -> None:
        """Put changed happenings into the log of a terminal's machine."""
        _rewrite(self.installation / "terminals" / terminal / "machine.jsonl", change)

    def verdict(self) -> Verdict:
        """Judge the copy."""
        return judge(asyncio.run(gather(self.installation, [self.papers])))

    def found(self) -> dict[FaultName, set[str]]:
        """Return where the checker finds which faults."""
        found: dict[FaultName, set[str]] = {}
        for fault in self.verdict().faults:
            found.setdefault(fault.name, set()).add(fault.where)
        return found


def _rewrite(path: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    lines = change([json.loads(line) for line in path.read_bytes().splitlines()])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
