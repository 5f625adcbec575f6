"""What programs share that hand a print image over in a file."""

import json
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from proofs.incidents.vendor.press import Asked, Image, subject_of
from proofs.incidents.vendor.program import Paper, Workshop

HAND_OVER_S = 0.1
"""From one program that writes the file to the other one that reads it."""


class Spooled:
    """Writes the image under a name, and takes what lies there a moment later."""

    def __init__(self, workshop: Workshop, name: Callable[[], str]) -> None:
        self._press, self._spool, self._name = workshop.press, workshop.spool, name

    def paper(self, asked: Asked) -> Paper:
        """Return what lies under the name by then."""
        image, path = self._press.image(asked), self._spool / self._name()
        put(path, image)
        time.sleep(HAND_OVER_S)
        found = taken(path)
        return Paper(found.pdf, found.of != subject_of(asked))


def put(path: Path, image: Image) -> None:
    """Write a whole file; one that is there already is overwritten."""
    draft = path.with_name(f"{secrets.token_hex(8)}.part")
    draft.write_bytes(json.dumps(image.of).encode() + b"\n" + image.pdf)
    os.replace(draft, path)  # noqa: PTH105 (the name says what happens)


def taken(path: Path) -> Image:
    """Read a file."""
    of, _, pdf = path.read_bytes().partition(b"\n")
    return Image(json.loads(of), pdf)
