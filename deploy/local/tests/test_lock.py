import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / "requirements.lock").read_text()
LOCKED = {canonicalize_name(n): v for n, v in re.findall(r"(?m)^([\w.-]+)==([^ ;]+)", LOCK)}
MEMBERS = re.findall(r"(?m)^-e (.+)$", (ROOT / "requirements-members.txt").read_text())


def project(folder: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text())


def test_every_locked_library_has_a_hash_and_no_address() -> None:
    blocks = re.split(r"(?m)^(?=\S)", LOCK)[1:]
    assert len(blocks) == len(LOCKED)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK


@pytest.mark.parametrize("folder", [".", *MEMBERS])
def test_the_lock_holds_what_each_member_names(folder: str) -> None:
    named = project(folder)["project"]["dependencies"]
    named += project(folder).get("dependency-groups", {}).get("dev", [])
    for requirement in map(Requirement, named):
        name = canonicalize_name(requirement.name)
        if not name.startswith("madoguchi-"):
            assert requirement.specifier.contains(LOCKED[name]), f"run make lock: {requirement}"


def test_every_member_of_the_workspace_is_installed() -> None:
    patterns: list[str] = project(".")["tool"]["uv"]["workspace"]["members"]
    found = {f"./{path.relative_to(ROOT)}" for pattern in patterns for path in ROOT.glob(pattern)}
    assert found == set(MEMBERS)
