"""A simulation moves the clock of processes that run, and of their open connections."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from madoguchi_wire.kit.clock_file import FileClock, move_clock_file

APRIL = datetime(2010, 4, 1, tzinfo=UTC)
OTHER = """
import sys
from pathlib import Path
from madoguchi_wire.kit.clock_file import FileClock

clock = FileClock(Path(sys.argv[1]))
for _ in sys.stdin:
    print(clock.now().year, flush=True)
"""


def test_another_process_follows_at_once(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    move_clock_file(file, APRIL - datetime.now(UTC))
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert _asked(other) == "2010"
        move_clock_file(file, APRIL.replace(year=2011) - datetime.now(UTC))
        assert _asked(other) == "2011"
        other.communicate()


def _asked(process: "subprocess.Popen[str]") -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.mark.parametrize("content", [None, b"", b"nine byte"])
def test_a_file_that_is_no_clocks_is_refused(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "clock").write_bytes(content)
    with pytest.raises(ValueError, match="clock file"):
        FileClock(tmp_path / "clock")
