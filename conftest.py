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
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one worker, which shares what they start, or as they say.

    The longest files come first, or one worker would be left with one of them at the end.
    """
    if not config.pluginmanager.hasplugin("xdist"):
        return
    items.sort(key=lambda item: not item.location[0].startswith(LONGEST))
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.location[0]))
