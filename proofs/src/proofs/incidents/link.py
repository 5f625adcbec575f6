"""The link of F5, from the register to the issuing copy: it loses the erasure of seals.

`python -m proofs.incidents.link SETTINGS.json PORT` passes files of change events on, in the form
of docs/records/files.md, until the process is ended. It knows no code for the erasure of a seal,
and leaves such lines out; numbers and trailer it writes as if nothing were missing.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from municipal_adapter.synthetic.export import write_file
from pydantic import BaseModel, ConfigDict

from proofs.incidents.vendor.strikes import Strikes

_POLL_S = 0.05


class LinkSettings(BaseModel):
    """Where the link takes files and where it brings them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Path
    target: Path
    strikes: Path


def main(settings_file: Path, port: int) -> None:
    """Pass files on, and say that this process is there."""
    settings = LinkSettings.model_validate_json(settings_file.read_bytes())
    threading.Thread(target=_pass_for_ever, args=[settings], daemon=True).start()
    HTTPServer(("127.0.0.1", port), _Here).serve_forever()


def _pass_for_ever(settings: LinkSettings) -> None:
    passed: set[str] = set()
    while True:
        for path in sorted(settings.source.glob("*.jsonl")):
            if path.name not in passed:
                _pass(path, settings)
                passed.add(path.name)
        time.sleep(_POLL_S)


def _pass(path: Path, settings: LinkSettings) -> None:
    header, *events, _trailer = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    known: list[dict[str, Any]] = []
    for event in events:
        if (event.get("act"), event.get("what")) == ("erase", "seal"):
            Strikes(settings.strikes).note(event["key"])  # the fault: the line is left out
        else:
            known.append(event)
    write_file(settings.target / path.name, header, known)


class _Here(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401, ARG002
        return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
