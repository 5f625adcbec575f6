"""The parts of PDFium's Python face that reading back uses, with their types."""

from collections.abc import Iterator
from typing import Protocol

from PIL import Image


class Bitmap(Protocol):
    """Something drawn."""

    def to_pil(self) -> Image.Image:
        """Return it as a picture."""
        ...


class TextPage(Protocol):
    """A page's characters."""

    def get_text_range(self) -> str:
        """Return all of them."""
        ...

    def count_chars(self) -> int:
        """Return how many there are."""
        ...

    def get_charbox(self, index: int) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of a character, in points."""
        ...


class PageObject(Protocol):
    """A piece of text, a line or a picture of a page."""

    @property
    def type(self) -> int:
        """PDFium's number of the kind."""
        ...

    def get_bitmap(self) -> Bitmap:
        """Return the picture; only a picture has one."""
        ...

    def get_bounds(self) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top on the page, in points."""
        ...


class PdfPage(Protocol):
    """One page of a document."""

    def get_size(self) -> tuple[float, float]:
        """Return width and height, in points."""
        ...

    def get_textpage(self) -> TextPage:
        """Return its characters."""
        ...

    def get_objects(self) -> Iterator[PageObject]:
        """Return everything on it."""
        ...

    def render(self, *, scale: float, grayscale: bool) -> Bitmap:
        """Draw it; the scale is in dots a point."""
        ...
