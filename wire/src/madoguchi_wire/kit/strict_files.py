"""Reads configuration files: YAML, strict, with every fault named by its exact path."""

import json
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from madoguchi_wire.kit.yaml_file import load_yaml

_M = TypeVar("_M", bound=BaseModel)


class ConfigurationFault(ValueError):
    """Some files cannot be put in force; the text names file, path and fault, one a line."""


def read_files(folder: Path, kind: type[_M], faults: list[str]) -> list[_M]:
    """Return what the YAML files of `folder` hold, in order of their names.

    Faults are added to `faults`, so that a reader sees those of all files at once.
    """
    found = (
        _tried(path, f"{path.parent.name}/{path.name}", kind, faults)
        for path in sorted(folder.glob("*.yaml"))
    )
    return [one for one in found if one is not None]


def read_file(path: Path, kind: type[_M], faults: list[str]) -> _M | None:
    """Return what one file holds; None if it has faults, which are added to `faults`."""
    return _tried(path, path.name, kind, faults)


def _tried(path: Path, name: str, kind: type[_M], faults: list[str]) -> _M | None:
    try:
        return _read(path, name, kind)
    except ConfigurationFault as fault:
        faults.append(str(fault))
        return None


def _read(path: Path, name: str, kind: type[_M]) -> _M:
    try:
        values = load_yaml(path, name)
    except ValueError as error:
        raise ConfigurationFault(str(error)) from error
    try:
        # Read as JSON, where strict types still allow dates and enumerations as text.
        return kind.model_validate_json(json.dumps(values, default=_spell_date), strict=True)
    except ValidationError as error:
        raise ConfigurationFault("\n".join(_faults(name, error))) from error
    except (TypeError, ValueError) as error:
        raise ConfigurationFault(f"{name}: {error}") from error


def _faults(name: str, error: ValidationError) -> list[str]:
    return [
        f"{name}: {'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)
    ]


def _spell_date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not a type of configuration values")
