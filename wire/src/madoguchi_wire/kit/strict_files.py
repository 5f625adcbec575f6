"""Reads configuration files: YAML, strict, with every fault named by its line and path."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from madoguchi_wire.kit.yaml_file import Place, YamlFile, load_yaml

_M = TypeVar("_M", bound=BaseModel)


class ConfigurationFault(ValueError):
    """Some files cannot be put in force; the text names file, line, path and fault, one a line."""


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
        file = load_yaml(path, name)
    except ValueError as error:
        raise ConfigurationFault(str(error)) from error
    try:
        # Read as JSON, where strict types still allow dates and enumerations as text.
        return kind.model_validate_json(json.dumps(file.document, default=_spell_date), strict=True)
    except ValidationError as error:
        raise ConfigurationFault("\n".join(faults_of(file, error))) from error
    except (TypeError, ValueError) as error:
        raise ConfigurationFault(f"{name}: {error}") from error


def faults_of(file: YamlFile, error: ValidationError) -> list[str]:
    """Return each fault with its line and path, never with the value, which may be a secret."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    places = [fault["loc"] for fault in found]
    return [
        file.told(place, fault["msg"].removeprefix("Value error, "))
        for place, fault in zip(places, found, strict=True)
        # Items that have faults are none: what holds them is not short for that.
        if not (fault["type"] == "too_short" and _has_faults_inside(place, places))
    ]


def _has_faults_inside(place: Place, places: Sequence[Place]) -> bool:
    return any(len(one) > len(place) and one[: len(place)] == place for one in places)


def _spell_date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not a type of configuration values")
