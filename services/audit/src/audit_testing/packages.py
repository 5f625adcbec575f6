"""An auditor's package as it lies unpacked: made, verified by its own script, and tampered with."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from audit.package.packing import Contents, pack
from audit.verifying.heads import moment_of_heads
from madoguchi_wire.events import event_digest
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.stamps import Stamp, StampRecord

from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import head

WITNESSES = ("122033", "131130")


def made_at(record: StampRecord) -> datetime:
    """Return when a stamp says that it was made."""
    return Stamp.parsed(unverified_payload(record.stamp)).stamped_at


async def packed(
    archive: Connection,
    parties: Parties,
    stamps: list[StampRecord],
    folder: Path,
    municipality: str | None = None,
    days: tuple[date | None, date | None] = (None, None),
) -> Path:
    """Pack an archive as of NOW, or some days of it, with two witnesses' heads, and unpack it."""
    _, root = parties.save(folder)
    as_of = moment_of_heads(NOW, days[1])
    told = [record for record in stamps if made_at(record) <= as_of]
    contents = Contents(
        centre=CENTRE,
        municipality=municipality,
        first_day=days[0],
        last_day=days[1],
        trust_list=parties.trust_list,
        trust_root=root.read_text("ascii"),
        heads=[head(parties, code, told[-1], as_of) for code in WITNESSES],
    )
    await pack(archive, contents, folder / "package.zip", NOW)
    with zipfile.ZipFile(folder / "package.zip") as zipped:
        zipped.extractall(folder / "package")
    return folder / "package"


def verified(package: Path, *arguments: str) -> tuple[int, str]:
    """Return exit code and words of the packed script, which leaves nothing else behind."""
    # Isolated and elsewhere: nothing of ours is there to be imported by chance.
    ended = subprocess.run(  # noqa: S603 (our own script)
        [sys.executable, "-I", str(package / "verify.py"), *arguments],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    return ended.returncode, ended.stdout


def wrong_in(package: Path) -> list[str]:
    """Return what the script names as wrong."""
    code, told = verified(package)
    assert code == 1, told
    found = [line for line in told.splitlines() if line.startswith("WRONG")]
    return [line.removeprefix("WRONG  ") for line in found]


def lines_of(package: Path, name: str) -> list[bytes]:
    """Return a file's lines, their ends included."""
    return (package / name).read_bytes().splitlines(keepends=True)


def write_lines(package: Path, name: str, lines: list[bytes]) -> None:
    """Write a file anew."""
    (package / name).write_bytes(b"".join(lines))


def make_bare(package: Path, hidden: Sequence[int], why: str = "other") -> None:
    """Turn whole events into bare digests, and let the manifest count them so."""
    lines = lines_of(package, "events.jsonl")
    manifest = json.loads((package / "manifest.json").read_bytes())
    for place in hidden:
        digest = event_digest(lines[place].rstrip())
        lines[place] = json.dumps({"digest": digest, "why": why}).encode() + b"\n"
        manifest["whole"] -= 1
        manifest[why] = manifest.get(why, 0) + 1
    write_lines(package, "events.jsonl", lines)
    (package / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def claim(package: Path, **claims: object) -> None:
    """Let the manifest claim something else."""
    manifest = json.loads((package / "manifest.json").read_bytes()) | claims
    (package / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def issuance_lines(package: Path, ends: str) -> list[int]:
    """Return the lines of the first issuance whose last event is of this state."""
    found = dict[str, list[int]]()
    states = dict[str, str]()
    for place, line in enumerate(lines_of(package, "events.jsonl")):
        event = json.loads(line)
        if "state" in event.get("data", ()):
            found.setdefault(event["subject"], []).append(place)
            states[event["subject"]] = event["data"]["state"]
    return next(found[subject] for subject, state in states.items() if state == ends)
