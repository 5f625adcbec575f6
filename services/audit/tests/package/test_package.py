"""An auditor's package verifies by its own script, offline, or the script names the place."""

import json
import subprocess
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from audit_testing.packages import (
    WITNESSES,
    claim,
    lines_of,
    made_at,
    packed,
    verified,
    write_lines,
    wrong_in,
)
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import head, stamped
from madoguchi_wire.clock import instant_text
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import token_digest, unverified_payload
from madoguchi_wire.stamps import StampRecord
from madoguchi_wire.trust_list import TrustList
from madoguchi_wire_testing.timestamp_authority import TimestampAuthority


def test_a_whole_package_holds(
    package: Path, events: list[AuditEvent], stamps: list[StampRecord]
) -> None:
    code, told = verified(package)
    assert code == 0, told
    assert f"events: {len(events)} whole" in told
    assert "Everything that was checked holds." in told
    assert "complete as of (compare it): 2026-06-30T23:59:00.000Z" in told
    for code in WITNESSES:
        assert f"{code} saw stamp {len(stamps)} last, as of 2026-06-30T23:59:00.000Z" in told
    assert f"package (compare it): {CENTRE}, of all\n" in told
    first, last = (instant_text(made_at(stamps[place])) for place in (0, -1))
    between = f"from 1, made {first}, to {len(stamps)}, made {last}\n"
    assert f"stamps: {len(stamps)} (compare them), {between}" in told
    assert f"digest that this package ends with: {token_digest(stamps[-1].stamp)}\n" in told
    ended = Counter(event.type.split(".")[2] for event in events if ".issuance." in event.type)
    assert f"{ended['accepted']} begun, {ended['completed']} papers came out" in told
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
    package = await packed(archive, parties, stamps, tmp_path, "122033")
    own = [event for event in events if event.data.get("municipality") == "122033"]
    code, told = verified(package)
    assert code == 0, told
    assert f"events: {len(own)} whole" in told
    others = len(events) - len(own)
    assert f"{others} of others" in told
    assert f"NOT PROVEN  {others} events are of other municipalities" in told
    assert f"package (compare it): {CENTRE}, of 122033\n" in told
    assert b'"municipality":"131130"' not in (package / "events.jsonl").read_bytes()
    assert json.loads((package / "manifest.json").read_bytes())["municipality"] == "122033"


def test_one_changed_byte_is_named(package: Path) -> None:
    lines = lines_of(package, "events.jsonl")
    lines[70] = lines[70].replace(b'"salt":"', b'"salt":"0')
    write_lines(package, "events.jsonl", lines)
    assert wrong_in(package) == ["stamp 2, event 21: changed: line 71 is not what was stamped"]


def test_one_deleted_event_is_named(package: Path) -> None:
    lines = lines_of(package, "events.jsonl")
    del lines[120]
    write_lines(package, "events.jsonl", lines)
    first, *others = wrong_in(package)
    assert first == "stamp 3, event 21: missing"
    assert all("comes after" in line or "is the first of it" in line for line in others)


def test_two_swapped_events_are_named(package: Path) -> None:
    lines = lines_of(package, "events.jsonl")
    lines[10], lines[40] = lines[40], lines[10]
    write_lines(package, "events.jsonl", lines)
    wrong = wrong_in(package)
    assert "stamp 1, event 11: out of order: it stands in line 41, not 11" in wrong
    assert "stamp 1, event 41: out of order: it stands in line 11, not 41" in wrong


def test_two_swapped_leaves_are_named(package: Path) -> None:
    stamps = lines_of(package, "stamps.jsonl")
    record = json.loads(stamps[3])
    record["leaves"][0], record["leaves"][1] = record["leaves"][1], record["leaves"][0]
    stamps[3] = json.dumps(record).encode() + b"\n"
    write_lines(package, "stamps.jsonl", stamps)
    assert "stamp 4: the listed events are not those that were stamped" in wrong_in(package)


def test_a_cut_tail_is_named(package: Path) -> None:
    stamps, lines = lines_of(package, "stamps.jsonl"), lines_of(package, "events.jsonl")
    cut, last = len(json.loads(stamps[-1])["leaves"]), len(stamps)
    write_lines(package, "stamps.jsonl", stamps[:-1])
    write_lines(package, "events.jsonl", lines[:-cut])
    assert wrong_in(package) == [
        f"stamp {last}: the end is cut: {code} has seen stamp {last},"
        f" the package ends at {last - 1}"
        for code in WITNESSES
    ]
    # What whoever cut it has without any key: the countersignatures of the stamp that is last now.
    stored = json.loads(stamps[-2])["countersignatures"]
    write_lines(package, "heads.jsonl", [f"{token}\n".encode() for token in stored])
    refused = "a witness's head is refused: it is no madoguchi-stamp-head+jws"
    few = "0 municipalities say what they saw last as of 2026-06-30T23:59:00.000Z, 2 are needed"
    assert wrong_in(package) == [refused, refused, f"{few}: the end may be cut"]


def test_an_auditor_brings_what_municipalities_told_him(
    package: Path, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> None:
    """Old words, one municipality's thrice, and none do not do."""
    (package / "heads.jsonl").write_text("", "ascii")
    told = tmp_path / "heads.txt"

    def answered(*heads: str) -> int:
        # As curl leaves answers: one after the other, without a line between them.
        told.write_text("".join(json.dumps({"head": one}) for one in heads), "ascii")
        return verified(package, "--heads", str(told))[0]

    one, other = (head(parties, code, stamps[-1], NOW) for code in WITNESSES)
    assert answered(one, other) == 0
    assert answered(one, one, one) == 1
    assert answered() == 1
    old = [head(parties, code, stamps[-1], NOW - timedelta(days=1)) for code in WITNESSES]
    assert answered(*old) == 1
    behind = [head(parties, code, stamps[-2], NOW) for code in WITNESSES]
    assert answered(*behind) == 1


def test_a_trust_list_is_told_and_has_to_count_then(package: Path, parties: Parties) -> None:
    told = f"trust list (compare it): version 1 of {instant_text(NOW - timedelta(days=3650))}"
    assert f"{told}, development, until " in verified(package)[1]
    day = timedelta(days=1)
    old = TrustList.parsed(unverified_payload(parties.trust_list)).model_copy(
        update={"expires_at": NOW - day}
    )
    (package / "trust-list.jws").write_text(old.signed_by(parties.root), "ascii")
    expired = f"trust-list.jws: it expired at {instant_text(NOW - day)}: ask for one of later"
    assert wrong_in(package) == [expired]


async def test_what_no_stamp_names_is_packed_and_named_when_it_is_overdue(
    archive: Connection, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> None:
    last = len(stamps)
    async with archive.transaction():
        await archive.execute("SET LOCAL session_replication_role = replica")
        await archive.execute("DELETE FROM stamp_records WHERE number = $1", last)
    package = await packed(archive, parties, stamps[:-1], tmp_path)
    wrong = wrong_in(package)
    assert len(wrong) == len(stamps[-1].leaves)
    assert all("no stamp names it, though it is of 2026-0" in line for line in wrong)
    lines = lines_of(package, "events.jsonl")
    first = datetime.fromisoformat(json.loads(lines[-len(wrong)])["time"])
    soon = first + timedelta(hours=1)
    # Later than the manifest is what two municipalities say; earlier is only a claim.
    claim(package, made_at=instant_text(soon))
    assert len(wrong_in(package)) == len(wrong)
    told = [f"{head(parties, code, stamps[-2], soon)}\n".encode() for code in WITNESSES]
    write_lines(package, "heads.jsonl", told)
    code, told = verified(package)
    assert code == 0, told
    assert f"{len(wrong)} not stamped yet" in told
    assert f"NOT PROVEN  {len(wrong)} events that no stamp names yet" in told


def test_a_history_rewritten_with_the_centres_key_is_named(
    package: Path, parties: Parties, events: list[AuditEvent]
) -> None:
    kept = [event for event in events if event.subject != events[300].subject]
    rewritten = stamped(parties, kept, witnesses=())
    write_lines(package, "stamps.jsonl", [record.canonical() + b"\n" for record in rewritten])
    write_lines(package, "events.jsonl", [event.canonical() + b"\n" for event in kept])
    wrong = wrong_in(package)
    assert "stamp 1: 0 witnesses signed it, 2 are needed" in wrong
    assert any("history rewritten" in line or "the end is cut" in line for line in wrong)


def test_keys_that_another_root_signed_are_refused(package: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    _, root = Parties(NOW).save(tmp_path / "other")
    code, told = verified(package, "--root", str(root))
    assert code == 2
    assert "the signature is wrong" in told


def test_openssl_verifies_the_time_stamps_that_the_script_writes(
    package: Path, stamps: list[StampRecord], tmp_path: Path
) -> None:
    authority = TimestampAuthority.make(tmp_path)
    timed = stamps[1].model_copy(
        update={"timestamp": to_base64url(authority.token(stamps[1].stamp))}
    )
    lines = lines_of(package, "stamps.jsonl")
    write_lines(package, "stamps.jsonl", [lines[0], timed.canonical() + b"\n", *lines[2:]])
    _, told = verified(package, "--timestamps", str(tmp_path / "times"))
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
