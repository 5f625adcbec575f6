"""Rendering a certificate to PDF with Typst."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import typst
from pylopdf_fonts_jp import serif_path

from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.font import refuse_unknown
from municipal_adapter.certificates.layout import Layout, layout_of
from municipal_adapter.certificates.pdfium import count_pages

DEFAULT_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Rendered:
    """A finished document."""

    pdf: bytes = field(repr=False)
    pages: int


class Renderer:
    """Renders certificates; one for each thread, because a Typst compiler serves one at a time."""

    def __init__(self, templates: Path | None = None) -> None:
        self._templates = templates or DEFAULT_TEMPLATES
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[serif_path().parent],
        )
        self._compilers: dict[str, typst.Compiler] = {}

    def render(self, content: Content) -> Rendered:
        """Return the certificate as PDF.

        Raises:
            UnknownCharacter: the font cannot draw a character of the record.

        """
        layout = layout_of(content)
        refuse_unknown("".join(_texts(layout)))
        pdf = self._compiler(layout.template).compile(
            format="pdf",
            sys_inputs={"certificate": json.dumps(_plain(layout), ensure_ascii=False)},
            timestamp=0,
            pdf_tags=False,
        )
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no PDF")
        return Rendered(pdf, count_pages(pdf))

    def _compiler(self, template: str) -> typst.Compiler:
        if template not in self._compilers:
            self._compilers[template] = typst.Compiler(
                self._templates / template,
                root=self._templates,
                font_paths=self._fonts,
                ignore_system_fonts=True,
            )
        return self._compilers[template]


def templates_fingerprint(templates: Path | None) -> str:
    """Return the SHA-256 over names and bytes of all files that templates may use, in hex."""
    folder, digest = templates or DEFAULT_TEMPLATES, sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        name, data = file.relative_to(folder).as_posix(), file.read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def template_sources(templates: Path | None) -> list[str]:
    """Return the text of each template file."""
    files = (templates or DEFAULT_TEMPLATES).rglob("*.typ")
    return [file.read_text("utf-8") for file in files]


def _plain(layout: Layout) -> dict[str, object]:
    picture = None if layout.picture is None else list(layout.picture)
    plain: dict[str, object] = asdict(layout)
    return plain | {"office_seal": list(layout.office_seal), "picture": picture}


def _texts(layout: Layout) -> Iterable[str]:
    items = [*layout.heading, *(item for person in layout.people for item in person)]
    yield from (text for item in items for text in item)
    yield from (layout.title, layout.subtitle, layout.sentence, layout.issued)
    yield from (layout.mayor_title, layout.mayor_name, layout.number, layout.issuance)
