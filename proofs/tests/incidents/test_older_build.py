"""An older build says honestly that it is another one."""

import os
import subprocess
import sys
from pathlib import Path

from municipal_adapter.build import build_fingerprint
from proofs.incidents.older_build import make_older_build


def test_its_fingerprint_is_not_that_of_the_allowed_build(tmp_path: Path) -> None:
    older = make_older_build(tmp_path, lacks=("read-back",))
    told = subprocess.run(
        [sys.executable, "-m", "municipal_adapter", "build"],
        env=os.environ | {"PYTHONPATH": str(older)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(told.stdout.strip()) == len(build_fingerprint())
    assert told.stdout.strip() != build_fingerprint()
