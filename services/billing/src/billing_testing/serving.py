"""Billing as a process of its own, for tests that ask it."""

from pathlib import Path
from sys import executable

from local_stack.ports import free_port
from local_stack.processes import ManagedProcess

from billing_testing.contracts import FOLDER

SIGN_IN = "the sign-in's own token"


def billing_process(database_url: str, folder: Path, **environment: str) -> ManagedProcess:
    """Return the process over a migrated database, not yet started; its log is in the folder."""
    port = free_port()
    return ManagedProcess(
        "billing",
        [executable, "-m", "billing", "serve"],
        ready_url=f"http://127.0.0.1:{port}/readyz",
        log=folder / "billing.log",
        env={
            "MADOGUCHI_ENVIRONMENT": "development",
            "BILLING_DATABASE_URL": database_url,
            "BILLING_CONTRACTS": str(FOLDER),
            "BILLING_TOKEN": SIGN_IN,
            "BILLING_PORT": str(port),
            "BILLING_DRAIN_SECONDS": "0",
        }
        | environment,
    )
