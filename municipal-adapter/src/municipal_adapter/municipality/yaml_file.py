"""Reading a YAML file into a model; a fault is told by the exact path to it."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_M = TypeVar("_M", bound=BaseModel)


def read_yaml(path: Path, model: type[_M]) -> _M:
    """Return the model that the file holds.

    Raises:
        ValueError: the file cannot be read or does not fit; each fault with the path to it, never
            with the value, which may be a secret.

    """
    try:
        return model.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        raise ValueError(f"{path}: is no YAML: {error.problem} {error.problem_mark}") from None
    except ValidationError as error:
        raise ValueError("\n".join(_faults(path, error))) from None


def _faults(path: Path, error: ValidationError) -> list[str]:
    return [
        f"{path}: {'.'.join(str(step) for step in fault['loc']) or 'the file'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    ]
