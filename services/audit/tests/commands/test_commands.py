"""`python -m audit`, as an auditor and an operator type it."""

import json
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet  # pyright: ignore[reportMissingTypeStubs] (it has none)
import pytest
from audit.commands.main import main
from audit.database.migrate import migrate
from audit_testing.parties import Parties
from audit_testing.stamping import head
from local_stack.service_user import service_user
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.stamps import StampRecord

NAMED = ["--by", "sato", "--why", "the commission asks"]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    fresh_database: Callable[[], str],
    parties: Parties,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Give a function that runs a command on an empty archive of this schema."""
    url = fresh_database()
    migrate(url)
    trust_list, trust_root = parties.save(tmp_path)
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "development")
    monkeypatch.setenv("AUDIT_DATABASE_URL", url)
    monkeypatch.setenv("AUDIT_TRUST_LIST", str(trust_list))
    monkeypatch.setenv("AUDIT_TRUST_ROOT", str(trust_root))

    def command(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


@pytest.fixture
def filled(run: Run, files: tuple[Path, Path]) -> Run:
    assert run("import", str(files[0]))[0] == 0
    return run


@pytest.fixture
def heads(parties: Parties, stamps: list[StampRecord], tmp_path: Path) -> tuple[str, str]:
    """Give the arguments that name what two municipalities say now."""
    path = tmp_path / "heads.txt"
    said = [head(parties, code, stamps[-1], datetime.now(UTC)) for code in ("122033", "131130")]
    path.write_text("\n".join(said), "ascii")
    return "--heads", str(path)


def test_import_verify_and_look(
    filled: Run, heads: tuple[str, str], events: list[AuditEvent]
) -> None:
    code, told, _ = filled("verify", *heads, *NAMED)
    assert code == 0, told
    assert f"{len(events)} events under" in told
    assert "122033 saw stamp" in told
    assert json.loads(filled("verify", "--json", *heads, *NAMED)[1])["verified"] is True
    code, told, _ = filled("verify", *NAMED)
    assert (code, "WRONG  heads-missing" in told) == (1, True)
    head = filled("journal", *NAMED)[1].strip()
    code, told, _ = filled("verify", "--noted", head, *heads, *NAMED)
    assert (code, "noted up to entry 5 of 6" in told) == (0, True), told
    changed = head[:-1] + ("0" if head[-1] != "0" else "1")
    code, told, _ = filled("verify", "--noted", changed, *heads, *NAMED)
    assert (code, "WRONG  journal-rewritten: entry 5: you noted" in told) == (1, True)

    issuance = next(e.subject for e in events if e.type == "madoguchi.issuance.completed.v1")
    code, told, _ = filled("issuance", issuance, "--json", *NAMED)
    shown = [json.loads(line) for line in told.splitlines()]
    own = sorted((e for e in events if e.subject == issuance), key=lambda e: e.sequence)
    assert [event["id"] for event in shown] == [event.id for event in own]
    assert filled("issuance", "unknown", *NAMED)[0] == 1


def test_recall_report_package_and_export(
    filled: Run, events: list[AuditEvent], tmp_path: Path
) -> None:
    code, told, _ = filled("recall", "--build", "build-1", *NAMED)
    assert code == 0
    assert told.startswith("issuance,municipality,kind,terminal,site,day,state,since,paper")
    for kind in ("html", "pdf", "csv"):
        out = tmp_path / f"quarter.{kind}"
        assert filled("report", "122033", "2026-Q1", "--out", str(out), *NAMED)[0] == 0
        assert out.stat().st_size > 1000
    assert filled("package", "--out", str(tmp_path / "p.zip"), *NAMED)[0] == 0
    month = tmp_path / "april.parquet"
    assert filled("export", "2026-04-01", "--out", str(month), *NAMED)[0] == 0
    reader: Any = parquet
    table = reader.read_table(month)
    april = [e.canonical() for e in events if e.time.isoformat() < "2026-04-30T15"]
    assert sorted(table.column("canonical").to_pylist()) == sorted(april)


def test_a_cardholders_papers_by_one_of_them_or_by_the_card(
    filled: Run, events: list[AuditEvent]
) -> None:
    accepted = [e for e in events if e.type == "madoguchi.issuance.accepted.v1"]
    first = next(event for event in accepted if "cardholder" in event.data)
    whose = first.data["cardholder"]
    own = {event.subject for event in accepted if event.data.get("cardholder") == whose}
    named = f"{whose['key']}:{whose['pseudonym']}"
    for asked, wanted in ((first.subject, own - {first.subject}), (named, own)):
        code, told, _ = filled("cardholder", asked, "--json", *NAMED)
        papers = json.loads(told)["papers"]
        assert (code, {paper["issuance"] for paper in papers}) == (0, wanted)
    code, _, said = filled("cardholder", "unknown", *NAMED)
    assert (code, "whose this issuance is" in said) == (1, True)
    looks = filled("accesses", *NAMED)[1]
    assert f"key={whose['key']}" in looks
    assert whose["pseudonym"] not in looks


def test_holds_and_retention(filled: Run, heads: tuple[str, str]) -> None:
    code, hold, _ = filled("hold", "--municipality", "122033", *NAMED)
    assert code == 0
    assert filled("retain", "122033", "30", *NAMED)[0] == 0
    assert filled("empty", *NAMED)[1] == "122033: 0 payloads emptied\n"
    assert hold.strip() in filled("holds", *NAMED)[1]
    assert filled("lift", hold.strip(), *NAMED)[0] == 0
    assert "122033: 0 " not in filled("empty", *NAMED)[1]
    assert "122033  30 days" in filled("retentions", *NAMED)[1]
    code, told, _ = filled("verify", *heads, *NAMED)
    assert code == 0, told
    assert not told.startswith("0 payloads")


def test_every_look_is_listed_with_its_reason(filled: Run) -> None:
    filled("terminal", "komorebi-122033-1", *NAMED)
    filled("recall", "--build", "x", *NAMED)
    _, told, _ = filled("accesses", "--json", *NAMED)
    shown = [json.loads(line) for line in told.splitlines()]
    assert [one["what"] for one in shown] == ["history", "recall", "accesses"]
    assert {(one["who"], one["why"]) for one in shown} == {("sato", "the commission asks")}


def test_nobody_looks_without_a_name_or_a_reason(filled: Run) -> None:
    with pytest.raises(SystemExit) as ended:
        filled("issuance", "x")
    assert ended.value.code == 2
    code, _, said = filled("issuance", "x", "--by", "sato", "--why", "so")
    assert code == 2
    assert "a reason is one line" in said


def test_a_spoiled_line_is_told_and_listed(run: Run, files: tuple[Path, Path]) -> None:
    events, _ = files
    events.write_bytes(b"spoiled\n" + events.read_bytes())
    code, told, _ = run("import", str(events))
    assert code == 1
    assert "1 set aside: poison" in told
    assert "audit.jsonl 0 1" in run("dead-letters", *NAMED)[1]


def test_faults_of_an_operator_are_said_in_words(
    run: Run, monkeypatch: pytest.MonkeyPatch, fresh_database: Callable[[], str]
) -> None:
    assert "no such file" in run("import", "/nowhere.jsonl")[2].lower()
    monkeypatch.setenv("AUDIT_DATABASE_URL", fresh_database())
    code, _, said = run("accesses", *NAMED)
    assert (code, "run `audit migrate` first" in said) == (2, True)
    monkeypatch.delenv("AUDIT_DATABASE_URL")
    assert "AUDIT_DATABASE_URL" in run("accesses", *NAMED)[2]
    monkeypatch.setenv("AUDIT_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x")
    code, _, said = run("accesses", *NAMED)
    assert code == 2
    assert "secret" not in said


def test_emptying_needs_its_role(
    filled: Run, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    monkeypatch.setenv("AUDIT_RETENTION_DATABASE_URL", postgres_url)
    filled("retain", "122033", "30", *NAMED)
    code, _, said = filled("empty", *NAMED)
    assert code == 2
    assert "only a member of madoguchi_audit_retention" in said


@pytest.fixture
async def postgres_url(run: Run) -> AsyncIterator[str]:  # noqa: ARG001 (its database is made)
    """Give the archive's address for somebody who is no member of the role."""
    async with service_user(os.environ["AUDIT_DATABASE_URL"], "madoguchi_audit_service") as url:
        yield url
