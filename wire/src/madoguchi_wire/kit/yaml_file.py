"""Reading a YAML file that decides something: nothing in it is taken silently."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import yaml

MAXIMUM_BYTES = 2 * 1024 * 1024
"""A thousand times a municipality's file; thousands of sites come as CSV."""
MAXIMUM_DEPTH = 40
_AS_WRITTEN = ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:value")
"""Keys with a meaning of their own, which are no values."""
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Seven times as fast where libyaml is there; both tell a fault's line."""

Place = tuple[int | str, ...]
"""Where something stands: keys and numbers from the top, as pydantic names them."""


@dataclass(frozen=True)
class YamlFile:
    """What a file says, and in which line it says it."""

    name: str
    document: object
    """In plain types."""
    lines: Mapping[Place, int]

    def told(self, place: Place, what: str) -> str:
        """Return a fault with its file, line and path: `122033.yaml:14: tariffs.0.from: what`.

        Args:
            place: as pydantic names it: names of a union's members, which are no steps, are left
                out.
            what: is wrong; it may begin with the way on from there: `0.from: lies after until`.

        """
        steps = self._steps(place)
        way, colon, rest = what.partition(": ")
        on = self._steps((*steps, *way.split(".")))
        if colon and on in self.lines:
            steps, what = on, rest
        at = next(steps[:end] for end in range(len(steps), -1, -1) if steps[:end] in self.lines)
        return f"{self.name}:{self.lines[at]}: {path_of(steps)}: {what}"

    def _steps(self, place: Place) -> Place:
        steps: Place = ()
        if place[-1:] == ("[key]",):  # pydantic's way to say that the key itself is at fault
            place = place[:-1]
        for number, step in enumerate(place, start=1):
            numbered = int(step) if str(step).isdecimal() else step
            inside = next(
                (one for one in ((*steps, str(step)), (*steps, numbered)) if one in self.lines),
                (*steps, str(step)) if number == len(place) else steps,
            )
            steps = inside
        return steps


def path_of(place: Place) -> str:
    """Return a place in words."""
    return ".".join(map(str, place)) or "the file"


def load_yaml(path: Path, name: str | None = None) -> YamlFile:
    """Return what a YAML file says.

    Args:
        path: of the file.
        name: what it is called in faults; its path if there is none.

    Raises:
        ValueError: it cannot be read, is too large, is no YAML of plain types, refers from one
            place to another, or has a key twice (of which the last one would win silently); the
            text begins with its name and says where.

    """
    named = name or str(path)
    text = ""
    try:
        text = _text(path)
        return YamlFile(named, *_loaded(text))
    except OSError as error:
        raise ValueError(f"{named}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ValueError(f"{named}:{line}: is no UTF-8 text: save the file as UTF-8") from None
    except _Refused as refused:
        raise ValueError(f"{named}{refused}") from None
    except yaml.MarkedYAMLError as error:
        raise ValueError(f"{named}{_no_yaml(text, error)}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{named}: is no YAML: {' '.join(str(error).split())}") from None
    except ValueError as error:
        raise ValueError(f"{named}: holds a day or number that is none: {error}") from None


class _Refused(Exception):
    """Begins behind the file's name."""


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MAXIMUM_BYTES + 1)
    if len(content) > MAXIMUM_BYTES:
        raise _Refused(f": is larger than {MAXIMUM_BYTES // 1024 // 1024} MB: split it")
    return content.decode()


def _no_yaml(text: str, error: yaml.MarkedYAMLError) -> str:
    if error.problem_mark is None:
        return f": is no YAML: {error.problem}"
    lines = text.splitlines()
    at = max(0, min(error.problem_mark.line, len(lines) - 1))
    line = lines[at]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return f":{at + 1}: is indented with a tab: use spaces"
    return f":{at + 1}: is no YAML: {error.problem}"


class _Loader(Protocol):
    """What is used of PyYAML's loader, which has no types of its own."""

    def get_single_node(self) -> yaml.Node | None: ...
    def construct_document(self, node: yaml.Node) -> object: ...
    def construct_object(self, node: yaml.Node, deep: bool = False) -> object: ...  # noqa: FBT001, FBT002 (PyYAML's signature)
    def dispose(self) -> None: ...


def _loaded(text: str) -> tuple[object, dict[Place, int]]:
    _check_events(text)
    loader = cast("_Loader", _LOADER(text))
    try:
        node = loader.get_single_node()
        if node is None:
            return None, {(): 1}
        lines = dict(_lines(loader, node))
        return loader.construct_document(node), lines
    finally:
        loader.dispose()


def _check_events(text: str) -> None:
    """Pass a text that is not deep, in which each value stands in its place.

    By references few bytes become gigabytes; by depth a loader written in C ends its process.
    """
    depth = 0
    for event in cast("Iterator[yaml.Event]", yaml.parse(text, Loader=_LOADER)):  # pyright: ignore[reportUnknownMemberType]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(f":{line}: *{event.anchor} is a reference: write the value itself")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAXIMUM_DEPTH:
            raise _Refused(f":{line}: is nested deeper than {MAXIMUM_DEPTH} levels")


def _lines(loader: _Loader, root: yaml.Node) -> Iterator[tuple[Place, int]]:
    """Return the line of each place: that of its key, where it has one."""
    waiting: list[tuple[Place, yaml.Node]] = [((), root)]
    yield (), _line(root)
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            items: list[yaml.Node] = node.value
            inside = [((*place, at), one, one) for at, one in enumerate(items)]
        elif isinstance(node, yaml.MappingNode):
            inside = list(_values(loader, node, place))
        else:
            continue
        yield from ((further, _line(begin)) for further, begin, _ in inside)
        waiting += [(further, one) for further, _, one in inside]


def _values(
    loader: _Loader, node: yaml.MappingNode, place: Place
) -> Iterator[tuple[Place, yaml.Node, yaml.Node]]:
    """Return keys and values of a mapping; 1 and true count as one key, as in memory."""
    keys: set[Hashable] = set()
    pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
    for key_node, value in pairs:
        key = _key(loader, key_node)
        inside = (*place, str(key_node.value))
        if isinstance(key, Hashable):
            if key in keys:
                raise _Refused(f":{_line(key_node)}: {path_of(inside)}: is given twice")
            keys.add(key)
        yield inside, key_node, value


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _key(loader: _Loader, node: yaml.Node) -> object:
    if node.tag in _AS_WRITTEN:
        return node.value
    return loader.construct_object(node, deep=True)


def yaml_text(document: object) -> str:
    """Return a document as text that `load_yaml` reads: each value stands in its place."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (PyYAML's signature)
        return True
