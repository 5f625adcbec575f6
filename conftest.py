"""Fixtures that every member's tests share."""

import gateway
import loadtests
import proofs

pytest_plugins = ["local_stack.testing"]

INSTALLED = (gateway, loadtests, proofs)
"""Imported here first, or pytest would give their names to the folders that hold their tests."""
