"""Where no person may be."""

import subprocess
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError

from madoguchi_wire.kit.pool import Executor

from local_stack.installation.layout import Layout
from local_stack.postgres import program

_SECONDS = 5
_TABLES = """
    SELECT oid::regclass::text AS name FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition
      AND relnamespace = current_schema()::regnamespace
"""
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
Place = tuple[str, bytes]
"""A name, and what lies there."""


def of_installation(layout: Layout) -> Iterator[Place]:
    """Yield the audit stream, the logs (spans among them) and the names of all files."""
    for path in sorted(layout.folder.glob("audit*.jsonl*")):
        yield path.name, path.read_bytes()
    for path in sorted(layout.logs.iterdir()):
        yield f"logs/{path.name}", path.read_bytes()
    names = "\n".join(str(path.relative_to(layout.folder)) for path in layout.folder.rglob("*"))
    yield "the names of files", names.encode("utf-8", "surrogateescape")


def of_folder(name: str, folder: Path, since: float = 0) -> Iterator[Place]:
    """Yield every file of a folder that was changed `since` (Unix time), with its name."""
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # a server removes its files as it likes
            if path.is_file() and path.stat().st_mtime >= since:
                yield f"{name}/{path.relative_to(folder)}", path.read_bytes()


def of_dump(whose: str, dsn: str) -> Place:
    """Return a database as a backup holds it: what its files keep compressed is legible here."""
    made = subprocess.run([program("pg_dump"), "--dbname", dsn], capture_output=True, check=True)
    return f"a dump of the {whose}'s database", made.stdout


async def of_rows(connection: Executor) -> Place:
    """Return every row of a database as text: sooner had than a dump, for small tests."""
    rows = list[str]()
    for table in await connection.fetch(_TABLES):
        found = await connection.fetch(f"SELECT t::text AS row FROM {table['name']} AS t")  # noqa: S608
        rows += [row["row"] for row in found]
    return "the gateway's rows", "\n".join(rows).encode()


def of_metrics(addresses: Iterable[tuple[str, str]]) -> list[Place]:
    """Return what running services tell of their work; addresses are given with their names."""
    pages = list[Place]()
    for name, address in addresses:
        with (
            suppress(URLError, OSError),  # killed by its test, or has no such page
            _DIRECT.open(f"{address}/metrics", timeout=_SECONDS) as answer,
        ):
            pages.append((f"the metrics of {name}", answer.read()))
    return pages
