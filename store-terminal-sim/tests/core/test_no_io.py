"""The core does nothing by itself, so that any driver can run it."""

import ast
from pathlib import Path

import store_terminal_sim.core as core

EDGES = {
    "aiohttp",
    "asyncio",
    "http",
    "os",
    "pathlib",
    "requests",
    "rich",
    "socket",
    "subprocess",
    "threading",
    "time",
}


def test_the_core_imports_no_edge_and_nothing_of_the_drivers() -> None:
    files = sorted(Path(str(core.__file__)).parent.glob("*.py"))
    assert len(files) > 10
    for file in files:
        for module in imported(file):
            assert module.split(".")[0] not in EDGES, file.name
            outside = module.startswith("store_terminal_sim.")
            assert not outside or module.startswith("store_terminal_sim.core"), file.name


def imported(file: Path) -> list[str]:
    found = list[str]()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found.append(node.module)
    return found
