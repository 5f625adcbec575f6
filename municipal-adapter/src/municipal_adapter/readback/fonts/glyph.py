"""What identifies a drawn glyph: the digest of its outline, its advance beside it."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from municipal_adapter.readback.fonts.parser import Program, drawn_by


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph as a font draws it."""

    outline: bytes
    """SHA-256 over its outline."""
    advance: int
    """Thousandths of an em."""


def cff_outline(program: Program) -> bytes:
    """Return the digest of what a program draws."""
    return hashlib.sha256(b"cff\n" + drawn_by(program).encode()).digest()


@lru_cache(maxsize=1 << 15)
def _known(bytecode: bytes) -> list[bytes]:
    """Return where the digest of a program without subroutines is kept, empty at first."""
    del bytecode
    return []


def outline_of_subset(program: Program, *, has_subroutines: bool) -> bytes:
    """Return the digest of what an embedded program draws, remembered by its bytes.

    Without subroutines the bytes say everything about the outline, and the same characters come
    again on every page; drawing one takes a hundred times as long as looking it up.
    """
    bytecode = program.bytecode
    if has_subroutines or bytecode is None:
        return cff_outline(program)
    known = _known(bytecode)
    if not known:
        known.append(cff_outline(program))
    return known[0]
