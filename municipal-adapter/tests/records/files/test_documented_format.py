"""The examples of `docs/records/files.md` are files that the adapter imports."""

import hashlib
from datetime import timedelta
from pathlib import Path

from local_stack.testing import MakeMigrated
from madoguchi_wire.kit.pool import open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.files.deciding import Decision
from municipal_adapter.records.files.importing import Importer

DOCUMENT = Path(__file__).parents[4] / "docs" / "records" / "files.md"


def examples(folder: Path) -> list[Path]:
    """Write each example as a file, the digests put in."""
    lines = [
        line.strip()
        for line in DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith('    {"line"')
    ]
    files: list[list[str]] = []
    for line in lines:
        if '"header"' in line:
            files.append([])
        files[-1].append(line)
    paths: list[Path] = []
    for number, (*body, trailer) in enumerate(files):
        before = "".join(f"{line}\n" for line in body).encode()
        digest = hashlib.sha256(before).hexdigest()
        path = folder / f"{number}.jsonl"
        path.write_bytes(before + trailer.replace("SHA256", digest).encode() + b"\n")
        paths.append(path)
    return paths


async def test_the_examples_are_imported_as_the_page_says(
    migrated_database: MakeMigrated, tmp_path: Path
) -> None:
    database = await migrated_database(migrated)
    async with await open_pool(database, timedelta(), maximum=2) as pool:
        outcomes = await Importer(pool, "122033").import_all(examples(tmp_path))
        assert [one.decision for one in outcomes] == [Decision.APPLY, Decision.APPLY]
        row = await pool.fetchrow("SELECT address, fault FROM households, records_version")
        assert row is not None
        assert row["address"].endswith("二丁目2番2号")
        assert row["fault"] == "erasure_not_applied"  # the example's seal was never registered
