"""Draws the gallery into a folder."""

import os
import sys
from pathlib import Path

from municipal_adapter.certificates.font import DEFAULT_FONT
from municipal_adapter.certificates.fonts import Fonts

from municipal_adapter_testing.gallery.drawing import draw_gallery
from municipal_adapter_testing.gallery.edges import GAIJI
from municipal_adapter_testing.gallery.entries import all_entries

DEBIAN_MJ_FONT = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")


def main(folder: Path) -> None:
    """Draw all of the gallery and say how far it is.

    `GALLERY_FONTS` names fonts of MJ characters (文字情報基盤), separated as in `PATH`; unset: the
    one of Debian's package fonts-ipamj-mincho, if it is installed.
    """
    named = [Path(one) for one in os.environ.get("GALLERY_FONTS", "").split(os.pathsep) if one]
    mj_fonts = named or [one for one in [DEBIAN_MJ_FONT] if one.exists()]
    try:
        fonts = Fonts([DEFAULT_FONT, *mj_fonts], GAIJI if mj_fonts else None)
    except ValueError as fault:
        sys.exit(f"GALLERY_FONTS: {fault}")
    entries = all_entries(mj=bool(mj_fonts))

    def tell(number: int, name: str) -> None:
        _say(f"{number} of {len(entries)}: {name}")

    count = draw_gallery(entries, fonts, folder, tell)
    left_out = len(all_entries(mj=True)) - len(entries)
    if left_out:
        _say(f"{left_out} more need a font of MJ characters: install fonts-ipamj-mincho,")
        _say("or name such a font in GALLERY_FONTS")
    _say(f"{count} of {len(entries)} in {folder / 'index.html'}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
