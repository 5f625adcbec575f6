"""Reading a YAML file into a model; a fault is told by the exact path to it."""

from pathlib import Path
from typing import TypeVar, cast

from madoguchi_wire.kit.yaml_file import load_yaml
from pydantic import BaseModel, ValidationError

_M = TypeVar("_M", bound=BaseModel)


def read_yaml(path: Path, model: type[_M]) -> _M:
    """Return the model that the file holds.

    Raises:
        ValueError: the file cannot be read or does not fit; each fault with the path to it, never
            with the value, which may be a secret.

    """
    document = load_yaml(path)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise ValueError("\n".join(_faults(path, document, error))) from None


def _faults(path: Path, document: object, error: ValidationError) -> list[str]:
    return [
        f"{path}: {'.'.join(_steps(document, fault['loc'])) or 'the file'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    ]


def _steps(document: object, place: tuple[int | str, ...]) -> list[str]:
    """Return the steps to a place that are in the document: not the name of a union's member."""
    steps: list[str] = []
    inside = document
    for number, step in enumerate(place, start=1):
        if isinstance(inside, dict):
            keys = cast("dict[object, object]", inside)
            if step not in keys and number < len(place):
                continue
            inside = keys.get(step)
        elif isinstance(inside, list) and isinstance(step, int):
            inside = cast("list[object]", inside)[step]
        steps.append(str(step))
    return steps
