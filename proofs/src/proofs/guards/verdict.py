"""A plugin of pytest that writes down how each test ended, and whose code ran.

It works inside the copy, in the process of the tests: `-p proofs.guards.verdict`.
"""

import json
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import pytest

FILE = "GUARDS_VERDICT"
"""Names the file to write."""
ORIGINAL = "GUARDS_ORIGINAL"
"""Names the tree that was copied; nothing may be imported from it, but its `.venv`."""
_ended: dict[str, dict[str, str]] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note how a test ended: `passed`, `asserted`, or in another way."""
    report = yield
    raised = call.excinfo.value if call.excinfo is not None else None
    if report.passed:
        if call.when == "call":
            _ended.setdefault(item.nodeid, {"how": "passed", "what": ""})
        return report
    how = "skipped" if report.skipped else "broken"
    if call.when == "call" and raised is not None and is_assertion(raised):
        how = "asserted"
    if _ended.get(item.nodeid, {}).get("how") == "asserted":
        # What its fixtures find afterwards takes nothing away from what it found itself.
        return report
    _ended[item.nodeid] = {"how": how, "what": f"{type(raised).__name__}: {raised}"[:400]}
    return report


def is_assertion(raised: BaseException) -> bool:
    """Tell whether a test failed by what it asserts, and not because it could not go on."""
    if isinstance(raised, BaseExceptionGroup):
        several = cast("BaseExceptionGroup[BaseException]", raised)
        return all(is_assertion(one) for one in several.exceptions)
    return isinstance(raised, (AssertionError, pytest.fail.Exception))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the verdict."""
    del session
    original = Path(os.environ[ORIGINAL])
    said = {"ended": _ended, "foreign": foreign(original)}
    Path(os.environ[FILE]).write_text(json.dumps(said), "utf-8")


def foreign(original: Path) -> list[str]:
    """Return the modules that were imported from the original tree; its libraries aside."""
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    return sorted(
        name
        for name, file in files.items()
        if file is not None
        and Path(file).is_relative_to(original)
        and not Path(file).is_relative_to(original / ".venv")
    )
