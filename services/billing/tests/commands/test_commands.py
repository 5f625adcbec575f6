"""`python -m billing`, as the centre's people type it; what it says with --json is for programs."""

import asyncio
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import asyncpg
import pytest
from billing.commands.main import main
from billing_testing.contracts import FOLDER
from billing_testing.gateway_books import Issued, make_months, write
from gateway.database.migrate import migrate as migrate_gateway
from madoguchi_wire.kit.pool import prepare_connection
from madoguchi_wire.reports import Money

NAMED = ("--by", "sato", "--why", "月次の締め処理", "--json")
PAPER = Issued("122033", "komorebi", date(2010, 4, 30))
VOIDED = Issued(
    "122033", "komorebi", date(2010, 4, 30), state="voided", paid=False, money=Money.NOT_TAKEN
)
Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def run(
    fresh_database: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Give a function that runs a command, on 1 May 2010, on the books of one paper."""
    url = fresh_database()
    migrate_gateway(url)
    offset = datetime(2010, 5, 1, 3, tzinfo=UTC) - datetime.now(UTC)
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "development")
    monkeypatch.setenv("MADOGUCHI_CLOCK_OFFSET_SECONDS", str(offset.total_seconds()))
    monkeypatch.setenv("BILLING_DATABASE_URL", url)
    monkeypatch.setenv("BILLING_CONTRACTS", str(FOLDER))

    def command(*words: str) -> tuple[int, Any, str]:
        code = main(list(words))
        told = capsys.readouterr()
        lines = [json.loads(line) for line in told.out.splitlines()]
        return code, lines[0] if len(lines) == 1 else lines, told.err

    asyncio.run(_filled(url))
    return command


async def _filled(url: str) -> None:
    connection = await asyncpg.connect(url)
    await prepare_connection(connection)
    await make_months(connection, date(2010, 4, 1), 2)
    await write(connection, PAPER, VOIDED)
    await connection.close()


async def _forget(statement: str) -> None:
    connection = await asyncpg.connect(os.environ["BILLING_DATABASE_URL"])
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(statement)
    await connection.close()


def test_a_month_from_its_close_to_the_papers_behind_a_line(run: Run) -> None:
    code, _, told = run("close", "month", "2010-04", *NAMED)
    assert code == 2
    assert "run `billing migrate` first" in told
    assert run("migrate")[0] == 0
    code, done, _ = run("close", "month", "2010-04", *NAMED)
    assert (code, done["closed"], done["papers"], done["yen"]) == (0, "2010-04", 1, 250)
    code, _, told = run("close", "month", "2010-04", *NAMED)
    assert (code, told) == (2, "billing close: 2010-04 is closed.\n")
    code, made, _ = run("make-statements", "2010-04", *NAMED)
    assert code == 0
    assert "2010-04-M-122033" in made["numbers"]
    assert len(run("statements", "2010-04", *NAMED)[1]) == 4
    code, statement, _ = run("statement", "2010-04-M-122033", *NAMED)
    assert (code, statement["totals"]["fees"]) == (0, 250)
    code, traced, _ = run("trace", "2010-04-M-122033", "1", *NAMED)
    assert (code, traced) == (0, [str(PAPER.issuance_id)])
    looks = run("accesses", "--of", "sato", *NAMED)[1]
    assert [one["what"] for one in looks] == ["statements", "statement", "trace", "accesses"]
    assert looks[2]["about"] == {"number": "2010-04-M-122033", "line": "1"}
    assert {(one["who"], one["why"]) for one in looks} == {("sato", "月次の締め処理")}


def test_what_leaves_the_house_is_written_to_files(run: Run, tmp_path: Path) -> None:
    run("migrate")
    run("close", "month", "2010-04", *NAMED)
    run("make-statements", "2010-04", *NAMED)
    assert run("make-invoices", "2010-04", *NAMED)[1] == {"numbers": ["2010-04-0001"]}
    assert run("make-invoices", "2010-04", *NAMED)[1] == {"numbers": []}
    assert run("invoices", "2010-04", *NAMED)[1]["totals"] == [{"rate": 5, "yen": 120, "tax": 5}]
    statement, invoice = ("write-statement", "2010-04-M-122033"), ("write-invoice", "2010-04-0001")
    file = ("transfer-file", "2010-04", "komorebi", "--on", "2010-05-10")
    for words, name, beginning in (
        (statement, "april.pdf", b"%PDF-"),
        (statement, "april.csv", b"\xef\xbb\xbfdocument,"),
        (invoice, "invoice.json", b'{"number":"2010-04-0001"'),
        (file, "komorebi.txt", b"1210"),
    ):
        assert run(*words, "--out", str(tmp_path / name), *NAMED)[0] == 0
        assert (tmp_path / name).read_bytes().startswith(beginning)
    looks = [one["what"] for one in run("accesses", *NAMED)[1]]
    assert looks == [
        *("invoices", "statement", "statement", "invoice"),
        "transfer file",
        "accesses",
    ]
    out = ("--out", str(tmp_path / "again.txt"))
    code, again, _ = run(*file, *out, *NAMED)
    assert (code, again["number"], again["is_new"]) == (0, "2010-04-komorebi-1", False)
    assert (tmp_path / "again.txt").read_bytes() == (tmp_path / "komorebi.txt").read_bytes()
    code, _, told = run(*file, "--rest", *out, *NAMED)
    assert code == 0
    assert run("transfer-files", "2010-04", *NAMED)[1]["digest"] == again["digest"]
    code, _, told = run(*file[:-1], "2010-05-11", *out, *NAMED)
    assert (code, "was made for 2010-05-10" in told) == (2, True)
    assert run("check", *NAMED) == (0, [], "")
    asyncio.run(_forget("DELETE FROM ledger_transfers WHERE purpose = 'fee_deposited'"))
    code, fault, _ = run("check", *NAMED)
    assert (code, fault["kind"], fault["name"]) == (1, "issuance", str(PAPER.issuance_id))
    for words in (file, invoice):
        name = "again.txt" if words == file else "invoice.json"
        (tmp_path / name).write_bytes(b"something else")
        code, _, told = run(*words, "--out", str(tmp_path / name), *NAMED)
        assert (code, "holds something else: choose another name" in told) == (2, True)
        assert (tmp_path / name).read_bytes() == b"something else"
    code, _, told = run(*statement, "--out", str(tmp_path / "april.doc"), *NAMED)
    assert (code, "a document ends with one of .json, .csv, .pdf" in told) == (2, True)


def test_money_and_claims(run: Run) -> None:
    run("migrate")
    run("close", "month", "2010-04", *NAMED)
    paid = ("--yen", "250", "--reference", "bank-1", "--paid-on", "2010-05-01")
    run("make-statements", "2010-04", *NAMED)
    whole = ("statement-paid", "2010-04-C-komorebi", *paid)
    assert run(*whole, *NAMED) == (0, {"is_new": True}, "")
    assert run(*whole, *NAMED) == (0, {"is_new": False}, "")
    assert run("reverse", "bank-1", *NAMED)[0] == 0
    whose = ("--chain", "komorebi", "--municipality", "122033", "--day", "2010-04-30")
    assert run("pay-in", *whose, *paid, *NAMED) == (0, {"is_new": True}, "")
    assert run("pay-in", *whose, *paid, *NAMED) == (0, {"is_new": False}, "")
    assert run("payment", "paid_out", "122033", *paid, *NAMED)[0] == 0
    assert run("reverse", "bank-1", "--party", "122033", *NAMED)[0] == 0
    assert run("pay-in", *whose, *paid, *NAMED) == (0, {"is_new": True}, "")
    assert run("payment", "paid_out", "122033", *paid, *NAMED)[0] == 0
    coins = ("coins-arrived", "komorebi-122033-1", "2010-04-30", "--yen", "200")
    code, _, told = run(*coins, *NAMED)
    assert (code, "is no municipality's own machine" in told) == (2, True)
    code, claims, _ = run("claims", *NAMED)
    assert (code, claims["issuance_id"]) == (1, str(VOIDED.issuance_id))
    assert run("explain", str(VOIDED.issuance_id), *NAMED)[0] == 0
    assert run("claims", *NAMED)[:2] == (0, [])
    code, done, _ = run("refund", str(PAPER.issuance_id), *NAMED)
    assert (code, done["borne_by"]) == (0, "municipality")
    code, books, _ = run("balances", *NAMED)
    assert (code, sum(books.values())) == (0, 0)
    assert books["held_by_centre"] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("close", "day", "2010-05-01"), "is not over"),
        (("close", "day", "2010-05"), "a day is written"),
        (("close", "month", "2010-04-30"), "a month 2010-04"),
        (("close", "late", "2010"), "is open until 2011-05-31"),
        (("make-statements", "2010-04"), "is open"),
        (("statement", "2010-04-M-122033"), "There is no statement"),
        (("reverse", "bank-1"), "No payment stands under bank-1"),
        (("refund", "6f2b9c1e-0000-4000-8000-000000000000"), "No fee was taken"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Run, words: tuple[str, ...], told: str
) -> None:
    run("migrate")
    code, _, said = run(*words, *NAMED)
    assert code == 2
    assert said.startswith(f"billing {words[0]}: ")
    assert told in said


@pytest.mark.parametrize("wrong", ["2.5", "1,000", "", "ten"])
def test_yen_are_whole(run: Run, wrong: str) -> None:
    words = ("--reference", "bank-1", "--paid-on", "2010-05-01", f"--yen={wrong}")
    with pytest.raises(SystemExit):
        run("payment", "paid_out", "122033", *words, *NAMED)


def test_another_account_needs_two_persons_and_waits_and_nobody_reads_its_number(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copytree(FOLDER, tmp_path / "contracts")
    file = folder / "chains" / "komorebi.yaml"
    held = file.read_text("utf-8")
    (account,) = (line for line in held.splitlines() if line.startswith("account:"))
    file.write_text(f"{held}next_{account.replace('2345671', '7777777')}\n", "utf-8")
    monkeypatch.setenv("BILLING_CONTRACTS", str(folder))
    run("migrate")
    code, _, told = run("account", "change", "komorebi", "--and-by", "suzuki", *NAMED)
    assert (code, "the next close keeps" in told) == (2, True)
    run("close", "month", "2010-04", *NAMED)
    code, _, told = run("account", "change", "komorebi", "--and-by", "Sato", *NAMED)
    assert (code, "somebody else has to agree" in told) == (2, True)
    assert run("account", "withdraw", "komorebi", *NAMED)[0] == 2
    code, done, _ = run("account", "change", "komorebi", "--and-by", "suzuki", *NAMED)
    assert (code, done["in_force_from"][:10]) == (0, "2010-05-04")
    assert run("account", "withdraw", "komorebi", *NAMED)[0] == 0
    decided = [one for one in run("account", "list", *NAMED)[1] if one["party"] == "komorebi"]
    assert [one["act"] for one in decided] == ["first", "change", "withdraw"]
    code, _, told = run("account", "change", "122033", "--and-by", "suzuki", *NAMED)
    assert (code, "as next_account" in told) == (2, True)
    consent = tmp_path / "consent"
    consent.write_text("not one")
    to_consent = ("--consent", str(consent), "--and-by", "suzuki")
    code, _, told = run("account", "change", "122033", *to_consent, *NAMED)
    assert (code, "set BILLING_TRUST_LIST" in told) == (2, True)
    looks = run("accesses", *NAMED)[1]
    assert {"account change", "account withdraw", "accounts"} <= {one["what"] for one in looks}
    assert not [one for one in (*looks, *decided) if "7777777" in json.dumps(one)]
