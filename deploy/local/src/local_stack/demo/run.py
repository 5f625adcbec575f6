"""Runs the demo."""

import asyncio
import fcntl
import os
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp
from checker.evidence.evidence import Evidence, gather
from checker.tables import show
from checker.verdict import Verdict, judge
from rich.console import Console

from local_stack.demo.issued import Ended, Refused, issue_all, try_all
from local_stack.demo.places import places_table
from local_stack.demo.plan import REFUSALS, VISITS
from local_stack.demo.report import write_report
from local_stack.demo.tables import issued_table, ledger_table, refused_table
from local_stack.folders import ROOT, VAR, card_keys
from local_stack.postgres import choose_postgres
from local_stack.settling import settle
from local_stack.system import LocalSystem
from local_stack.visits import Visits

FOLDER = VAR / "demo"
NAMES = {"122033": "市川市", "131130": "渋谷区", "132047": "三鷹市"}
LEAST = 12
"""Certificates that have to come out."""


class Demo:
    """One run; what it shows goes to `console`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()

    def run(self) -> int:
        """Run, and return 0 if everything holds.

        Raises:
            BlockingIOError: another demonstration runs in the same folder.

        """
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / "lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BlockingIOError("another make demo runs here: wait until it ends") from None
            return self._run()

    def _run(self) -> int:
        _clear(FOLDER)
        if os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
            self._say("the audit stream goes to its file, which the checker reads: not to Kafka")
        server = choose_postgres(FOLDER / "postgres")
        self._say("PostgreSQL")
        try:
            server.start()
            system = LocalSystem(
                FOLDER / "installation",
                server,
                prefix="madoguchi_demo",
                card_keys=card_keys(),
                # The checker reads the stream from its file.
                environment={"KAFKA_BOOTSTRAP_SERVERS": ""},
                told=self._say,
            )
            with system:
                ended, refused = asyncio.run(self._visit(system))
                self._say("the audit stream")
                settle(system)
            return self._judge(system, ended, refused)
        finally:
            server.stop()

    async def _visit(self, system: LocalSystem) -> tuple[list[Ended], list[Refused]]:
        clock = system.clock
        self._say(f"{len(VISITS)} cardholders at their terminals ({clock.now():%Y-%m-%d %H:%M}Z)")
        async with aiohttp.ClientSession() as http:
            visits = Visits(system.installation, clock, http)
            try:
                ended = await issue_all(visits, VISITS, FOLDER, self._tell)
                self._say(f"{len(REFUSALS)} who must be refused")
                refused = await try_all(visits, REFUSALS)
                self._say("counting the cash")
                await visits.count_cash()
            finally:
                visits.close()
        return ended, refused

    def _judge(
        self, system: LocalSystem, ended: Sequence[Ended], refused: Sequence[Refused]
    ) -> int:
        self._say("the checker")
        evidence = asyncio.run(gather(system.folder, [FOLDER]))
        verdict = judge(evidence)
        write_report(FOLDER / "report.json", ROOT, evidence, verdict)
        self._show(evidence, verdict, refused)
        completed = verdict.issuances.get("completed", 0)
        good = (
            verdict.holds
            and completed >= LEAST
            and not any(one.trouble for one in ended)
            and all(one.as_planned for one in refused)
        )
        self._closing_line(completed, good=good)
        return 0 if good else 1

    def _show(self, evidence: Evidence, verdict: Verdict, refused: Sequence[Refused]) -> None:
        console = self._console
        console.print(issued_table(evidence.books))
        console.print(refused_table(refused))
        console.print(ledger_table(verdict.ledger))
        for code, name in NAMES.items():
            console.print(places_table(evidence.books.metering, code, name))
        show(verdict, console)

    def _closing_line(self, completed: int, *, good: bool) -> None:
        seconds = time.monotonic() - self._began
        word = "[bold green]All holds" if good else "[bold red]It does not hold"
        folder = FOLDER.relative_to(ROOT)
        self._console.print(
            f"{word}[/]: {completed} certificates in {folder}/*.pdf, verdict in"
            f" {folder}/report.json, {seconds:.1f} s.",
            soft_wrap=True,
        )

    def _tell(self, ended: Ended) -> None:
        visit = ended.visit
        word = "[red]" + ended.trouble if ended.trouble else f"{len(ended.issuances)} out"
        self._say(f"  {NAMES[visit.municipality]} {visit.kind} at {visit.terminal}: {word}")

    def _say(self, what: str) -> None:
        self._console.print(f"[dim]{time.monotonic() - self._began:5.1f} s[/] {what}")


def _clear(folder: Path) -> None:
    """Remove the papers and the report of the last run."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*folder.glob("*.pdf"), folder / "report.json"):
        path.unlink(missing_ok=True)
