"""The API descriptions in `docs/openapi/`, kept as the programs tell them."""

import json
from collections.abc import Callable
from typing import Any

from gateway.composition import api_description as gateway_description
from municipal_adapter.composition import api_description as adapter_description
from relay.application import api_description as relay_description
from rich.console import Console

from local_stack.folders import ROOT

FOLDER = ROOT / "docs" / "openapi"
DESCRIPTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "gateway.json": gateway_description,
    "adapter.json": adapter_description,
    "relay.json": relay_description,
}


def write_descriptions() -> None:
    """Write the files anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in _texts().items():
        (FOLDER / name).write_text(text, "utf-8")


def stale_descriptions() -> list[str]:
    """Return the names of files that are not as the programs tell."""
    return [
        name
        for name, text in _texts().items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != text
    ]


def run(console: Console, *, check: bool) -> int:
    """Write the files, or with `check` compare them; return the exit code."""
    if not check:
        write_descriptions()
        return 0
    stale = stale_descriptions()
    for name in stale:
        console.print(f"docs/openapi/{name} is not what the program tells: run make openapi")
    return 1 if stale else 0


def _texts() -> dict[str, str]:
    return {
        name: json.dumps(description(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        for name, description in DESCRIPTIONS.items()
    }
