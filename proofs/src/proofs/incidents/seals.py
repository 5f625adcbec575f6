"""Whether the seal on a certificate is the person's: pictures against the synthetic records."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from checker.evidence.askings import Askings
from checker.evidence.evidence import Evidence
from local_stack.installation.cards import Town
from PIL import Image

_SEAL = "seal_registration"


def wrong_seals(papers: list[Path], evidence: Evidence, town: Town) -> set[str]:
    """Return the certificates of a town's people that do not show their own seal.

    Args:
        papers: files, named after their issuances.
        evidence: who asked for what.
        town: whose records are the truth.

    """
    sold = {one.issuance_id: one for one in evidence.books.issuances if one.kind == _SEAL}
    askings = Askings(evidence.askings or ())
    found: set[str] = set()
    for paper in papers:
        asking = askings.of(sold[paper.stem]) if paper.stem in sold else None
        seal = town.records.seals.get(asking.members[0]) if asking else None
        if seal is not None:
            own = _pixels(Image.open(BytesIO(seal.picture_png)))
            if own not in pictures(paper.read_bytes()):
                found.add(paper.stem)
    return found


def pictures(pdf: bytes) -> list[bytes]:
    """Return all pictures of a paper."""
    return list(_pictures(pdf))


def _pictures(pdf: bytes) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            page = cast("Any", document[number])
            for one in page.get_objects(max_depth=5):
                if isinstance(one, pypdfium2.PdfImage):
                    yield _pixels(one.get_bitmap().to_pil())
    finally:
        document.close()


def _pixels(picture: Image.Image) -> bytes:
    """Return size and pixels in black and white, on white paper."""
    shown = picture.convert("RGBA")
    paper = Image.new("RGBA", shown.size, "white")
    flat = Image.alpha_composite(paper, shown).convert("1", dither=Image.Dither.NONE)
    return repr(flat.size).encode() + flat.tobytes()
