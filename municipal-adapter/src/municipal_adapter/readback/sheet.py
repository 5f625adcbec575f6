"""One page's content stream, with the forms that it draws and what they all refer to."""

import hashlib

import pikepdf

from municipal_adapter.readback.drawn.marks import Marks
from municipal_adapter.readback.drawn.reader import Reader
from municipal_adapter.readback.drawn.state import Place, placed
from municipal_adapter.readback.fonts.embedded import Fonts
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.weight import MOST_CONTENT, content_of

_DEEPEST_FORM = 2
_MOST_PICTURES = 4
"""On a page."""
_PLAIN = ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK")
_PROFILES = frozenset(
    {
        "00c0f94e09127520a17dc0e1d9264b5702081d96dbdb1549ee88e3631ce42a9d",
        "c56e1685d888f5edb92fe07f2750f387f8fe8e91b32ff8fb0b56bfbbb9458353",
    }
)
"""SHA-256 of the colour profiles of Typst, grey and sRGB; another could turn black into white."""


class Sheet:
    """What one page draws."""

    def __init__(self, fonts: Fonts) -> None:
        """Begin with nothing.

        Args:
            fonts: of the whole document.

        """
        self.marks = Marks()
        self.images: dict[str, pikepdf.Stream] = {}
        """What the pictures of the marks are, by their number in the document."""
        self._fonts = fonts
        self._bytes_left = MOST_CONTENT

    def read(
        self, holder: pikepdf.Object, contents: pikepdf.Object, place: Place, depth: int = 0
    ) -> None:
        """Read a page or a form.

        Args:
            holder: has the resources.
            contents: the stream, or several.
            place: where it is drawn.
            depth: of forms within forms.

        Raises:
            ReadBackMismatch: it draws what no certificate has.

        """
        resources = holder["/Resources"]
        _check_colours(resources)
        named = dict(resources["/XObject"].items()) if "/XObject" in resources else {}

        def draw(name: str, at: Place) -> str | None:
            found = named.get(f"/{name}")
            if not isinstance(found, pikepdf.Stream):
                raise ReadBackMismatch("something drawn that is not there")
            if found["/Subtype"] == "/Image":
                _check_space(found["/ColorSpace"])
                if len(self.marks.pictures) >= _MOST_PICTURES:
                    raise ReadBackMismatch("more pictures than any certificate has")
                self.images[str(found.objgen)] = found
                return str(found.objgen)
            self._form(found, at, depth)
            return None

        content = content_of(contents, self._bytes_left)
        self._bytes_left -= len(content)
        Reader(self._fonts.of(resources), draw, self.marks, place).read(content)

    def _form(self, form: pikepdf.Stream, at: Place, depth: int) -> None:
        if depth >= _DEEPEST_FORM or form["/Subtype"] != "/Form":
            raise ReadBackMismatch("forms within forms")
        matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        if "/Matrix" in form:
            matrix = tuple(float(part) for part in pikepdf.Array(form["/Matrix"]))
        self.read(form, form, placed(matrix, at), depth + 1)


def _check_colours(resources: pikepdf.Object) -> None:
    if "/ColorSpace" in resources:
        for space in resources["/ColorSpace"].values():
            _check_space(space)


def _check_space(space: pikepdf.Object) -> None:
    if isinstance(space, pikepdf.Array):
        if len(space) == 2 and space[0] == "/ICCBased":
            profile = space[1]
            if hashlib.sha256(profile.read_bytes()).hexdigest() in _PROFILES:
                return
    elif str(space) in _PLAIN:
        return
    raise ReadBackMismatch("a colour space that no certificate has")
