"""A package whose bytes are others: the script names the place, and claims nothing else."""

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random

import pytest
from audit.consuming.files import import_files
from audit.package import verify
from audit_testing.history import History
from audit_testing.packages import packed
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import stamped
from audit_testing.writing import write_files
from madoguchi_wire.kit.pool import Connection

SMALL = History(2, date(2026, 4, 1), 2, 5).events()
FILES = (
    *("manifest.json", "stamps.jsonl", "events.jsonl", "heads.jsonl"),
    *("trust-list.jws", "trust-root.pem", "stamp-before.jws"),
)
ODD: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1.0,
    10**30,
    "",
    "x",
    "2026-04-02",
    "0" * 64,
    [],
    [None],
    {},
    {"a": 1},
)


async def test_no_byte_changes_what_is_claimed_and_none_ends_the_script(
    connection: Connection, parties: Parties, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is changed is named by its place, or all that is said stays as it was."""
    stamps = stamped(parties, SMALL, batch=6)
    files = write_files(tmp_path, SMALL, stamps)
    await import_files(connection, files[0], CENTRE, NOW, (files[1], parties.rules))
    days = (date(2026, 4, 2), date(2026, 4, 2))
    package = await packed(connection, parties, stamps, tmp_path, "122033", days)

    def verified() -> tuple[int | None, str]:
        code: int | None = None
        with suppress(Exception):  # no code: it ended by an error
            code = verify.main([str(package)])
        return code, capsys.readouterr().out

    code, claimed = verified()
    assert code == 0, claimed
    assert " 0 of others" not in claimed
    random = Random(5)
    for name in FILES:
        was = (package / name).read_bytes()
        for _ in range(60):
            (package / name).write_bytes(_spoilt(was, random))
            code, told = verified()
            named = ("WRONG  " in told, f"The package cannot be read: {name}" in told)
            assert (code, *named) in ((0, False, False), (1, True, False), (2, False, True))
            assert code or told == claimed
        (package / name).write_bytes(was)


def _spoilt(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data))
    before, byte, behind = data[:place], data[place], data[place + 1 :]
    other = bytes([random.choice((random.randrange(256), byte ^ 1 << random.randrange(8)))])
    return random.choice(
        (
            lambda: before + other + behind,
            lambda: before + other + data[place:],
            lambda: before + behind,
            lambda: before,
            lambda: before + b"[" * 100_000 + behind,
            lambda: _retyped(data, random),
        )
    )()


def _retyped(data: bytes, random: Random) -> bytes:
    """Let a field of a line, or of the whole, be something else, where these are JSON."""
    lines = [data] if data.startswith(b"{\n") else data.splitlines()
    place = random.randrange(len(lines))
    try:
        line = json.loads(lines[place])
    except ValueError:
        return b""
    # What is said of time stamps is that they are not checked.
    line[random.choice([*sorted(line.keys() - {"timestamp"}), "more"])] = random.choice(ODD)
    lines[place] = json.dumps(line).encode()
    return b"\n".join(lines)
