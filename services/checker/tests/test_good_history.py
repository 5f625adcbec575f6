"""A history that nobody spoiled holds, and the checker has something to judge."""

from checker.main import main
from checker.testing import Planted


def test_the_history_of_a_working_system_holds(planted: Planted) -> None:
    verdict = planted.verdict()
    assert verdict.faults == ()
    assert verdict.holds
    assert verdict.issuances["completed"] == verdict.papers == 5 + 2
    assert verdict.issuances["refused"] >= 1
    assert verdict.wrong_person == 0
    assert verdict.reconciled
    assert verdict.reconciliation.tests == 2
    assert sum(row.completed.papers for row in verdict.reconciliation.rows) == 5
    assert verdict.ledger.balanced
    assert verdict.audit.verified
    assert verdict.audit.events > 5 * verdict.papers


def test_accounts_are_what_the_papers_cost(planted: Planted) -> None:
    accounts = planted.verdict().ledger.accounts
    assert accounts["owed_to_municipality:122033"] == -(2 * 250 + 2 * 200)
    assert accounts["owed_to_municipality:132047"] == -200
    assert accounts["cash:ichikawa-city"] == 2 * 200
    assert accounts["owed_to_chain:komorebi"] == -3 * 120
    assert accounts["deposits:122033"] == 0
    assert sum(accounts.values()) == 0


def test_the_command_tells_by_its_exit_code(planted: Planted) -> None:
    arguments = ["--installation", str(planted.installation), "--documents", str(planted.papers)]
    assert main(arguments) == 0
    planted.paper(planted.issuance()).unlink()
    assert main(arguments) == 1
    assert main(["--installation", "nowhere", "--documents", "nowhere"]) == 2


def test_the_verdict_names_no_person(planted: Planted) -> None:
    """Even of a history with the wrong person on a paper."""
    first = planted.issuance("kind = 'resident_record'")
    other = planted.issuance("kind = 'seal_registration'")
    planted.paper(first).write_bytes(planted.paper(other).read_bytes())
    said = planted.verdict().model_dump_json()
    register = (planted.installation / "card-register.json").read_text()
    names = {part.split('"')[0] for part in register.split('"name":"')[1:]}
    assert len(names) > 50
    assert not [name for name in names if name in said]
