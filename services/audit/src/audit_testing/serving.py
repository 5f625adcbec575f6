"""The archive as a process of its own, for tests that ask it."""

from pathlib import Path
from sys import executable

from local_stack.ports import free_port
from local_stack.processes import ManagedProcess

from audit_testing.parties import SIGN_IN, Parties


def archive_process(
    database_url: str, parties: Parties, folder: Path, name: str = "audit", **environment: str
) -> ManagedProcess:
    """Return the process over a migrated database, not yet started; its log is in the folder."""
    trust_list, trust_root = parties.save(folder)
    port = free_port()
    return ManagedProcess(
        name,
        [executable, "-m", "audit", "serve"],
        ready_url=f"http://127.0.0.1:{port}/readyz",
        log=folder / f"{name}.log",
        env={
            "MADOGUCHI_ENVIRONMENT": "development",
            "AUDIT_DATABASE_URL": database_url,
            "AUDIT_TRUST_LIST": str(trust_list),
            "AUDIT_TRUST_ROOT": str(trust_root),
            "AUDIT_TOKEN": SIGN_IN,
            "AUDIT_PORT": str(port),
            "AUDIT_DRAIN_SECONDS": "0",
        }
        | environment,
    )
