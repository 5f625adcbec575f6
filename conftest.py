"""Fixtures that every member's tests share."""

import gateway
import loadtests

pytest_plugins = ["local_stack.testing"]

INSTALLED = (gateway, loadtests)
"""Imported here first, or pytest would give their names to the folders that hold their tests."""
