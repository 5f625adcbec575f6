"""What all commands have in common: help, exit codes, words for faults."""

import json
from pathlib import Path

import pytest
from madoguchi.main import main

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_check_reads_our_own_files_without_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["onboard", "check", str(DEPLOY), "--development", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"faults": []}


def test_check_of_an_empty_folder_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["onboard", "check", str(tmp_path)]) == 1
    assert "no municipalities/*.yaml and no chains/*.yaml in it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "says"),
    [(["--help"], "Exit codes: 0 done"), (["onboard", "--help"], "madoguchi onboard check FOLDER")],
)
def test_help_says_how_to_go_on(
    typed: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(typed)
    assert says in capsys.readouterr().out
