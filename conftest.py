"""Fixtures that every member's tests share."""

pytest_plugins = ["local_stack.testing"]
