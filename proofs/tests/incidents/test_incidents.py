"""One incident on the whole system, in a short version; `make incidents` runs all of them."""

from pathlib import Path

import pytest
from local_stack.databases import PostgresServer
from proofs.incidents.cases.f11 import F11
from proofs.incidents.incident import Incident
from proofs.incidents.result import result_of
from proofs.incidents.run import Runner, Size

SIZE = Size(terminals=12, rounds=2)


@pytest.mark.system
@pytest.mark.parametrize("incident", [F11], ids=lambda one: one.name)
def test_it_comes_back_without_our_defences_and_not_with_them(
    incident: type[Incident], postgres: PostgresServer, tmp_path: Path
) -> None:
    runner = Runner(tmp_path, postgres, SIZE)
    without = runner.run(incident(), defended=False)
    defended = runner.run(incident(), defended=True)
    result = result_of(incident(), without, defended, SIZE)
    assert result.failures == ()
    assert result.wrong_without_defence > 0
    assert result.wrong_delivered == result.charged_for_refused == 0
