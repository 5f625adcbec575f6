"""Reading a YAML file that decides something: nothing in it is taken silently."""

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Protocol, cast

import yaml

_AS_WRITTEN = ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:value")
"""Keys with a meaning of their own, which are no values."""


def load_yaml(path: Path, name: str | None = None) -> object:
    """Return what a YAML file says, in plain types.

    Args:
        path: of the file.
        name: what it is called in faults; its path if there is none.

    Raises:
        ValueError: it cannot be read, is no YAML of plain types, or has a key twice (of which the
            last one would win silently); the text begins with its name and says where.

    """
    named = name or str(path)
    try:
        return _loaded(path.read_bytes().decode())
    except OSError as error:
        raise ValueError(f"{named}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{named}: is no UTF-8 text: see byte {error.start}") from None
    except _KeyTwice as twice:
        raise ValueError(f"{named}: {twice}") from None
    except yaml.MarkedYAMLError as error:
        where = "" if error.problem_mark is None else f" {error.problem_mark}"
        raise ValueError(f"{named}: is no YAML: {error.problem}{where}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{named}: is no YAML: {' '.join(str(error).split())}") from None
    except ValueError as error:
        raise ValueError(f"{named}: holds a day or number that is none: {error}") from None


class _KeyTwice(Exception):
    pass


class _Loader(Protocol):
    """What is used of PyYAML's loader, which has no types of its own."""

    def get_single_node(self) -> yaml.Node | None: ...
    def construct_document(self, node: yaml.Node) -> object: ...
    def construct_object(self, node: yaml.Node, deep: bool = False) -> object: ...  # noqa: FBT001, FBT002 (PyYAML's signature)
    def dispose(self) -> None: ...


def _loaded(text: str) -> object:
    loader = cast("_Loader", yaml.SafeLoader(text))
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _check(loader, node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _check(loader: _Loader, root: yaml.Node) -> None:
    """Pass if no mapping has a key twice: 1 and true count as one, as they would in memory."""
    seen: set[int] = set()
    waiting: list[tuple[yaml.Node, tuple[str, ...]]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            items: list[yaml.Node] = node.value
            waiting += [(one, (*path, str(at))) for at, one in enumerate(items)]
        if isinstance(node, yaml.MappingNode):
            waiting += _checked(loader, node, path)


def _checked(
    loader: _Loader, node: yaml.MappingNode, path: tuple[str, ...]
) -> Iterator[tuple[yaml.Node, tuple[str, ...]]]:
    keys: set[Hashable] = set()
    pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
    for key_node, value in pairs:
        key = _key(loader, key_node)
        inside = (*path, str(key_node.value))
        if isinstance(key, Hashable):
            if key in keys:
                line = key_node.start_mark.line + 1
                raise _KeyTwice(f"{'.'.join(inside)}: is given twice, again in line {line}")
            keys.add(key)
        yield value, inside


def _key(loader: _Loader, node: yaml.Node) -> object:
    if node.tag in _AS_WRITTEN:
        return node.value
    return loader.construct_object(node, deep=True)
