"""An auditor's package verifies by its own script, offline, or the script names the place."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from audit.package.packing import Contents, pack
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import countersigned, stamped
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.stamps import Stamp, StampRecord
from madoguchi_wire_testing.timestamp_authority import TimestampAuthority


def _head(parties: Parties, code: str, record: StampRecord) -> str:
    stamp = Stamp.parsed(unverified_payload(record.stamp))
    return countersigned(parties, code, stamp, record.stamp, stamp.stamped_at)


async def _packed(
    archive: Connection,
    parties: Parties,
    stamps: list[StampRecord],
    folder: Path,
    municipality: str | None = None,
) -> Path:
    _, root = parties.save(folder)
    contents = Contents(
        centre=CENTRE,
        municipality=municipality,
        first_day=None,
        last_day=None,
        trust_list=parties.trust_list,
        trust_root=root.read_text("ascii"),
        heads=[_head(parties, code, stamps[-1]) for code in ("122033", "131130")],
    )
    await pack(archive, contents, folder / "package.zip", NOW)
    with zipfile.ZipFile(folder / "package.zip") as zipped:
        zipped.extractall(folder / "package")
    return folder / "package"


@pytest.fixture
async def package(
    archive: Connection, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> Path:
    return await _packed(archive, parties, stamps, tmp_path)


def _verify(package: Path, *arguments: str) -> tuple[int, str]:
    # Isolated and elsewhere: nothing of ours is there to be imported by chance.
    ended = subprocess.run(
        [sys.executable, "-I", str(package / "verify.py"), *arguments],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    return ended.returncode, ended.stdout


def _wrong(package: Path) -> list[str]:
    code, told = _verify(package)
    assert code == 1, told
    found = [line for line in told.splitlines() if line.startswith("WRONG")]
    return [line.removeprefix("WRONG  ") for line in found]


def _lines(package: Path, name: str) -> list[bytes]:
    return (package / name).read_bytes().splitlines(keepends=True)


def _write(package: Path, name: str, lines: list[bytes]) -> None:
    (package / name).write_bytes(b"".join(lines))


def test_a_whole_package_holds(package: Path, events: list[AuditEvent]) -> None:
    code, told = _verify(package)
    assert code == 0, told
    assert f"events: {len(events)} whole" in told
    assert "Everything that was checked holds." in told
    readme = (package / "README.md").read_text("utf-8")
    assert "信頼の起点" in readme
    assert "Compare the printed trust root" in readme


def test_the_script_imports_nothing_of_ours(package: Path) -> None:
    text = (package / "verify.py").read_text("utf-8")
    assert "madoguchi_wire" not in text
    assert "from audit" not in text


async def test_others_events_go_as_digests_and_the_proof_still_holds(
    archive: Connection,
    parties: Parties,
    stamps: list[StampRecord],
    events: list[AuditEvent],
    tmp_path: Path,
) -> None:
    package = await _packed(archive, parties, stamps, tmp_path, "122033")
    own = [event for event in events if event.data.get("municipality") == "122033"]
    code, told = _verify(package)
    assert code == 0, told
    assert f"events: {len(own)} whole" in told
    assert f"{len(events) - len(own)} of others" in told
    assert b'"municipality":"131130"' not in (package / "events.jsonl").read_bytes()
    assert json.loads((package / "manifest.json").read_bytes())["municipality"] == "122033"


def test_one_changed_byte_is_named(package: Path) -> None:
    lines = _lines(package, "events.jsonl")
    lines[70] = lines[70].replace(b'"salt":"', b'"salt":"0')
    _write(package, "events.jsonl", lines)
    assert _wrong(package) == ["stamp 2, event 21: changed: line 71 is not what was stamped"]


def test_one_deleted_event_is_named(package: Path) -> None:
    lines = _lines(package, "events.jsonl")
    del lines[120]
    _write(package, "events.jsonl", lines)
    first, *others = _wrong(package)
    assert first == "stamp 3, event 21: missing"
    assert all("comes after" in line for line in others)


def test_two_swapped_events_are_named(package: Path) -> None:
    lines = _lines(package, "events.jsonl")
    lines[10], lines[40] = lines[40], lines[10]
    _write(package, "events.jsonl", lines)
    wrong = _wrong(package)
    assert "stamp 1, event 11: out of order: it stands in line 41, not 11" in wrong
    assert "stamp 1, event 41: out of order: it stands in line 11, not 41" in wrong


def test_two_swapped_leaves_are_named(package: Path) -> None:
    stamps = _lines(package, "stamps.jsonl")
    record = json.loads(stamps[3])
    record["leaves"][0], record["leaves"][1] = record["leaves"][1], record["leaves"][0]
    stamps[3] = json.dumps(record).encode() + b"\n"
    _write(package, "stamps.jsonl", stamps)
    assert "stamp 4: the listed events are not those that were stamped" in _wrong(package)


def test_a_cut_tail_is_named(package: Path) -> None:
    stamps, lines = _lines(package, "stamps.jsonl"), _lines(package, "events.jsonl")
    cut, last = len(json.loads(stamps[-1])["leaves"]), len(stamps)
    _write(package, "stamps.jsonl", stamps[:-1])
    _write(package, "events.jsonl", lines[:-cut])
    assert _wrong(package) == [
        f"stamp {last}: the end is cut: {code} has seen stamp {last},"
        f" the package ends at {last - 1}"
        for code in ("122033", "131130")
    ]


def test_a_history_rewritten_with_the_centres_key_is_named(
    package: Path, parties: Parties, events: list[AuditEvent]
) -> None:
    kept = [event for event in events if event.subject != events[300].subject]
    rewritten = stamped(parties, kept, witnesses=())
    _write(package, "stamps.jsonl", [record.canonical() + b"\n" for record in rewritten])
    _write(package, "events.jsonl", [event.canonical() + b"\n" for event in kept])
    wrong = _wrong(package)
    assert "stamp 1: 0 witnesses signed it, 2 are needed" in wrong
    assert any("history rewritten" in line or "the end is cut" in line for line in wrong)


def test_keys_that_another_root_signed_are_refused(package: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    _, root = Parties(NOW).save(tmp_path / "other")
    code, told = _verify(package, "--root", str(root))
    assert code == 2
    assert "the signature is wrong" in told


def test_openssl_verifies_the_time_stamps_that_the_script_writes(
    package: Path, stamps: list[StampRecord], tmp_path: Path
) -> None:
    authority = TimestampAuthority.make(tmp_path)
    timed = stamps[1].model_copy(
        update={"timestamp": to_base64url(authority.token(stamps[1].stamp))}
    )
    lines = _lines(package, "stamps.jsonl")
    _write(package, "stamps.jsonl", [lines[0], timed.canonical() + b"\n", *lines[2:]])
    _, told = _verify(package, "--timestamps", str(tmp_path / "times"))
    assert "openssl ts -verify" in told
    for data, holds in (("2.stamp", True), ("../package/README.md", False)):
        asked = ["-token_in", "-in", "2.tst", "-data", data, "-CAfile", str(authority.root)]
        ended = subprocess.run(
            ["openssl", "ts", "-verify", *asked],
            cwd=tmp_path / "times",
            capture_output=True,
            check=False,
        )
        assert (ended.returncode == 0) is holds
