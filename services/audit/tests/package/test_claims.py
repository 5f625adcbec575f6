"""A package is held to its stamps, and what nobody can prove is told with its number."""

import json
from datetime import date
from pathlib import Path

from audit_testing.packages import (
    claim,
    issuance_lines,
    lines_of,
    made_at,
    make_bare,
    packed,
    verified,
    write_lines,
    wrong_in,
)
from audit_testing.parties import Parties
from madoguchi_wire.clock import instant_text, japan_day
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamps import StampRecord


def test_a_beginning_that_is_gone_is_named(package: Path) -> None:
    stamps, lines = lines_of(package, "stamps.jsonl"), lines_of(package, "events.jsonl")
    cut = len(json.loads(stamps[0])["leaves"])
    write_lines(package, "stamps.jsonl", stamps[1:])
    write_lines(package, "events.jsonl", lines[cut:])
    assert "stamp 1: missing: nothing limits the beginning of this package" in wrong_in(package)


def test_an_event_that_is_hidden_as_anothers_is_named(package: Path) -> None:
    lines, stamps = lines_of(package, "events.jsonl"), lines_of(package, "stamps.jsonl")
    digest = json.loads(stamps[0])["leaves"][4]
    lines[4] = json.dumps({"digest": digest, "why": "other"}).encode() + b"\n"
    write_lines(package, "events.jsonl", lines)
    hidden = "line 5: a bare digest of another municipality, and all are packed"
    assert hidden in wrong_in(package)
    lines[4] = json.dumps({"digest": digest, "why": "x"}).encode() + b"\n"
    write_lines(package, "events.jsonl", lines)
    unreadable = "events.jsonl, line 5: why is not there, or not what it should be"
    assert verified(package) == (2, f"The package cannot be read: {unreadable}\n")


def test_what_was_removed_is_counted_with_the_moment_of_the_newest(
    package: Path, stamps: list[StampRecord]
) -> None:
    """An issuance whose payloads were all removed has no gap; nobody can tell if they were due."""
    hidden = issuance_lines(package, "refused")
    make_bare(package, hidden, "removed")
    code, told = verified(package)
    assert code == 0, told
    last = instant_text(made_at(stamps[hidden[-1] // 50]))
    assert f"NOT PROVEN  {len(hidden)} payloads were due to be removed" in told
    assert f"hold your rule against the newest, stamped {last}\n" in told


def test_what_a_manifest_counts_is_there(package: Path) -> None:
    for name in ("stamps", "whole", "removed", "other", "missing", "unstamped"):
        was = json.loads((package / "manifest.json").read_bytes())[name]
        claim(package, **{name: was + 1})
        assert wrong_in(package) == [f"manifest.json: it counts {was + 1} {name}, there are {was}"]
        claim(package, **{name: was})
    claim(package, format=1)
    code, told = verified(package)
    assert (code, "this script reads format 2, not 1" in told) == (2, True)


async def test_a_package_of_days_shows_that_it_begins_and_ends_with_them(
    archive: Connection,
    parties: Parties,
    stamps: list[StampRecord],
    tmp_path: Path,
) -> None:
    days = (date(2026, 4, 20), date(2026, 5, 10))
    within = [n for n, one in enumerate(stamps) if days[0] <= japan_day(made_at(one)) <= days[1]]
    before = stamps[within[0] - 1]
    package = await packed(archive, parties, stamps, tmp_path, days=days)
    code, told = verified(package)
    assert code == 0, told
    assert f"from {within[0] + 1}, made {instant_text(made_at(stamps[within[0]]))}" in told
    assert f"digest that the package before has to end with: {token_digest(before.stamp)}" in told
    total, made = within[0] * 50, instant_text(made_at(before))
    until = f"up to stamp {within[0]}, made {made}"
    assert f"NOT PROVEN  {total} events from before this package, {until}" in told
    # Other days than those that were packed are no better by being claimed.
    for first, fault in (
        (
            "2026-04-19",
            f"stamp {within[0]}: it is of this package's days, and its events are left out",
        ),
        ("2026-04-21", f"stamp {within[0] + 1}: it is not of the days of this package"),
    ):
        claim(package, first_day=first)
        assert fault in wrong_in(package)
    claim(package, first_day=str(days[0]), last_day="2026-05-09")
    assert f"stamp {within[-1] + 1}: it is not of the days of this package" in wrong_in(package)
    claim(package, last_day=str(days[1]))
    (package / "stamp-before.jws").write_text(stamps[within[0]].stamp, "ascii")
    first = within[0] + 1
    assert f"stamp {first + 1}: missing or out of order: stamp {first} comes instead" in wrong_in(
        package
    )
    (package / "stamp-before.jws").unlink()
    assert wrong_in(package) == [f"stamp {within[0]}: missing: it shows where the first day begins"]


async def test_a_package_of_days_without_a_stamp_holds(
    archive: Connection, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> None:
    package = await packed(archive, parties, stamps, tmp_path, days=(date(2026, 7, 1), None))
    code, told = verified(package)
    assert code == 0, told
    assert "stamps: 0\n" in told


async def test_what_is_hidden_in_a_package_of_one_municipality(
    archive: Connection, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> None:
    """The beginning of an issuance is named, its end is told, and all of it only counted."""
    package = await packed(archive, parties, stamps, tmp_path, "122033")
    lines, manifest = lines_of(package, "events.jsonl"), (package / "manifest.json").read_bytes()
    own = issuance_lines(package, "completed")
    subject = json.loads(lines[own[0]])["subject"]

    def hidden(places: list[int]) -> tuple[int, str]:
        write_lines(package, "events.jsonl", lines)
        (package / "manifest.json").write_bytes(manifest)
        make_bare(package, places)
        return verified(package)

    code, told = hidden(own[:2])
    assert code == 1
    assert f"WRONG  line {own[2] + 1}: event 3 of {subject} is the first of it\n" in told
    code, told = hidden(own[-2:])
    assert code == 0, told
    assert f"{subject} (line {own[-3] + 1})" in told.partition("issuances do not end in this")[2]
    _, before = hidden([])
    code, told = hidden(own)
    papers = int(before.partition(" papers came out")[0].rpartition(" ")[2])
    assert (code, f"{papers - 1} papers came out" in told) == (0, True)
    # Whose package it is stands in its events.
    hidden([])
    claim(package, municipality="131130")
    assert f"line {own[0] + 1}: it is not of 131130, whose package this is" in wrong_in(package)
