"""`make fuzz`: random seeds for FUZZ_SECONDS (300), and a report of what was sent."""

import os
import sys
from pathlib import Path

import pytest
from local_stack.folders import ROOT, VAR

REPORT = VAR / "fuzz" / "report.json"
_TESTS = ("test_fuzz.py", "test_fuzz_visits.py")


def main() -> int:
    """Return 0 if every answer was one that the API's description has."""
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.unlink(missing_ok=True)
    os.environ.setdefault("FUZZ_SECONDS", "300")
    os.environ["FUZZ_REPORT"] = str(REPORT)
    folder = Path(ROOT) / "tests" / "hostile"
    return int(pytest.main([str(folder / name) for name in _TESTS]))


if __name__ == "__main__":
    sys.exit(main())
