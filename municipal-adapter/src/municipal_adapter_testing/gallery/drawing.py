"""Drawing entries of the gallery: each is released as to a cardholder, then drawn as a picture."""

import asyncio
import html
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.workers import RenderWorkers

from municipal_adapter_testing.gallery.entries import Entry

DOTS_AN_INCH = 150
_PAGE = """<!doctype html>
<html lang="ja"><meta charset="utf-8"><title>Gallery of certificates</title>
<style>
body {{ font-family: sans-serif; margin: 2rem; }}
section {{ margin-bottom: 2rem; }}
img {{ width: 20rem; border: 1px solid #999; margin-right: 0.5rem; }}
</style>
<h1>{count} certificates</h1>
<p>Each as it would be printed, also for persons to whom the rules of release refuse it.</p>
{sections}
</html>
"""
_SECTION = '<section id="{name}"><h2><a href="{name}.pdf">{name}</a></h2>{pages}</section>'
_PICTURE = '<a href="{name}"><img loading="lazy" src="{name}" alt="{name}"></a>'


def draw_gallery(
    entries: Sequence[Entry], fonts: Fonts, folder: Path, told: Callable[[int, str], None]
) -> int:
    """Render, read back and draw each entry, and write an index of all; return their number.

    Args:
        entries: what to draw.
        fonts: approved ones.
        folder: where to; what is there already is overwritten.
        told: hears the number of each finished entry, and its name.

    Raises:
        Unprintable: an entry cannot be printed.
        ReadBackMismatch: the pages of an entry differ from its record.

    """
    folder.mkdir(parents=True, exist_ok=True)
    workers = RenderWorkers(None, 1, fonts)
    sections: list[str] = []
    try:
        for number, entry in enumerate(entries, start=1):
            finished = asyncio.run(workers.render_and_read_back(entry.make()))
            sections.append(_section(entry.name, _draw(finished.pdf, folder, entry.name)))
            told(number, entry.name)
    finally:
        workers.close()
    index = _PAGE.format(count=len(sections), sections="\n".join(sections))
    (folder / "index.html").write_text(index, "utf-8")
    return len(sections)


def _draw(pdf: bytes, folder: Path, name: str) -> list[str]:
    """Write the document and a picture of each page; return the pictures' names."""
    (folder / f"{name}.pdf").write_bytes(pdf)
    document: Any = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=DOTS_AN_INCH / 72).to_pil() for page in document]
    document.close()
    names = [f"{name}-{number}.png" for number in range(1, len(pictures) + 1)]
    for picture, file in zip(pictures, names, strict=True):
        picture.save(folder / file)
    return names


def _section(name: str, pictures: Sequence[str]) -> str:
    pages = "".join(_PICTURE.format(name=html.escape(picture)) for picture in pictures)
    return _SECTION.format(name=html.escape(name), pages=pages)
