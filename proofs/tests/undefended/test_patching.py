"""What is taken out comes back, and what is no longer there is told."""

import math

import pytest
from proofs.undefended.patching import Patch, patched


def test_a_name_means_something_else_only_meanwhile() -> None:
    before = math.tau
    with patched([Patch("math", "tau", 6), Patch("math", "tau", 7)]):
        assert math.tau == 7
    assert math.tau == before


def test_it_comes_back_when_something_goes_wrong() -> None:
    before = math.tau
    both = [Patch("math", "tau", 6), Patch("math", "taau", 6)]
    with pytest.raises(LookupError, match="math has no taau"), patched(both):
        pass
    assert math.tau == before
