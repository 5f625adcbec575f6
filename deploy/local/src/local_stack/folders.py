"""Where runtime data go: `var/` in the repository, whatever folder a command is called from."""

from pathlib import Path

ROOT = Path(__file__).parents[4]
"""The repository's root."""
VAR = ROOT / "var"


def card_keys() -> Path:
    """Return the folder that keeps RSA keys, because making them takes time."""
    return VAR / "card-keys"
