"""One incident on the whole system, in a short version; `make incidents` runs all of them."""

from pathlib import Path

import pytest
from local_stack.databases import PostgresServer
from local_stack.tripwire.watch import search_installation
from proofs.incidents.cases.f11 import F11
from proofs.incidents.incident import Incident
from proofs.incidents.result import result_of
from proofs.incidents.run import Runner, Size
from proofs.incidents.stage import Stage

SIZE = Size(terminals=12, rounds=2)


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[Stage]:
    """Search what each run leaves for persons, as the tripwire does with whole systems."""
    stop, done = Stage.stop, list[Stage]()

    def stop_and_search(stage: Stage) -> None:
        stop(stage)
        search_installation(stage.installation)
        done.append(stage)

    monkeypatch.setattr(Stage, "stop", stop_and_search)
    return done


@pytest.mark.system
@pytest.mark.parametrize("incident", [F11], ids=lambda one: one.name)
def test_it_comes_back_without_our_defences_and_not_with_them(
    incident: type[Incident], postgres: PostgresServer, tmp_path: Path, searched: list[Stage]
) -> None:
    runner = Runner(tmp_path, postgres, SIZE)
    without = runner.run(incident(), defended=False)
    defended = runner.run(incident(), defended=True)
    result = result_of(incident(), without, defended, SIZE)
    assert len(searched) == 2
    assert result.failures == ()
    assert result.wrong_without_defence > 0
    assert result.wrong_delivered == result.charged_for_refused == 0
