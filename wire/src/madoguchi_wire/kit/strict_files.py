"""Reads configuration files: YAML, strict, with every fault named by its line and path."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from madoguchi_wire.kit.yaml_file import Place, YamlFile, load_yaml

_M = TypeVar("_M", bound=BaseModel)


_MENDS = {
    "missing": ": add it",
    "extra_forbidden": ": mend its spelling, or take it out",
    "string_type": ": put it in quotes",
    "int_type": ": write a whole number, without quotes",
    "bool_type": ": write true or false, without quotes",
    "date_from_datetime_parsing": ": write 2027-04-01",
    "date_type": ": write 2027-04-01",
    "tuple_type": ": begin each line of it with a hyphen",
    "dict_type": ": write name: value, one a line",
    "model_type": ": write name: value, one a line",
}
"""How to mend what pydantic finds, by its names of faults."""


class ConfigurationFault(ValueError):
    """Some files cannot be put in force; the text names file, line, path and fault, one a line."""


@dataclass(frozen=True)
class Read(Generic[_M]):
    """What a file holds, and where it says so."""

    file: YamlFile
    body: _M


def read_files(folder: Path, kind: type[_M], faults: list[str]) -> list[_M]:
    """Return what the YAML files of `folder` hold, in order of their names.

    Faults are added to `faults`, so that a reader sees those of all files at once.
    """
    found = (read_with_lines(path, kind, faults) for path in sorted(folder.glob("*.yaml")))
    return [one.body for one in found if one is not None]


def read_file(path: Path, kind: type[_M], faults: list[str]) -> _M | None:
    """Return what one file holds; None if it has faults, which are added to `faults`."""
    read = _tried(path, path.name, kind, faults)
    return None if read is None else read.body


def read_with_lines(path: Path, kind: type[_M], faults: list[str]) -> Read[_M] | None:
    """Return what one file holds and where, as `read_file`; faults name its folder, too."""
    return _tried(path, name_in_folder(path), kind, faults)


def name_in_folder(path: Path) -> str:
    """Return a file's name with that of its folder."""
    return f"{path.absolute().parent.name}/{path.name}"


def _tried(path: Path, name: str, kind: type[_M], faults: list[str]) -> Read[_M] | None:
    try:
        return _read(path, name, kind)
    except ConfigurationFault as fault:
        faults.append(str(fault))
        return None


def _read(path: Path, name: str, kind: type[_M]) -> Read[_M]:
    try:
        file = load_yaml(path, name)
    except ValueError as error:
        raise ConfigurationFault(str(error)) from error
    blanks = list(_blanks(file))
    if blanks:
        raise ConfigurationFault("\n".join(blanks))
    return Read(file, parsed(file, kind))


def _blanks(file: YamlFile) -> Iterator[str]:
    """Name what a new file leaves to fill in: `<name>`; the rest is judged once it is filled."""
    waiting: list[tuple[Place, object]] = [((), file.document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
            yield file.told(place, f"{value[:40]} is a blank: fill it in")
        elif isinstance(value, dict):
            keys = cast("dict[object, object]", value)
            waiting += reversed([((*place, str(key)), one) for key, one in keys.items()])
        elif isinstance(value, list):
            items = cast("list[object]", value)
            waiting += reversed([((*place, at), one) for at, one in enumerate(items)])


def parsed(file: YamlFile, kind: type[_M]) -> _M:
    """Return what a file says, as a model.

    Raises:
        ConfigurationFault: it does not fit.

    """
    try:
        # Read as JSON, where strict types still allow dates and enumerations as text.
        return kind.model_validate_json(json.dumps(file.document, default=_spell_date), strict=True)
    except ValidationError as error:
        raise ConfigurationFault("\n".join(faults_of(file, error))) from error
    except (TypeError, ValueError) as error:
        raise ConfigurationFault(f"{file.name}: {error}") from error


def faults_of(file: YamlFile, error: ValidationError) -> list[str]:
    """Return each fault with its line and path, never with the value, which may be a secret."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    places = [fault["loc"] for fault in found]
    return [
        file.told(place, words_of_fault(fault))
        for place, fault in zip(places, found, strict=True)
        # Items that have faults are none: what holds them is not short for that.
        if not (fault["type"] == "too_short" and _has_faults_inside(place, places))
    ]


def words_of_fault(fault: ErrorDetails) -> str:
    """Return what is wrong, and what to write instead."""
    return fault["msg"].removeprefix("Value error, ") + _MENDS.get(fault["type"], "")


def _has_faults_inside(place: Place, places: Sequence[Place]) -> bool:
    return any(len(one) > len(place) and one[: len(place)] == place for one in places)


def _spell_date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not a type of configuration values")
