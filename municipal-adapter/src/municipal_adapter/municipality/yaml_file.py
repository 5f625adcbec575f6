"""Reading a YAML file into a model; a fault is told by its line and path."""

from pathlib import Path
from typing import TypeVar

from madoguchi_wire.kit.strict_files import faults_of
from madoguchi_wire.kit.yaml_file import load_yaml
from pydantic import BaseModel, ValidationError

_M = TypeVar("_M", bound=BaseModel)


def read_yaml(path: Path, model: type[_M]) -> _M:
    """Return the model that the file holds.

    Raises:
        ValueError: the file cannot be read or does not fit; each fault with line and path, never
            with the value, which may be a secret.

    """
    file = load_yaml(path)
    try:
        return model.model_validate(file.document)
    except ValidationError as error:
        raise ValueError("\n".join(faults_of(file, error))) from None
