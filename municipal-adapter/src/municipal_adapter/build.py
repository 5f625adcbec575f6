"""The fingerprint of this build: what runs is what the trust list allows, on every replica."""

import hashlib
import importlib.util
from functools import cache
from pathlib import Path

PACKAGES = ("madoguchi_wire", "municipal_adapter")


@cache
def build_fingerprint() -> str:
    """Return the SHA-256 over the installed files of the adapter and of the wire package.

    Names and contents both count; compiled bytecode does not.
    """
    digest = hashlib.sha256(b"madoguchi/build/v1\n")
    for package in PACKAGES:
        folder = _folder(package)
        for path in sorted(p for p in folder.rglob("*") if _counts(p)):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            name = path.relative_to(folder).as_posix()
            digest.update(f"{package}/{name}\n{content}\n".encode())
    return digest.hexdigest()


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ValueError(f"The package {package} is not installed.")
    return Path(spec.origin).parent


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts
