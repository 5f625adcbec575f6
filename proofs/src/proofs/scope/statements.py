"""The SQL statements of a service: constants of its modules, and texts inside of functions."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

_BEGINS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|TRUNCATE|COPY)\s")
_STATUS = re.compile(r"(INSERT 0|UPDATE|DELETE) \d+")
"""What PostgreSQL answers."""
_SPLICED = re.compile(r"\{(\w*)[^{}]*\}")


@dataclass(frozen=True)
class Statement:
    """One statement, and where it stands."""

    place: str
    """`module:NAME` of a constant, `module:function` of a text inside of one."""
    sql: str
    """What is spliced in when it is asked is a plain name here."""


def statements_of(package: str) -> Iterator[Statement]:
    """Give all statements of a package but those of its migrations."""
    for module in _modules(package):
        for name, value in vars(module).items():
            if isinstance(value, str) and _BEGINS.match(value):
                yield Statement(f"{module.__name__}:{name}", _plain(value))
        for function, text in _inside_functions(module):
            yield Statement(f"{module.__name__}:{function}", _plain(text))


def _modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        if ".migrations" not in found.name and not found.name.endswith(".__main__"):
            yield importlib.import_module(found.name)


def _inside_functions(module: ModuleType) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for text in _texts(node, vars(module)):
                if _BEGINS.match(text) and not _STATUS.fullmatch(text):
                    yield node.name, text


def _texts(node: ast.AST, known: Mapping[str, object]) -> Iterator[str]:
    """Give each text below a node once; in an f-string, what its module knows is spliced in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value
        elif isinstance(child, ast.JoinedStr):
            yield "".join(_piece(piece, known) for piece in child.values)
        else:
            yield from _texts(child, known)


def _piece(piece: ast.expr, known: Mapping[str, object]) -> str:
    if isinstance(piece, ast.Constant):
        return str(piece.value)
    value = getattr(piece, "value", None)
    name = value.id if isinstance(value, ast.Name) else "spliced"
    text = known.get(name, name)
    return text if isinstance(text, str) else name


def _plain(sql: str) -> str:
    return _SPLICED.sub(lambda found: found[1] or "spliced", sql)
