"""Fixtures that every member's tests share."""

import pytest

import gateway
import loadtests
import proofs

pytest_plugins = ["local_stack.testing"]

INSTALLED = (gateway, loadtests, proofs)
"""Imported here first, or pytest would give their names to the folders that hold their tests."""
LONGEST = ("proofs/", "tests/")
"""Folders whose tests start whole systems."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files come first, or one worker would be left with one at the end."""
    items.sort(key=lambda item: not item.location[0].startswith(LONGEST))
