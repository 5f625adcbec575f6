"""Taking something out of a running program, and putting it back."""

import importlib
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Patch:
    """One name that means something else for a while."""

    where: str
    """`package.module`, or `package.module:Class`."""
    name: str
    instead: object


@contextmanager
def patched(patches: Iterable[Patch]) -> Generator[None]:
    """Let the names mean something else until the end.

    Raises:
        LookupError: there is no such name: the product has changed, and so must the proof.

    """
    before: list[tuple[object, str, object]] = []
    try:
        for patch in patches:
            holder = holder_of(patch.where)
            if patch.name not in vars(holder):
                raise LookupError(f"{patch.where} has no {patch.name}")
            before.append((holder, patch.name, vars(holder)[patch.name]))
            setattr(holder, patch.name, patch.instead)
        yield
    finally:
        for holder, name, what in reversed(before):
            setattr(holder, name, what)


def holder_of(where: str) -> object:
    """Return the module or class that has the name."""
    module, _, name = where.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found
