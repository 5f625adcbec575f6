"""`python -m local_stack install`: an installation for services that each have a host."""

import os
from pathlib import Path

from rich.console import Console

from local_stack.installation.addresses import by_name
from local_stack.installation.databases import Servers
from local_stack.installation.make import make_installation
from local_stack.postgres import PostgresNotStarted, choose_postgres


def run(folder: Path, console: Console) -> int:
    """Make the installation on the server that `DATABASE_URL` names, unless it is there already."""
    if (folder / "installation.json").exists():
        console.print(f"{folder} holds an installation already; it is kept.")
        return 0
    if "DATABASE_URL" not in os.environ:
        raise PostgresNotStarted("DATABASE_URL: name the PostgreSQL that the services will use")
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder}: holds something else: name an empty or new folder")
    server = choose_postgres(folder / "postgres")
    server.start()
    try:
        made = make_installation(
            folder, Servers.one(server), "madoguchi", folder / "card-keys", console.print, by_name
        )
    finally:
        server.stop()
    # Shells of containers read it, so that all clocks are shifted alike.
    offset = made.facts.clock_offset_seconds
    (folder / "clock.env").write_text(f"MADOGUCHI_CLOCK_OFFSET_SECONDS={offset!r}\n")
    return 0
