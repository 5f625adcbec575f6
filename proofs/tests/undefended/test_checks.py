"""Each check that a proof takes out is there in the product, and only proofs take it out."""

import inspect
import os
import subprocess
import sys

import pytest
from proofs.incidents.cases import INCIDENTS
from proofs.undefended.checks import CHECKS, Part, patches_of
from proofs.undefended.patching import holder_of, patched


@pytest.mark.parametrize("name", CHECKS)
def test_the_product_has_what_is_taken_out(name: str) -> None:
    for part in CHECKS[name].parts:
        patches = patches_of([name], part)
        assert patches
        originals = {patch: vars(holder_of(patch.where))[patch.name] for patch in patches}
        with patched(patches):
            for patch, original in originals.items():
                assert takes_what(patch.instead, original), f"{patch.where} {patch.name}"


def takes_what(instead: object, original: object) -> bool:
    """Return whether one can be called as the other is, and is awaited as the other is."""
    if not callable(original):
        return not callable(instead)
    assert callable(instead)
    asked = inspect.signature(original).parameters.values()
    given = [
        one.name for one in asked if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    named = {one.name: one.name for one in asked if one.kind is one.KEYWORD_ONLY}
    try:
        inspect.signature(instead).bind(*given, **named)
    except TypeError:
        return False
    return inspect.iscoroutinefunction(instead) == inspect.iscoroutinefunction(original)


def test_a_part_loses_only_checks_of_its_own() -> None:
    parts: tuple[Part, ...] = ("adapter", "gateway", "terminal")
    for name, check in CHECKS.items():
        assert {part for part in parts if patches_of([name], part)} == set(check.parts)


def test_each_check_is_taken_out_by_some_incident() -> None:
    assert {name for one in INCIDENTS.values() for name in one.without} == CHECKS.keys()


def test_no_service_runs_without_a_check_outside_development() -> None:
    command = ["-m", "proofs.undefended", "--without", "allowed-builds", "gateway", "life"]
    ended = subprocess.run(
        [sys.executable, *command],
        env=os.environ | {"MADOGUCHI_ENVIRONMENT": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == "proofs.undefended: in development only\n"
