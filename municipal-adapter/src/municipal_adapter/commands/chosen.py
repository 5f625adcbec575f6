"""The adapter file that a command is about."""

from pathlib import Path

from municipal_adapter.municipality.file import AdapterFile, read_adapter_files


def chosen_file(paths: list[Path], code: str | None) -> tuple[Path, AdapterFile]:
    """Return the adapter file of a municipality, with its path; the only one if no code is given.

    Raises:
        ValueError: there are several, or none of this code.

    """
    named = zip(paths, read_adapter_files(paths), strict=True)
    found = [(path, file) for path, file in named if code in (None, file.municipality)]
    if len(found) != 1:
        raise ValueError("say which municipality with --municipality CODE")
    return found[0]
