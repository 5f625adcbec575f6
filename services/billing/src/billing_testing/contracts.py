"""The sample contracts, for tests."""

from pathlib import Path

from billing.contracts.contracts import Contracts, read_contracts

FOLDER = Path(__file__).parents[4] / "deploy" / "billing"


def sample_contracts() -> Contracts:
    """Return the contracts of the sample installation: three municipalities, two chains."""
    return read_contracts(FOLDER)
