"""Writing fictitious records as files, as a system of record would."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from municipal_adapter.records.model import Resident, SealRegistration
from municipal_adapter.synthetic.municipality import SyntheticMunicipality

Line = dict[str, Any]


def write_file(path: Path, header: Line, lines: Iterable[Line]) -> None:
    """Write a file with its trailer, appearing under its name only when it is whole."""
    made = [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in (header, *lines)]
    digest = hashlib.sha256(b"".join(made)).hexdigest()
    trailer = {"line": "trailer", "lines": len(made), "sha256": digest}
    draft = path.with_suffix(".part")
    draft.write_bytes(b"".join(made) + json.dumps(trailer).encode() + b"\n")
    draft.rename(path)


def batch_header(records: SyntheticMunicipality, sequence: int, made_at: datetime) -> Line:
    """Return the first line of a batch."""
    return {
        "line": "header",
        "kind": "batch",
        "municipality": records.code,
        "sequence": sequence,
        "made_at": made_at.isoformat(),
    }


def changes_header(code: str, first: int, last: int, made_at: datetime) -> Line:
    """Return the first line of change events."""
    return {
        "line": "header",
        "kind": "changes",
        "municipality": code,
        "first": first,
        "last": last,
        "made_at": made_at.isoformat(),
    }


def batch_lines(records: SyntheticMunicipality) -> Iterator[Line]:
    """Yield all records as lines of a batch."""
    for household in records.registered:
        yield {
            "line": "household",
            "household_id": household.household_id,
            "address": household.address,
            "head_name": household.head_name,
        }
    for order, resident in enumerate(records.residents.values(), 1):
        yield resident_line(resident, order)
    for seal in records.seals.values():
        yield seal_line(seal)


def resident_line(resident: Resident, order: int) -> Line:
    """Return a resident's line."""
    return {"line": "resident", "legal_order": order} | _plain(asdict(resident))


def seal_line(seal: SealRegistration) -> Line:
    """Return a seal's line."""
    picture = base64.b64encode(seal.picture_png).decode()
    return {"line": "seal"} | _plain(asdict(seal)) | {"picture_png": picture}


def _plain(values: Line) -> Line:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
