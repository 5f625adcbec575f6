"""A result holds only if the fault struck, gave wrong papers without us, and none with us."""

from dataclasses import replace
from typing import Any

import pytest
from proofs.incidents.cases.f1 import F1
from proofs.incidents.cases.traitor_terminal import TraitorTerminal
from proofs.incidents.result import result_of
from proofs.incidents.run import Run, Size

SIZE = Size(terminals=50)
WITH = Run(
    defended=True,
    terminals=50,
    asked=100,
    printed=40,
    injected=30,
    wrong=frozenset(),
    charged=frozenset(),
    quarantined=30,
    refused=30,
    stops=3,
    problems={},
    others=(),
    seconds=1.0,
)
WITHOUT = replace(WITH, defended=False, wrong=frozenset({"a", "b"}), quarantined=0, printed=100)


def test_it_holds_if_all_is_as_it_must_be() -> None:
    result = result_of(F1(), WITHOUT, WITH, SIZE)
    assert result.holds
    assert (result.wrong_without_defence, result.wrong_delivered) == (2, 0)
    assert (result.right_papers, result.refused, result.quarantined) == (40, 30, 30)


@pytest.mark.parametrize(
    ("without", "defended", "word"),
    [
        ({"wrong": frozenset[str]()}, {}, "without defences it gave no wrong paper"),
        ({}, {"injected": 0}, "never struck"),
        ({}, {"terminals": 49}, "only 49 terminals"),
        ({}, {"wrong": frozenset({"a"})}, "1 wrong papers came out"),
        ({}, {"charged": frozenset({"a"})}, "were paid for and did not come out"),
        ({}, {"others": ("paper-missing",)}, "paper-missing"),
    ],
)
def test_it_does_not_hold(without: dict[str, Any], defended: dict[str, Any], word: str) -> None:
    result = result_of(F1(), replace(WITHOUT, **without), replace(WITH, **defended), SIZE)
    assert not result.holds
    assert any(word in failure for failure in result.failures)


def test_where_cryptography_leaves_nothing_no_wrong_paper_is_wanted() -> None:
    without = replace(WITHOUT, wrong=frozenset())
    assert result_of(TraitorTerminal(), without, WITH, SIZE).holds
