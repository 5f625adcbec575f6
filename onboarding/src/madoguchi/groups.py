"""What a group of commands is: `madoguchi GROUP COMMAND`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from madoguchi_wire.kit.commands import AddParser


@dataclass(frozen=True)
class Group:
    """Commands about one thing, as `madoguchi --help` lists them."""

    name: str
    does: str
    """In a sentence."""
    epilog: str
    """How to begin, in commands that can be typed."""
    rooms: Sequence[Callable[[AddParser], None]]
    """Each adds its commands; a command's `act` is awaited and returns the exit code."""
    usual: str = ""
    """The command that is meant where an address stands in the place of one."""
