"""An auditor's package verifies by its own script, offline, or the script names the place."""

import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from audit.package.packing import Contents, pack
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import head, stamped
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamps import StampRecord
from madoguchi_wire_testing.timestamp_authority import TimestampAuthority

WITNESSES = ("122033", "131130")


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
        heads=[head(parties, code, stamps[-1], NOW) for code in WITNESSES],
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


def test_a_whole_package_holds(
    package: Path, events: list[AuditEvent], stamps: list[StampRecord]
) -> None:
    code, told = _verify(package)
    assert code == 0, told
    assert f"events: {len(events)} whole" in told
    assert "Everything that was checked holds." in told
    assert "complete as of (compare it): 2026-06-30T23:59:00.000Z" in told
    for code in WITNESSES:
        assert f"{code} saw stamp {len(stamps)} last, as of 2026-07-01T00:00:00.000Z" in told
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
        for code in WITNESSES
    ]
    # What whoever cut it has without any key: the countersignatures of the stamp that is last now.
    stored = json.loads(stamps[-2])["countersignatures"]
    _write(package, "heads.jsonl", [f"{token}\n".encode() for token in stored])
    refused = "a witness's head is refused: it is no madoguchi-stamp-head+jws"
    few = "0 municipalities say what they saw last as of 2026-06-30T23:59:00.000Z, 2 are needed"
    assert _wrong(package) == [refused, refused, f"{few}: the end may be cut"]


def test_an_auditor_brings_what_municipalities_told_him(
    package: Path, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> None:
    """Old words, one municipality's thrice, and none do not do."""
    (package / "heads.jsonl").write_text("", "ascii")
    told = tmp_path / "heads.txt"

    def verified(*heads: str) -> int:
        # As curl leaves answers: one after the other, without a line between them.
        told.write_text("".join(json.dumps({"head": one}) for one in heads), "ascii")
        return _verify(package, "--heads", str(told))[0]

    one, other = (head(parties, code, stamps[-1], NOW) for code in WITNESSES)
    assert verified(one, other) == 0
    assert verified(one, one, one) == 1
    assert verified() == 1
    old = [head(parties, code, stamps[-1], NOW - timedelta(days=1)) for code in WITNESSES]
    assert verified(*old) == 1
    behind = [head(parties, code, stamps[-2], NOW) for code in WITNESSES]
    assert verified(*behind) == 1


def test_a_beginning_that_is_gone_is_named(package: Path) -> None:
    stamps, lines = _lines(package, "stamps.jsonl"), _lines(package, "events.jsonl")
    cut = len(json.loads(stamps[0])["leaves"])
    _write(package, "stamps.jsonl", stamps[1:])
    _write(package, "events.jsonl", lines[cut:])
    assert "stamp 1: missing: nothing limits the beginning of this package" in _wrong(package)


def test_an_event_that_is_hidden_as_anothers_is_named(package: Path) -> None:
    lines, stamps = _lines(package, "events.jsonl"), _lines(package, "stamps.jsonl")
    digest = json.loads(stamps[0])["leaves"][4]
    lines[4] = json.dumps({"digest": digest, "why": "other"}).encode() + b"\n"
    _write(package, "events.jsonl", lines)
    hidden = "line 5: a bare digest of another municipality, and all are packed"
    assert hidden in _wrong(package)


async def test_what_no_stamp_names_is_packed_and_named_when_it_is_overdue(
    archive: Connection, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> None:
    last = len(stamps)
    async with archive.transaction():
        await archive.execute("SET LOCAL session_replication_role = replica")
        await archive.execute("DELETE FROM stamp_records WHERE number = $1", last)
    package = await _packed(archive, parties, stamps[:-1], tmp_path)
    wrong = _wrong(package)
    assert len(wrong) == len(stamps[-1].leaves)
    assert all("no stamp names it, though it is of 2026-0" in line for line in wrong)
    manifest = json.loads((package / "manifest.json").read_bytes())
    lines = _lines(package, "events.jsonl")
    first = datetime.fromisoformat(json.loads(lines[-len(wrong)])["time"])
    soon = first + timedelta(hours=1)
    manifest["made_at"] = soon.isoformat()
    (package / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    code, told = _verify(package)
    assert code == 0, told
    assert f"{len(wrong)} not stamped yet" in told


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
